#include "http/certificate.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string_view>
#include <sys/stat.h>
#include <utility>

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

Result<std::shared_ptr<SSL_CTX>> read(const TlsFiles& files) {
    for (const std::string* file : {&files.certificate, &files.key}) {
        if (Status readable = can_be_read(*file); !readable) return readable.error();
    }
    const std::shared_ptr<SSL_CTX> made{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    SLUICE_ASSERT(made != nullptr);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(made.get(), files.certificate.c_str()) != 1) {
        return unusable(files.certificate, "certificate");
    }
    if (SSL_CTX_use_PrivateKey_file(made.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
        if (!other) return unusable(files.key, "private key without a passphrase");
        ERR_clear_error();
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("{}: is not the key of {}", files.key, files.certificate)};
    }
    return made;
}

/// Differs once a file has been written or another one has taken its place.
std::string look_at(const TlsFiles& files) {
    std::string look;
    for (const std::string* file : {&files.certificate, &files.key}) {
        struct stat at {};

        if (::stat(file->c_str(), &at) != 0) {
            look += "none ";
            continue;
        }
        look += fmt::format(
            "{} {} {} {}.{:09} ",
            at.st_dev,
            at.st_ino,
            at.st_size,
            at.st_mtim.tv_sec,
            at.st_mtim.tv_nsec
        );
    }
    return look;
}

}  // namespace

Certificate::Certificate(TlsFiles files) : files_{std::move(files)} {}

Result<std::shared_ptr<Certificate>> Certificate::load(TlsFiles files) {
    std::shared_ptr<Certificate> made{new Certificate{std::move(files)}};
    if (auto read = made->renew(); !read) return read.error();
    return made;
}

void Certificate::serve(SSL_CTX& context) const {
    SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the library's argument has no const
    SSL_CTX_set_cert_cb(&context, &Certificate::choose, const_cast<Certificate*>(this));
}

int Certificate::choose(SSL* connection, void* self) {
    const auto now = static_cast<const Certificate*>(self)->current();
    STACK_OF(X509)* chain = nullptr;
    // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion): the library's macro
    SSL_CTX_get0_chain_certs(now.get(), &chain);
    return SSL_use_cert_and_key(
        connection,
        SSL_CTX_get0_certificate(now.get()),
        SSL_CTX_get0_privatekey(now.get()),
        chain,
        1
    );
}

Result<bool> Certificate::renew() {
    const std::lock_guard renewing{renewing_};
    std::string look = look_at(files_);  // first: a change while they are read is seen next time
    if (look == look_) return false;
    look_ = std::move(look);
    auto loaded = read(files_);
    if (!loaded) return loaded.error();
    const std::lock_guard lock{mutex_};
    loaded_ = std::move(loaded).value();
    return true;
}

Instant Certificate::expires_at() const {
    const auto now = current();
    std::tm at{};
    ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(now.get())), &at);
    constexpr std::int64_t kMsOfSecond = 1'000;
    return Instant{static_cast<std::int64_t>(::timegm(&at)) * kMsOfSecond};
}

std::shared_ptr<SSL_CTX> Certificate::current() const {
    const std::lock_guard lock{mutex_};
    SLUICE_ASSERT(loaded_ != nullptr);
    return loaded_;
}

}  // namespace sluice::http
