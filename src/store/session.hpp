#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>

#include <memory>
#include <string_view>

namespace sluice::store {

/// The inbox's statements in the dialect of a database; what each does stands in inbox.hpp.
struct InboxSql {
    std::string_view create;
    std::string_view advance;  ///< domain, subscription, subject, position, id hash, milliseconds
    std::string_view read;     ///< domain, subscription, subject
    std::string_view inherit;  ///< subscription, milliseconds, domain, the other subscription
};

/// A connection and its transaction. What differs between databases is behind this interface:
/// placeholders
/// (`?` in all statements; a dialect that wants others rewrites them), the inbox's upsert, error
/// codes. Threads:  one at a time. Lifetime: of its own; the Database may go before it. Failure:
/// throws SqlError, as Sql does. A failed statement leaves the transaction open unless
///           `in_transaction` says otherwise.
/// Limits:   statements are prepared once per text and kept, the 256 last used.
class Session : public Sql {
public:
    using Sql::execute;
    using Sql::query;

    /// Takes the write lock at once, so that no statement fails half-way for a lock.
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

    /// Several statements, outside of transactions: the DDL of a service.
    virtual void run_script(std::string_view script) = 0;

    [[nodiscard]] virtual const InboxSql& inbox_sql() const = 0;
};

/// Where a service's tables are. Implemented by SqliteDatabase.
/// Threads:  any.
class Database {
public:
    virtual ~Database() = default;

    /// kBadConfig when it can never work (no such directory), kUnavailable when it may later,
    /// kCorrupt when the file is no database. Says which database and what to do.
    [[nodiscard]] virtual Result<std::unique_ptr<Session>> open_session() const = 0;
};

}  // namespace sluice::store
