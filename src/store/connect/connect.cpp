#include "store/connect/connect.hpp"

#include "base/assert.hpp"
#include "store/mysql/mysql_database.hpp"
#include "store/postgres/postgres_branch.hpp"
#include "store/postgres/postgres_database.hpp"
#include "store/sqlite_database.hpp"

namespace sluice::store {

std::unique_ptr<Database> database_at(const DatabaseUrl& url) {
    switch (url.kind) {
        case DatabaseUrl::Kind::kSqlite:
            return std::make_unique<SqliteDatabase>(SqliteOptions{url.sqlite_path});
        case DatabaseUrl::Kind::kPostgres: return std::make_unique<PostgresDatabase>(url.server);
        case DatabaseUrl::Kind::kMysql: return std::make_unique<MysqlDatabase>(url.server);
    }
    SLUICE_UNREACHABLE();
}

Result<std::unique_ptr<BranchSession>> open_branch_session(const DatabaseUrl& url) {
    constexpr std::string_view kTakes =
        " cannot prepare a transaction for us: two-phase commit takes postgresql://…";
    switch (url.kind) {
        case DatabaseUrl::Kind::kPostgres: return open_postgres_branch(url.server);
        case DatabaseUrl::Kind::kMysql:
            return Error{ErrorCode::kBadConfig, url.server.shown("mysql").append(kTakes)};
        case DatabaseUrl::Kind::kSqlite:
            return Error{ErrorCode::kBadConfig, std::string{url.sqlite_path}.append(kTakes)};
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::store
