#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sluice::test {

class LineProcess;

/// A real PostgreSQL or MariaDB of a test program's own: on a free port of loopback, in a temporary
/// directory, as a user without rights.
/// Threads:  one at a time.
/// Lifetime: ends with it, and with this process however that ends; its data go, too.
/// Failure:  std::runtime_error when it is installed and does not start. Where it is not installed,
///           `missing` says what to install: let the test skip.
class DatabaseServer {
public:
    explicit DatabaseServer(const std::string& kind);  ///< "postgresql" or "mysql"

    /// With TLS, by a certificate for "localhost" (not for its address) that is its own authority;
    /// PostgreSQL asks for kPassword.
    struct Secured {};

    DatabaseServer(const std::string& kind, Secured);
    ~DatabaseServer();
    DatabaseServer(const DatabaseServer&) = delete;
    DatabaseServer& operator=(const DatabaseServer&) = delete;

    /// The one of this program; started by whoever asks first.
    static DatabaseServer& shared(const std::string& kind);

    [[nodiscard]] const std::string& missing() const { return missing_; }

    /// Of the database that is there from the beginning; whoever comes may do everything.
    [[nodiscard]] const std::string& url() const { return url_; }

    static constexpr const char* kPassword = "sluice-password";

    /// A file, of a secured one.
    [[nodiscard]] const std::string& certificate() const { return certificate_; }

    /// Of another database of the server.
    [[nodiscard]] std::string url(const std::string& database) const;

    void kill();  ///< at once, in the midst of whatever it does
    void start();

private:
    DatabaseServer(const std::string& kind, const std::vector<std::string>& options);

    std::unique_ptr<LineProcess> process_;
    std::string missing_;
    std::string url_;
    std::string certificate_;
};

}  // namespace sluice::test
