#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::store {

/// Whether the way to a server is encrypted.
enum class Tls : std::uint8_t {
    kAsOffered,  ///< PostgreSQL: if the server has it; MySQL: no
    kOff,
    kRequired,  ///< encrypted; whoever answers is believed
    kVerified,  ///< … and its certificate is of that host, and of a trusted authority
};

/// A database on a server, and how long is waited for it.
struct ServerOptions {
    std::string host;  ///< a name, an address, or the directory (MySQL: the file) of a Unix socket
    std::uint16_t port{};
    std::string user;
    std::string password{};       ///< empty: none, or as PostgreSQL's ~/.pgpass says
    std::string password_file{};  ///< read at each connection; instead of `password`
    std::string database;
    Tls tls{Tls::kAsOffered};
    std::string tls_ca{};  ///< a file of authorities; empty: the system's
    Milliseconds connect_timeout{10'000};
    Milliseconds lock_timeout{5'000};        ///< for another's row, then kBusy
    Milliseconds statement_timeout{60'000};  ///< of one statement, then kBusy

    /// "mysql://sales@db.example:3306/shop": never the password.
    [[nodiscard]] std::string shown(std::string_view scheme) const;

    /// kBadConfig when the file cannot be read; says which.
    [[nodiscard]] Result<std::string> read_password() const;
};

/// Where a service's tables are, as the service's owner writes it (docs/reference/databases.md).
struct DatabaseUrl {
    enum class Kind : std::uint8_t { kSqlite, kPostgres, kMysql };

    Kind kind{Kind::kSqlite};
    std::string sqlite_path{};
    ServerOptions server{};

    /// A text without a scheme is the path of an SQLite file. kBadConfig says what is wrong and
    /// what is allowed, and never shows a password.
    [[nodiscard]] static Result<DatabaseUrl> parse(std::string_view text);
};

}  // namespace sluice::store
