#include "store/sqlite_session.hpp"

#include "store/inbox_sql.hpp"
#include "store/sql_text.hpp"

#include <array>
#include <limits>
#include <string>

namespace sluice::store {

namespace {

constexpr std::array<std::string_view, 6> kRefused{
    "begin", "commit", "end", "rollback", "savepoint", "release"};

/// Leaves a statement ready for its next use, whatever happens. Its error has been read before.
class Reset {
public:
    explicit Reset(sqlite3_stmt* statement) : statement_{statement} {}

    ~Reset() { sqlite3_reset(statement_); }

    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

private:
    sqlite3_stmt* statement_;
};

struct Binder {
    sqlite3_stmt* statement;
    int at;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, at); }

    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, at, value); }

    int operator()(double value) const { return sqlite3_bind_double(statement, at, value); }

    /// The caller's string outlives the statement's run, so nothing is copied.
    int operator()(const std::string& value) const {
        return sqlite3_bind_text64(
            statement, at, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8
        );
    }
};

SqlValue column(sqlite3_stmt* statement, int at) {
    switch (sqlite3_column_type(statement, at)) {
        case SQLITE_NULL: return std::monostate{};
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, at)};
        case SQLITE_FLOAT: return sqlite3_column_double(statement, at);
        default: break;  // TEXT and BLOB; an int, not an enum of ours
    }
    const void* bytes = sqlite3_column_blob(statement, at);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
    if (size == 0) return std::string{};
    return std::string{static_cast<const char*>(bytes), size};
}

constexpr InboxSql kInboxSql{
    "create table if not exists sluice_inbox (domain text not null, subscription text not null, "
    "subject text not null, last_position integer not null, last_id_hash integer not null, "
    "updated_at integer not null, primary key (domain, subscription, subject)) without rowid",
    kReadInboxRow,
    upsert_inbox_row,
    upsert_inherited_rows,
    std::numeric_limits<std::size_t>::max()};

}  // namespace

sqlite3_stmt* SqliteSession::bound(std::string_view statement, std::span<const SqlValue> values) {
    require_usable();
    sqlite3_stmt* prepared = statements_.find(statement);
    if (prepared == nullptr) {
        refuse_words(kRefused, statement);
        prepared = statements_.get(statement);
    }
    const auto wanted = static_cast<std::size_t>(sqlite3_bind_parameter_count(prepared));
    require_places(wanted, values, statement);
    int at = 0;
    for (const SqlValue& value : values) {
        if (std::visit(Binder{prepared, ++at}, value) != SQLITE_OK) {
            throw sqlite_error(handle_.get(), statement);
        }
    }
    return prepared;
}

std::int64_t SqliteSession::execute(std::string_view statement, std::span<const SqlValue> values) {
    sqlite3_stmt* prepared = bound(statement, values);
    const Reset reset{prepared};
    const sqlite3_int64 before = sqlite3_total_changes64(handle_.get());
    int code = sqlite3_step(prepared);
    while (code == SQLITE_ROW) code = sqlite3_step(prepared);
    if (code != SQLITE_DONE) throw sqlite_error(handle_.get(), statement);
    // sqlite3_changes keeps the count of an earlier statement when this one is none that changes
    // rows.
    if (sqlite3_total_changes64(handle_.get()) == before) return 0;
    return sqlite3_changes64(handle_.get());
}

std::vector<SqlRow> SqliteSession::query(
    std::string_view statement, std::span<const SqlValue> values
) {
    sqlite3_stmt* prepared = bound(statement, values);
    const Reset reset{prepared};
    std::vector<SqlRow> rows;
    int code = sqlite3_step(prepared);
    for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
        const int columns = sqlite3_column_count(prepared);
        std::vector<SqlValue> row;
        row.reserve(static_cast<std::size_t>(columns));
        for (int at = 0; at < columns; ++at) row.push_back(column(prepared, at));
        rows.emplace_back(std::move(row));
    }
    if (code != SQLITE_DONE) throw sqlite_error(handle_.get(), statement);
    return rows;
}

void SqliteSession::control(std::string_view statement) {
    sqlite3_stmt* prepared = statements_.get(statement);
    const Reset reset{prepared};
    if (sqlite3_step(prepared) != SQLITE_DONE) throw sqlite_error(handle_.get(), statement);
}

void SqliteSession::require_usable() const {
    if (!begun_ || in_transaction()) return;
    throw SqlError{SqlError::Kind::kConnection, "an earlier failure has ended the transaction"};
}

void SqliteSession::rollback() noexcept {
    begun_ = false;
    if (!in_transaction()) return;
    // A rollback that fails has been done by SQLite itself already.
    static_cast<void>(sqlite3_exec(handle_.get(), "rollback", nullptr, nullptr, nullptr));
}

void SqliteSession::rollback_to_savepoint() {
    control("rollback to sluice_event");
    control("release sluice_event");
}

void SqliteSession::run_script(std::string_view script) {
    const std::string text{script};
    if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw sqlite_error(handle_.get(), script);
    }
}

const InboxSql& SqliteSession::inbox_sql() const {
    return kInboxSql;
}

}  // namespace sluice::store
