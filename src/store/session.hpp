#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>

#include <memory>
#include <string_view>

namespace sluice::store {

struct InboxSql;

/// A connection and its transaction. What differs between databases is behind this interface:
/// placeholders (`?` in all statements; a dialect that wants others rewrites them), the inbox
/// (InboxSql), error codes.
/// Threads:  one at a time.
/// Lifetime: of its own; the Database may go before it.
/// Failure:  throws SqlError, as Sql does. A failed statement leaves the transaction open unless
///           `in_transaction` says otherwise. A session whose connection is lost stays lost: open
///           another one.
/// Limits:   statements are prepared once per text and kept, the 256 last used.
class Session : public Sql {
public:
    using Sql::execute;
    using Sql::query;

    /// SQLite: takes the write lock at once, so that no statement fails half-way for a lock.
    /// Servers: read committed; the inbox row is the lock.
    virtual void begin() = 0;
    virtual void commit() = 0;

    /// Never throws: without an open transaction, or a connection, nothing is left to undo.
    virtual void rollback() noexcept = 0;

    /// One at a time, inside of a transaction: set, then either released or rolled back (which
    /// releases it).
    virtual void savepoint() = 0;
    virtual void release() = 0;
    virtual void rollback_to_savepoint() = 0;

    [[nodiscard]] virtual bool in_transaction() const = 0;

    /// Throws again the error of a statement after which this database takes no other until the
    /// savepoint is undone: a handler that caught it and went on has written nothing.
    virtual void require_usable() const {}

    /// Several statements, outside of transactions: the DDL of a service.
    virtual void run_script(std::string_view script) = 0;

    [[nodiscard]] virtual const InboxSql& inbox_sql() const = 0;
};

/// Where a service's tables are. Implemented by SqliteDatabase, PostgresDatabase, MysqlDatabase.
/// Threads:  any.
class Database {
public:
    virtual ~Database() = default;

    /// kBadConfig when it can never work (no such directory), kUnavailable when it may later,
    /// kCorrupt when the file is no database. Says which database and what to do.
    [[nodiscard]] virtual Result<std::unique_ptr<Session>> open_session() const = 0;
};

}  // namespace sluice::store
