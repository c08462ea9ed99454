#include "store/connect/connect.hpp"

#include "base/assert.hpp"
#include "store/mysql/mysql_database.hpp"
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

}  // namespace sluice::store
