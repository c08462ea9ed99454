#pragma once

#include <sluice/sql.hpp>

#include <sqlite3.h>

#include <memory>
#include <string_view>

namespace sluice::store {

struct CloseSqlite {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

using SqlitePtr = std::unique_ptr<sqlite3, CloseSqlite>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// What an extended result code means for a transaction (sqlite.org/rescode.html).
[[nodiscard]] SqlError::Kind kind_of(int code) noexcept;

/// The connection's last error: "UNIQUE constraint failed: a.k (in: insert into …)".
[[nodiscard]] SqlError sqlite_error(sqlite3* handle, std::string_view statement);

}  // namespace sluice::store
