#pragma once

#include <sluice/result.hpp>

#include "http/server.hpp"

#include <openssl/types.h>

namespace sluice::http {

/// TLS 1.2 and later, with the certificate of `files`. kBadConfig names the file and says what is
/// wrong with it.
[[nodiscard]] Status set_up(SSL_CTX& context, const TlsFiles& files);

}  // namespace sluice::http
