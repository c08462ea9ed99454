#pragma once

#include "store/session.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// See Session. A handler's statement that would end the transaction, or set a savepoint, is
/// refused. Some failures end the transaction: after one, every statement throws until `rollback`,
/// since by itself it would be committed.
class SqliteSession final : public Session {
public:
    static constexpr std::size_t kStatementsMax = 256;

    explicit SqliteSession(SqlitePtr handle)
        : handle_{std::move(handle)},
          statements_{handle_.get(), kStatementsMax} {}

    using Session::execute;
    using Session::query;

    std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) override;
    std::vector<SqlRow> query(std::string_view statement, std::span<const SqlValue> values)
        override;

    void begin() override {
        control("begin immediate");
        begun_ = true;
    }

    void commit() override {
        require_usable();
        control("commit");
        begun_ = false;
    }

    void rollback() noexcept override;

    void savepoint() override { control("savepoint sluice_event"); }

    void release() override { control("release sluice_event"); }

    void rollback_to_savepoint() override;

    [[nodiscard]] bool in_transaction() const override {
        return sqlite3_get_autocommit(handle_.get()) == 0;
    }

    void require_usable() const override;
    void run_script(std::string_view script) override;

    [[nodiscard]] const InboxSql& inbox_sql() const override;

private:
    void control(std::string_view statement);
    sqlite3_stmt* bound(std::string_view statement, std::span<const SqlValue> values);

    SqlitePtr handle_;  // outlives the statements
    StatementCache statements_;
    bool begun_{false};
};

}  // namespace sluice::store
