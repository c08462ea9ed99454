#pragma once

#include "store/postgres/postgres_statements.hpp"
#include "store/postgres/postgres_values.hpp"
#include "store/session.hpp"

#include <optional>

namespace sluice::store {

/// See Session. A handler's statement that would end the transaction, or set a savepoint, is
/// refused. After a statement that failed PostgreSQL takes no other until the savepoint is undone:
/// the next one, and `require_usable`, throw the first one's error again.
class PostgresSession final : public Session {
public:
    static constexpr std::size_t kStatementsMax = 256;

    explicit PostgresSession(PostgresPtr handle)
        : handle_{std::move(handle)},
          statements_{handle_.get(), kStatementsMax} {}

    using Session::execute;
    using Session::query;

    std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) override;
    std::vector<SqlRow> query(std::string_view statement, std::span<const SqlValue> values)
        override;

    void begin() override { run_command(handle_.get(), "begin"); }

    void commit() override;
    void rollback() noexcept override;

    /// Sent with the statement that follows, and with the release of the one before.
    void savepoint() override { to_set_ = true; }

    void release() override;
    void rollback_to_savepoint() override;

    [[nodiscard]] bool in_transaction() const override;
    void require_usable() const override;

    /// In one transaction: all of it, or nothing. No time-out holds for it.
    void run_script(std::string_view script) override;

    [[nodiscard]] const InboxSql& inbox_sql() const override;

private:
    PostgresResult run(std::string_view statement, std::span<const SqlValue> values);
    PostgresResult run_prepared(std::string_view statement, std::span<const SqlValue> values);
    PostgresResult send(const PostgresStatement& prepared, const PostgresParameters& parameters);
    [[nodiscard]] std::span<const char* const> unsent_commands();
    void send_unsent();
    void forget_unsent() noexcept;

    PostgresPtr handle_;  // outlives the statements
    PostgresStatements statements_;
    bool to_set_{false};               ///< a savepoint that the server has not yet
    bool to_release_{false};           ///< one that is released, but that the server still has
    std::optional<SqlError> spoiled_;  ///< the transaction takes nothing more, because of this
};

}  // namespace sluice::store
