#include "store/postgres/postgres_pipeline.hpp"

#include <utility>

namespace sluice::store {

namespace {

bool send(
    PGconn* handle,
    std::span<const char* const> commands,
    const PostgresStatement& statement,
    const PostgresParameters& parameters
) {
    for (const char* command : commands) {
        if (PQsendQueryParams(handle, command, 0, nullptr, nullptr, nullptr, nullptr, 0) == 0) {
            return false;
        }
    }
    return PQsendQueryPrepared(
               handle,
               statement.name.c_str(),
               parameters.count(),
               parameters.pointers(),
               parameters.lengths(),
               parameters.formats(),
               0
           ) != 0;
}

/// Up to the end of what was sent. Between the results of two commands comes nothing.
PostgresResult read(PGconn* handle) {
    PostgresResult kept;
    bool failed = false;
    while (PQstatus(handle) == CONNECTION_OK) {
        PostgresResult next{PQgetResult(handle)};
        if (!next) continue;
        const ExecStatusType status = PQresultStatus(next.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        if (failed || status == PGRES_PIPELINE_ABORTED) continue;
        failed = !succeeded(next.get());
        kept = std::move(next);
    }
    return kept;
}

}  // namespace

PostgresResult run_behind(
    PGconn* handle,
    std::span<const char* const> commands,
    const PostgresStatement& statement,
    const PostgresParameters& parameters
) {
    if (PQenterPipelineMode(handle) == 0) return nullptr;
    const bool sent = send(handle, commands, statement, parameters);
    if (PQpipelineSync(handle) == 0) return nullptr;  // the connection is lost
    PostgresResult result = read(handle);
    PQexitPipelineMode(handle);
    return sent ? std::move(result) : nullptr;
}

}  // namespace sluice::store
