#pragma once

#include <sluice/service.hpp>
#include <sluice/sql.hpp>

#include "base/test_seed.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

using sluice::test::rerun;  // this namespace hides that one
using sluice::test::seed;

/// An Sql on an empty database in memory, for services' tests: no transaction, no inbox.
class MemorySql final : public Sql {
public:
    explicit MemorySql(const std::string& ddl = "") {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open(":memory:", &opened);
        database_.reset(opened);
        check(code == SQLITE_OK);
        check(sqlite3_exec(opened, ddl.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    using Sql::execute;
    using Sql::query;

    std::int64_t execute(std::string_view text, std::span<const SqlValue> values) override {
        sqlite3_stmt* statement = bound(text, values);
        int code = sqlite3_step(statement);
        while (code == SQLITE_ROW) code = sqlite3_step(statement);
        sqlite3_reset(statement);
        check(code == SQLITE_DONE);
        return sqlite3_changes(database_.get());
    }

    std::vector<SqlRow> query(std::string_view text, std::span<const SqlValue> values) override {
        sqlite3_stmt* statement = bound(text, values);
        std::vector<SqlRow> rows;
        int code = sqlite3_step(statement);
        for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
            std::vector<SqlValue> row;
            const int columns = sqlite3_column_count(statement);
            row.reserve(static_cast<std::size_t>(columns));
            for (int i = 0; i < columns; ++i) row.push_back(column(statement, i));
            rows.emplace_back(std::move(row));
        }
        sqlite3_reset(statement);
        check(code == SQLITE_DONE);
        return rows;
    }

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close(database); }

        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void check(bool well) const {
        if (!well) throw std::runtime_error{sqlite3_errmsg(database_.get())};
    }

    sqlite3_stmt* bound(std::string_view text, std::span<const SqlValue> values) {
        auto found = statements_.find(text);
        if (found == statements_.end()) {
            sqlite3_stmt* made = nullptr;
            const auto size = static_cast<int>(text.size());
            check(
                sqlite3_prepare_v2(database_.get(), text.data(), size, &made, nullptr) == SQLITE_OK
            );
            found = statements_.emplace(std::string{text}, made).first;
        }
        sqlite3_stmt* statement = found->second.get();
        for (std::size_t i = 0; i < values.size(); ++i)
            bind(statement, static_cast<int>(i) + 1, values[i]);
        return statement;
    }

    void bind(sqlite3_stmt* statement, int place, const SqlValue& value) const {
        int code = SQLITE_OK;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            code = sqlite3_bind_int64(statement, place, *number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            const auto size = static_cast<int>(text->size());
            code = sqlite3_bind_text(statement, place, text->data(), size, nullptr);
        } else {
            code = sqlite3_bind_null(statement, place);
        }
        check(code == SQLITE_OK);
    }

    static SqlValue column(sqlite3_stmt* statement, int place) {
        switch (sqlite3_column_type(statement, place)) {
            case SQLITE_NULL: return SqlValue{};
            case SQLITE_INTEGER:
                return SqlValue{std::int64_t{sqlite3_column_int64(statement, place)}};
            default: break;
        }
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, place));
        const void* text = sqlite3_column_blob(statement, place);
        return SqlValue{std::string{static_cast<const char*>(text), size}};
    }

    std::unique_ptr<sqlite3, Close> database_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Close>, std::less<>> statements_;
};

/// A query's rows as text: values parted by blanks, a line each.
inline std::string rows(Sql& sql, std::string_view query) {
    std::string text;
    for (const SqlRow& row : sql.query(query)) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) text += ' ';
            const SqlValue& value = row.values()[i];
            if (row.is_null(i))
                text += "NULL";
            else if (const auto* number = std::get_if<std::int64_t>(&value))
                text += std::to_string(*number);
            else
                text += row.text(i);
        }
        text += '\n';
    }
    return text;
}

/// Gives an event to the service's handler, as a runner without Sluice would: what it wrote of an
/// event that is dead is undone. "done", "not subscribed" or the reason.
inline std::string give(const Service& service, const Event& event, Sql& sql) {
    const auto found = service.handlers().find(event.type);
    if (found == service.handlers().end()) return "not subscribed";
    sql.execute("SAVEPOINT event");
    const Handled handled = found->second(event, sql);
    const bool done = handled.kind() == Handled::Kind::kDone;
    if (!done) sql.execute("ROLLBACK TO event");
    sql.execute("RELEASE event");
    return done ? "done" : handled.reason();
}

}  // namespace sluice::commerce::test
