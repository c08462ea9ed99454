#pragma once

#include "store/mysql/mysql_handle.hpp"
#include "store/recently_used.hpp"
#include "store/session.hpp"

namespace sluice::store {

/// See Session. A handler's statement that would end the transaction is refused; so are those that
/// change tables, since MySQL commits for them. Rows are counted as they are found, not as they are
/// changed.
class MysqlSession final : public Session {
public:
    static constexpr std::size_t kStatementsMax = 256;

    explicit MysqlSession(MysqlPtr handle)
        : handle_{std::move(handle)},
          statements_{kStatementsMax} {}

    using Session::execute;
    using Session::query;

    std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) override;
    std::vector<SqlRow> query(std::string_view statement, std::span<const SqlValue> values)
        override;

    void begin() override;
    void commit() override;
    void rollback() noexcept override;

    void savepoint() override { control("savepoint sluice_event"); }

    void release() override { control("release savepoint sluice_event"); }

    void rollback_to_savepoint() override;

    [[nodiscard]] bool in_transaction() const override { return in_transaction_; }

    /// Each statement by itself, since MySQL commits each: what fails leaves what was before it.
    void run_script(std::string_view script) override;

    [[nodiscard]] const InboxSql& inbox_sql() const override;

private:
    void control(std::string_view statement);
    MYSQL_STMT* prepared(std::string_view statement);
    MYSQL_STMT* run(std::string_view statement, std::span<const SqlValue> values);
    void require_open_transaction(std::string_view statement);
    [[nodiscard]] SqlError failed(MYSQL_STMT* prepared, std::string_view statement);

    MysqlPtr handle_;  // outlives the statements
    RecentlyUsed<MysqlStatementPtr> statements_;
    bool in_transaction_{false};  ///< the server says so only with what succeeds
};

}  // namespace sluice::store
