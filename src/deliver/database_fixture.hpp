#pragma once

#include "deliver/handler_fixture.hpp"
#include "store/connect/database_fixture.hpp"

#include <memory>
#include <string>
#include <utility>

namespace sluice::deliver::test {

/// Writes an event's subject and position.
inline void write_effect(const Event& event, Sql& sql) {
    const std::string position{event.extension(extension::kSubjectPosition).value()};
    sql.execute("insert into effects values (?, ?)", {event.subject, std::stoll(position)});
}

/// "done" writes; the other types write, and then fail in their way.
inline Service effects_service() {
    Service service{"sales"};
    service.schema(
        "create table if not exists effects (subject varchar(64), position bigint);"
        "create table if not exists once (k varchar(64) primary key)"
    );
    service.on("done", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        return Handled::done();
    });
    service.on("dead", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        return Handled::dead("never");
    });
    service.on("doubled", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        for (int times = 0; times < 2; ++times) sql.execute("insert into once values ('k')");
        return Handled::done();
    });
    service.on("careless", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        sql.execute("insert into once values (?)", {event.subject});
        try {
            sql.execute("insert into once values (?)", {event.subject});
        } catch (const SqlError& error) {
            EXPECT_EQ(error.kind(), SqlError::Kind::kConstraint);
        }
        return Handled::done();
    });
    service.on("syntax", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        sql.execute("insert into nowhere values (1)");
        return Handled::done();
    });
    return service;
}

/// Sinks on a database of the test's own.
class SinkOnDatabase : public store::test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        database_ = database();
        sink_ = open_sink(effects_service());
    }

    std::unique_ptr<HandlerSink> open_sink(Service service) {
        auto opened = HandlerSink::open(std::move(service), *database_, clock_, {"order", {}});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    /// "a1 a2 b1"
    [[nodiscard]] std::string effects() const {
        std::string all;
        for (const SqlRow& row :
             open()->query("select subject, position from effects order by subject, position")) {
            all += fmt::format("{}{}{}", all.empty() ? "" : " ", row.text(0), row.integer(1));
        }
        return all;
    }

    FixedClock clock_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<HandlerSink> sink_;
};

}  // namespace sluice::deliver::test
