#include "store/postgres/postgres_database.hpp"

#include "store/postgres/postgres_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sluice::store {

namespace {

/// Keywords of libpq and their values; it copies them. All that matters is said here, so that no
/// PGHOST or PGOPTIONS of an environment changes where a service's tables are.
class Keywords {
public:
    void set(const char* name, std::string value) {
        names_.push_back(name);
        values_.push_back(std::move(value));
    }

    [[nodiscard]] PostgresPtr connect() const {
        std::vector<const char*> names{names_};
        std::vector<const char*> values;
        values.reserve(values_.size() + 1);
        for (const std::string& value : values_) values.push_back(value.c_str());
        names.push_back(nullptr);
        values.push_back(nullptr);
        return PostgresPtr{PQconnectdbParams(names.data(), values.data(), 0)};
    }

private:
    std::vector<const char*> names_;
    std::vector<std::string> values_;
};

const char* mode_of(Tls tls) {
    switch (tls) {
        case Tls::kAsOffered: return "prefer";
        case Tls::kOff: return "disable";
        case Tls::kRequired: return "require";
        case Tls::kVerified: return "verify-full";
    }
    return "verify-full";
}

Keywords keywords_of(const ServerOptions& options, const std::string& password) {
    Keywords words;
    words.set("host", options.host);
    words.set("port", fmt::format("{}", options.port));
    words.set("user", options.user);
    words.set("dbname", options.database);
    if (!password.empty()) words.set("password", password);
    words.set("sslmode", mode_of(options.tls));
    if (!options.tls_ca.empty()) words.set("sslrootcert", options.tls_ca);
    const auto seconds = std::max<std::int64_t>(2, (options.connect_timeout.count() + 999) / 1'000);
    words.set("connect_timeout", fmt::format("{}", seconds));
    words.set("application_name", "sluice");
    words.set("client_encoding", "UTF8");
    words.set("options", " ");  // an empty one would be PGOPTIONS
    words.set("keepalives_idle", "15");
    words.set("keepalives_interval", "10");
    words.set("keepalives_count", "3");
    words.set("tcp_user_timeout", "45000");
    return words;
}

/// The server says why in words only, in its own language: what is not known to be for good may
/// pass.
ErrorCode code_of(std::string_view why) {
    for (const std::string_view lasting :
         {"does not exist",
          "authentication failed",
          "no pg_hba.conf entry",
          "no password",
          "not permitted to log in",
          "does not support SSL",
          "root certificate"}) {
        if (why.find(lasting) != std::string_view::npos) return ErrorCode::kBadConfig;
    }
    return ErrorCode::kUnavailable;
}

Error cannot_open(const ServerOptions& options, std::string_view why) {
    return Error{
        code_of(why),
        fmt::format(
            "{}: {}; does the server run, and may this user into this database?",
            options.shown("postgresql"),
            why
        )};
}

/// A role or a database may have other defaults. A commit that has answered is on disk.
std::string settings_of(const ServerOptions& options) {
    return fmt::format(
        "set lock_timeout = {}; set statement_timeout = {};"
        "set idle_in_transaction_session_timeout = 0; set client_min_messages = warning;"
        "set standard_conforming_strings = on; set bytea_output = hex;"
        "set session characteristics as transaction isolation level read committed, read write;"
        "select set_config('synchronous_commit', 'on', false)"
        " where current_setting('synchronous_commit') = 'off'",
        options.lock_timeout.count(),
        options.statement_timeout.count()
    );
}

}  // namespace

Result<PostgresPtr> connect_postgres(const ServerOptions& options) {
    auto password = options.read_password();
    if (!password) return password.error();
    PostgresPtr handle = keywords_of(options, *password).connect();
    if (PQstatus(handle.get()) != CONNECTION_OK) {
        return cannot_open(options, in_one_line(PQerrorMessage(handle.get())));
    }
    // What a statement has to say beside its result would go to stderr.
    PQsetNoticeReceiver(
        handle.get(), [](void*, const PGresult*) {}, nullptr
    );
    try {
        run_command(handle.get(), settings_of(options));
    } catch (const SqlError& error) {
        return cannot_open(options, error.what());
    }
    return handle;
}

Result<std::unique_ptr<Session>> PostgresDatabase::open_session() const {
    auto handle = connect_postgres(options_);
    if (!handle) return handle.error();
    return std::unique_ptr<Session>{std::make_unique<PostgresSession>(std::move(handle).value())};
}

}  // namespace sluice::store
