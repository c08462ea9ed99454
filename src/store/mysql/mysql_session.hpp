#pragma once

#include "store/mysql/mysql_handle.hpp"
#include "store/recently_used.hpp"
#include "store/session.hpp"

#include <optional>

namespace sluice::store {

/// See Session. A handler's statement that would end the transaction is refused; so are those that
/// change tables, since MySQL commits for them. After a deadlock, which undoes the transaction,
/// every statement throws that error again until `rollback`: by itself it would be committed. Rows
/// are counted as they are found, not as they are changed.
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

    /// The next one of the same name takes its place, and the transaction's end takes the last.
    void release() override { require_usable(); }

    void rollback_to_savepoint() override;

    /// The server says so only with what succeeds.
    [[nodiscard]] bool in_transaction() const override { return begun_ && !lost_.has_value(); }

    void require_usable() const override;

    /// Each statement by itself, since MySQL commits each: what fails leaves what was before it.
    void run_script(std::string_view script) override;

    [[nodiscard]] const InboxSql& inbox_sql() const override;

private:
    void control(std::string_view statement);
    MYSQL_STMT* prepared(std::string_view statement);
    MYSQL_STMT* run(std::string_view statement, std::span<const SqlValue> values);
    void require_open_transaction(std::string_view statement);
    [[nodiscard]] SqlError failed(MYSQL_STMT* prepared, std::string_view statement);
    void note(unsigned number, const SqlError& error);

    MysqlPtr handle_;  // outlives the statements
    RecentlyUsed<MysqlStatementPtr> statements_;
    bool begun_{false};
    std::optional<SqlError> lost_;  ///< what has ended the transaction
};

}  // namespace sluice::store
