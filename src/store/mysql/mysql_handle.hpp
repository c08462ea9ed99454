#pragma once

#include <sluice/sql.hpp>

#include <memory>
#include <mysql.h>
#include <string>
#include <string_view>

namespace sluice::store {

struct CloseMysql {
    void operator()(MYSQL* handle) const noexcept { mysql_close(handle); }
};

struct CloseMysqlStatement {
    void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};

struct FreeMysqlResult {
    void operator()(MYSQL_RES* result) const noexcept { mysql_free_result(result); }
};

using MysqlPtr = std::unique_ptr<MYSQL, CloseMysql>;
using MysqlStatementPtr = std::unique_ptr<MYSQL_STMT, CloseMysqlStatement>;
using MysqlResult = std::unique_ptr<MYSQL_RES, FreeMysqlResult>;

/// What an error's number and SQLSTATE mean for a transaction.
[[nodiscard]] SqlError::Kind kind_of_number(unsigned number, std::string_view sqlstate) noexcept;

/// "Duplicate entry 'a' for key 'PRIMARY' (in: insert into …)".
[[nodiscard]] SqlError mysql_failure(MYSQL* handle, std::string_view statement);
[[nodiscard]] SqlError mysql_failure(MYSQL_STMT* prepared, std::string_view statement);

/// Whether the failed statement has taken its whole transaction with it.
[[nodiscard]] bool ends_its_transaction(unsigned number) noexcept;

/// Whether the statement has to be prepared anew: its tables have changed.
[[nodiscard]] bool is_stale(unsigned number) noexcept;

/// A command without values, or a script; what it answers is thrown away.
void run_command(MYSQL* handle, std::string_view text);

}  // namespace sluice::store
