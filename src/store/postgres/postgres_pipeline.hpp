#pragma once

#include "store/postgres/postgres_handle.hpp"
#include "store/postgres/postgres_statements.hpp"
#include "store/postgres/postgres_values.hpp"

#include <span>

namespace sluice::store {

/// Runs commands without values and then a prepared statement, in one round trip (libpq's pipeline
/// mode). Answers the first result that failed, else the statement's; none if it was not sent.
[[nodiscard]] PostgresResult run_behind(
    PGconn* handle,
    std::span<const char* const> commands,
    const PostgresStatement& statement,
    const PostgresParameters& parameters
);

}  // namespace sluice::store
