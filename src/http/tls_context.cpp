#include "http/tls_context.hpp"

#include <fmt/format.h>

#include <fstream>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string_view>

namespace sluice::http {

namespace {

Error unusable(const std::string& file, std::string_view what) {
    std::string why = "it holds none";
    if (const unsigned long code = ERR_peek_error(); code != 0) {
        if (const char* reason = ERR_reason_error_string(code)) why = reason;
    }
    ERR_clear_error();
    return Error{ErrorCode::kBadConfig, fmt::format("{}: no {} in PEM ({})", file, what, why)};
}

Status can_be_read(const std::string& file) {
    if (std::ifstream{file}.good()) return ok();
    return Error{ErrorCode::kBadConfig, fmt::format("{}: cannot be read", file)};
}

}  // namespace

Status set_up(SSL_CTX& context, const TlsFiles& files) {
    for (const std::string* file : {&files.certificate, &files.key}) {
        if (Status readable = can_be_read(*file); !readable) return readable;
    }
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
    if (SSL_CTX_use_certificate_chain_file(&context, files.certificate.c_str()) != 1) {
        return unusable(files.certificate, "certificate");
    }
    if (SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
        if (!other) return unusable(files.key, "private key without a passphrase");
        ERR_clear_error();
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("{}: is not the key of {}", files.key, files.certificate)};
    }
    return ok();
}

}  // namespace sluice::http
