#pragma once

#include <sluice/result.hpp>

#include "http/client.hpp"
#include "http/message.hpp"

#include <httplib.h>

#include <string>

namespace sluice::http {

/// What Client and KeptClient have in common. Of this folder only: it shows the library.
void apply_timeouts(httplib::Client& client, const ClientTimeouts& timeouts);

/// `place`: for the error, "127.0.0.1:8480".
[[nodiscard]] Result<Response> exchange_by(
    httplib::Client& client, const Request& request, const std::string& place
);

}  // namespace sluice::http
