#pragma once

#include "outbox/relay/desk.hpp"
#include "tests/databases/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::outbox::test {

/// A database of its own with an outbox whose source is /orders. Where PostgreSQL is not installed
/// the test skips.
class OutboxDatabase : public testing::Test {
protected:
    void SetUp() override {
        auto& server = sluice::test::DatabaseServer::shared("postgresql");
        if (!server.missing().empty()) GTEST_SKIP() << server.missing();
        static int made = 0;
        const std::string name = fmt::format("outbox_{}", ++made);
        PgConnection first = connect(server.url());
        script(first, "create database " + name);
        url_ = server.url(name);
        connection_.emplace(connect(url_));
        OutboxDesk desk{*connection_};
        ASSERT_TRUE(desk.migrate());
        ASSERT_TRUE(desk.begin_source("/orders"));
    }

    [[nodiscard]] static PgConnection connect(const std::string& url) {
        auto opened = PgConnection::open(url, "test");
        if (!opened) throw std::runtime_error{opened.error().message};
        return std::move(opened).value();
    }

    static void script(PgConnection& on, const std::string& sql) {
        const Status done = on.run_script(sql);
        if (!done) throw std::runtime_error{sql + ": " + done.error().message};
    }

    void sql(const std::string& text) { script(*connection_, text); }

    /// The first column, row by row. `statement` is a literal: it is prepared under its text.
    std::vector<std::string> column(std::string_view statement) {
        const auto rows = connection_->run(statement);
        if (!rows) throw std::runtime_error{rows.error().message};
        std::vector<std::string> found;
        for (std::size_t row = 0; row < rows->size(); ++row) {
            found.emplace_back(rows->text(row, 0));
        }
        return found;
    }

    void emit(const std::string& subject, int events = 1, const std::string& more = "") {
        sql(fmt::format(
            "select sluice_publish('shop', '{}', 'order.placed', '{{\"amount\": 1}}'{}) "
            "from generate_series(1, {})",
            subject,
            more,
            events
        ));
    }

    [[nodiscard]] static std::vector<Slot> all_slots() {
        std::vector<Slot> slots;
        for (std::uint16_t slot = 0; slot < 64; ++slot) slots.push_back(Slot{slot});
        return slots;
    }

    [[nodiscard]] PgConnection& connection() { return *connection_; }

    std::string url_;

private:
    std::optional<PgConnection> connection_;
};

}  // namespace sluice::outbox::test
