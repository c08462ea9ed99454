#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <memory>
#include <mutex>
#include <openssl/types.h>
#include <string>

namespace sluice::http {

/// PEM files: a certificate followed by its chain, and its key without a passphrase.
struct TlsFiles {
    std::string certificate;
    std::string key;

    bool operator==(const TlsFiles&) const = default;
};

/// The certificate that servers show, and its key; read anew when its files have changed, since
/// certificates are renewed under running servers.
/// Threads:  any.
/// Lifetime: outlives the contexts that it was given to.
/// Failure:  kBadConfig names the file and says what is wrong with it; what was read before stays.
class Certificate final {
public:
    [[nodiscard]] static Result<std::shared_ptr<Certificate>> load(TlsFiles files);

    /// Handshakes of `context` show what was read last, by TLS 1.2 and later.
    void serve(SSL_CTX& context) const;

    /// Reads the files if they have changed since they were looked at; true: handshakes from now on
    /// show another certificate. A change that cannot be used is told once.
    [[nodiscard]] Result<bool> renew();

    /// After this nobody believes it any more.
    [[nodiscard]] Instant expires_at() const;

private:
    explicit Certificate(TlsFiles files);

    [[nodiscard]] std::shared_ptr<SSL_CTX> current() const;
    static int choose(SSL* connection, void* self);

    TlsFiles files_;
    std::mutex renewing_;              ///< never waited for by a handshake
    std::string look_;                 ///< of the files, when they were read last
    mutable std::mutex mutex_;         ///< of the one below
    std::shared_ptr<SSL_CTX> loaded_;  ///< what the files held
};

}  // namespace sluice::http
