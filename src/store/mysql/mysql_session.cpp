#include "store/mysql/mysql_session.hpp"

#include "store/mysql/mysql_inbox.hpp"
#include "store/mysql/mysql_values.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace sluice::store {

namespace {

constexpr std::array<std::string_view, 8> kControl{
    "begin", "start", "commit", "rollback", "savepoint", "release", "xa", "end"};

/// For these MySQL commits the open transaction first.
constexpr std::array<std::string_view, 12> kCommitting{
    "alter",
    "analyze",
    "create",
    "drop",
    "grant",
    "lock",
    "optimize",
    "rename",
    "repair",
    "revoke",
    "truncate",
    "unlock"};

/// Leaves a statement ready for its next use, whatever happens. Its error has been read before.
class FreeResult {
public:
    explicit FreeResult(MYSQL_STMT* statement) : statement_{statement} {}

    ~FreeResult() { mysql_stmt_free_result(statement_); }

    FreeResult(const FreeResult&) = delete;
    FreeResult& operator=(const FreeResult&) = delete;

private:
    MYSQL_STMT* statement_;
};

/// Several statements in one text, for a script.
class ManyStatements {
public:
    explicit ManyStatements(MYSQL* handle) : handle_{handle} {
        mysql_set_server_option(handle_, MYSQL_OPTION_MULTI_STATEMENTS_ON);
    }

    ~ManyStatements() { mysql_set_server_option(handle_, MYSQL_OPTION_MULTI_STATEMENTS_OFF); }

    ManyStatements(const ManyStatements&) = delete;
    ManyStatements& operator=(const ManyStatements&) = delete;

private:
    MYSQL* handle_;
};

/// Of a statement that answers rows the server counts those; only some of them have changed any.
bool changes_rows(std::string_view statement) {
    const std::string word = first_word(statement);
    return word == "insert" || word == "delete" || word == "replace" || word == "update";
}

}  // namespace

SqlError MysqlSession::failed(MYSQL_STMT* prepared, std::string_view statement) {
    const unsigned number = mysql_stmt_errno(prepared);
    SqlError error = mysql_failure(prepared, statement);
    note(number, error);
    return error;
}

void MysqlSession::note(unsigned number, const SqlError& error) {
    if (begun_ && ends_its_transaction(number)) lost_ = error;
}

void MysqlSession::require_usable() const {
    if (lost_.has_value()) throw SqlError{*lost_};
}

MYSQL_STMT* MysqlSession::prepared(std::string_view statement) {
    if (MysqlStatementPtr* known = statements_.find(statement)) return known->get();
    refuse_words(kControl, statement);
    if (begun_) refuse_words(kCommitting, statement);
    MysqlStatementPtr made{mysql_stmt_init(handle_.get())};
    if (!made) throw mysql_failure(handle_.get(), statement);
    const auto size = static_cast<unsigned long>(statement.size());
    if (mysql_stmt_prepare(made.get(), statement.data(), size) != 0) {
        throw failed(made.get(), statement);
    }
    const my_bool longest = 1;
    mysql_stmt_attr_set(made.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &longest);
    static_cast<void>(statements_.make_room());  // the one that gave way is closed
    return statements_.add(statement, std::move(made)).get();
}

MYSQL_STMT* MysqlSession::run(std::string_view statement, std::span<const SqlValue> values) {
    require_usable();
    MYSQL_STMT* ready = prepared(statement);
    require_places(mysql_stmt_param_count(ready), values, statement);
    MysqlParameters parameters{values};
    if (!values.empty() && mysql_stmt_bind_param(ready, parameters.binds()) != 0) {
        throw failed(ready, statement);
    }
    if (mysql_stmt_execute(ready) != 0) {
        const bool stale = is_stale(mysql_stmt_errno(ready));
        const SqlError error = failed(ready, statement);
        if (stale) statements_.forget(statement);  // closing it drops what was not read
        throw SqlError{error};
    }
    require_open_transaction(statement);
    return ready;
}

/// A procedure, or a comment that MySQL executes, may have ended it all the same.
void MysqlSession::require_open_transaction(std::string_view statement) {
    if (!begun_) return;
    unsigned status = 0;
    mariadb_get_infov(handle_.get(), MARIADB_CONNECTION_SERVER_STATUS, &status);
    if ((status & SERVER_STATUS_IN_TRANS) != 0) return;
    lost_ =
        sql_error(SqlError::Kind::kOther, "this statement has ended the transaction", statement);
    require_usable();
}

std::int64_t MysqlSession::execute(std::string_view statement, std::span<const SqlValue> values) {
    MYSQL_STMT* ran = run(statement, values);
    const FreeResult free{ran};
    const auto changed = static_cast<std::int64_t>(mysql_stmt_affected_rows(ran));
    if (mysql_stmt_field_count(ran) == 0) return changed;
    if (mysql_stmt_store_result(ran) != 0) throw failed(ran, statement);
    return changes_rows(statement) ? static_cast<std::int64_t>(mysql_stmt_num_rows(ran)) : 0;
}

std::vector<SqlRow> MysqlSession::query(
    std::string_view statement, std::span<const SqlValue> values
) {
    MYSQL_STMT* ran = run(statement, values);
    const FreeResult free{ran};
    if (mysql_stmt_field_count(ran) == 0) return {};
    if (mysql_stmt_store_result(ran) != 0) throw failed(ran, statement);
    const MysqlResult described{mysql_stmt_result_metadata(ran)};
    if (!described) throw failed(ran, statement);
    MysqlRow row{{mysql_fetch_fields(described.get()), mysql_num_fields(described.get())}};
    if (mysql_stmt_bind_result(ran, row.binds()) != 0) throw failed(ran, statement);
    std::vector<SqlRow> rows;
    int more = mysql_stmt_fetch(ran);
    for (; more == 0; more = mysql_stmt_fetch(ran)) rows.emplace_back(row.values());
    if (more == MYSQL_NO_DATA) return rows;
    if (more == MYSQL_DATA_TRUNCATED) {
        throw sql_error(SqlError::Kind::kOther, "a value did not fit where it was read", statement);
    }
    throw failed(ran, statement);
}

void MysqlSession::control(std::string_view statement) {
    require_usable();
    try {
        run_command(handle_.get(), statement);
    } catch (const SqlError& error) {
        note(mysql_errno(handle_.get()), error);
        throw;
    }
}

void MysqlSession::begin() {
    control("start transaction");
    begun_ = true;
}

void MysqlSession::commit() {
    control("commit");
    begun_ = false;
}

void MysqlSession::rollback() noexcept {
    // One that fails leaves a lost connection, and with it no transaction.
    if (begun_) static_cast<void>(mysql_rollback(handle_.get()));
    begun_ = false;
    lost_.reset();
}

void MysqlSession::rollback_to_savepoint() {
    control("rollback to savepoint sluice_event");
}

void MysqlSession::run_script(std::string_view script) {
    const ManyStatements many{handle_.get()};
    run_command(handle_.get(), script);
}

const InboxSql& MysqlSession::inbox_sql() const {
    return mysql_inbox_sql();
}

}  // namespace sluice::store
