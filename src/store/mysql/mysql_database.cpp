#include "store/mysql/mysql_database.hpp"

#include "store/mysql/mysql_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>

namespace sluice::store {

namespace {

constexpr unsigned kTlsFailed = 2026;
constexpr std::int64_t kReadSlackSeconds = 30;  // beyond a statement's time-out

/// Of these the number says that they last: an unknown user or database, or one that may not.
constexpr std::array kLasting{1044U, 1045U, 1049U, 1130U, 1251U, 1698U, kTlsFailed};

std::int64_t seconds_of(Milliseconds time) {
    return std::max<std::int64_t>(1, (time.count() + 999) / 1'000);
}

void set_seconds(MYSQL* handle, mysql_option option, std::int64_t seconds) {
    const auto value = static_cast<unsigned>(seconds);
    mysql_options(handle, option, &value);
}

void set_flag(MYSQL* handle, mysql_option option, bool on) {
    const my_bool value = on ? 1 : 0;
    mysql_options(handle, option, &value);
}

bool wants_tls(const ServerOptions& options) {
    return options.tls == Tls::kRequired || options.tls == Tls::kVerified;
}

void set_tls(MYSQL* handle, const ServerOptions& options) {
    if (!wants_tls(options)) return;
    set_flag(handle, MYSQL_OPT_SSL_ENFORCE, true);
    set_flag(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, options.tls == Tls::kVerified);
    if (!options.tls_ca.empty()) mysql_options(handle, MYSQL_OPT_SSL_CA, options.tls_ca.c_str());
}

/// Options that are read from no file, so that no my.cnf changes where a service's tables are.
void prepare(MYSQL* handle, const ServerOptions& options) {
    set_seconds(handle, MYSQL_OPT_CONNECT_TIMEOUT, seconds_of(options.connect_timeout));
    const std::int64_t reading =
        seconds_of(std::max(options.statement_timeout, options.lock_timeout)) + kReadSlackSeconds;
    set_seconds(handle, MYSQL_OPT_READ_TIMEOUT, reading);
    set_seconds(handle, MYSQL_OPT_WRITE_TIMEOUT, reading);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    set_seconds(handle, MYSQL_OPT_LOCAL_INFILE, 0);  // a server may not ask for files of ours
    set_tls(handle, options);
}

Error cannot_open(const ServerOptions& options, unsigned number, std::string_view why) {
    const bool lasts = std::find(kLasting.begin(), kLasting.end(), number) != kLasting.end();
    return Error{
        lasts ? ErrorCode::kBadConfig : ErrorCode::kUnavailable,
        fmt::format(
            "{}: {}; does the server run, and may this user into this database?",
            options.shown("mysql"),
            why
        )};
}

/// MySQL counts a lock's wait in whole seconds. Its own limit of a statement's time holds for
/// queries only, MariaDB's for all.
std::string settings_of(MYSQL* handle, const ServerOptions& options) {
    const bool mariadb =
        std::string_view{mysql_get_server_info(handle)}.find("MariaDB") != std::string_view::npos;
    const std::int64_t ms = options.statement_timeout.count();
    return fmt::format(
        "set session innodb_lock_wait_timeout = {}, {}, "
        "sql_mode = concat_ws(',', nullif(@@sql_mode, ''), 'STRICT_ALL_TABLES', "
        "'NO_ENGINE_SUBSTITUTION', 'ERROR_FOR_DIVISION_BY_ZERO')",
        seconds_of(options.lock_timeout),
        mariadb ? fmt::format("max_statement_time = {}.{:03}", ms / 1'000, ms % 1'000)
                : fmt::format("max_execution_time = {}", ms)
    );
}

}  // namespace

Result<std::unique_ptr<Session>> MysqlDatabase::open_session() const {
    static std::once_flag first;  // what mysql_init would do by itself, in one thread only
    std::call_once(first, [] { mysql_library_init(0, nullptr, nullptr); });
    auto password = options_.read_password();
    if (!password) return password.error();
    MysqlPtr handle{mysql_init(nullptr)};
    if (!handle) return Error{ErrorCode::kUnavailable, "out of memory"};
    prepare(handle.get(), options_);
    const bool socket = options_.host.starts_with('/');
    // Else "localhost" would be a Unix socket at a place that only the library knows.
    const unsigned protocol = socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    mysql_options(handle.get(), MYSQL_OPT_PROTOCOL, &protocol);
    MYSQL* connected = mysql_real_connect(
        handle.get(),
        socket ? nullptr : options_.host.c_str(),
        options_.user.c_str(),
        password->c_str(),
        options_.database.c_str(),
        options_.port,
        socket ? options_.host.c_str() : nullptr,
        CLIENT_FOUND_ROWS
    );
    if (connected == nullptr) {
        return cannot_open(options_, mysql_errno(handle.get()), mysql_error(handle.get()));
    }
    // Asked for it alone, the library goes on without where the server has none.
    if (wants_tls(options_) && mysql_get_ssl_cipher(handle.get()) == nullptr) {
        return cannot_open(options_, kTlsFailed, "SSL is required, and the server has none");
    }
    try {
        run_command(handle.get(), "set session transaction isolation level read committed");
        run_command(handle.get(), settings_of(handle.get(), options_));
    } catch (const SqlError& error) {
        return cannot_open(options_, mysql_errno(handle.get()), error.what());
    }
    return std::unique_ptr<Session>{std::make_unique<MysqlSession>(std::move(handle))};
}

}  // namespace sluice::store
