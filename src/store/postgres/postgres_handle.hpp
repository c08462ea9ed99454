#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>

#include "store/database_url.hpp"

#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::store {

struct FinishPostgres {
    void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
};

struct ClearPostgres {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};

using PostgresPtr = std::unique_ptr<PGconn, FinishPostgres>;
using PostgresResult = std::unique_ptr<PGresult, ClearPostgres>;

/// What an SQLSTATE means for a transaction (PostgreSQL's appendix A). Empty: the server did not
/// say, its connection is lost.
[[nodiscard]] SqlError::Kind kind_of_state(std::string_view sqlstate) noexcept;

/// The five characters; empty if there are none.
[[nodiscard]] std::string_view sqlstate_of(const PGresult* result) noexcept;

/// Whether the statement has to be prepared anew: its tables have changed, or it is not known
/// there.
[[nodiscard]] bool is_stale(const PGresult* result) noexcept;

[[nodiscard]] bool succeeded(const PGresult* result) noexcept;

/// "duplicate key value violates unique constraint "a_pkey" (in: insert into …)": never the values.
[[nodiscard]] SqlError postgres_error(
    PGconn* handle, const PGresult* result, std::string_view statement
);

/// A message of libpq in one line.
[[nodiscard]] std::string in_one_line(std::string_view message);

/// A connection with the settings of every session (PostgresDatabase). Errors as
/// Database::open_session.
[[nodiscard]] Result<PostgresPtr> connect_postgres(const ServerOptions& options);

/// A command without values, or a script.
PostgresResult run_command(PGconn* handle, const std::string& text);

}  // namespace sluice::store
