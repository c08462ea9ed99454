#include "commerce/plain/plain_consumers.hpp"

#include "commerce/events/test_sql.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sluice::commerce {
namespace {

/// Counts what it is given; a cancellation without its order is impossible.
Service counting(const std::string& name) {
    Service service{name};
    service.schema(
        "CREATE TABLE IF NOT EXISTS orders_" + name + " (id TEXT PRIMARY KEY, open INTEGER);"
    );
    service.on("order.placed", [name](const Event& event, Sql& sql) {
        sql.execute("INSERT INTO orders_" + name + " (id, open) VALUES (?, 1)", {event.subject});
        return Handled::done();
    });
    service.on("order.cancelled", [name](const Event& event, Sql& sql) {
        const auto changed =
            sql.execute("UPDATE orders_" + name + " SET open = 0 WHERE id = ?", {event.subject});
        return changed == 1 ? Handled::done() : Handled::dead("unknown_order");
    });
    return service;
}

Event event(const std::string& type, const std::string& subject) {
    Event made;
    made.id = subject + type;
    made.source = "/orders";
    made.type = type;
    made.subject = subject;
    return made;
}

class PlainConsumersTest : public testing::Test {
protected:
    std::string open_orders(const std::string& name) {
        const auto session = store::SqliteDatabase{{.path = file()}}.open_session().value();
        return test::rows(*session, "SELECT id, open FROM orders_" + name + " ORDER BY id");
    }

    std::string file() { return folder_.file("a.sqlite"); }

    ::sluice::test::TempDir folder_;
    PlainConsumers consumers_;
};

TEST_F(PlainConsumersTest, HandlesInOrderWhatComesInOrder) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.cancelled", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("x"), "1 0\n");
    EXPECT_EQ(consumers_.handled(), 2U);
}

TEST_F(PlainConsumersTest, GivesUpACancellationThatComesFirst) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.cancelled", "1")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("x"), "1 1\n");  // what Sluice is for
    EXPECT_EQ(consumers_.given_up(), 1U);
}

TEST_F(PlainConsumersTest, KnowsADuplicateByItsId) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    for (int again = 0; again < 3; ++again) {
        ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    }
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(consumers_.handled(), 1U);
    EXPECT_EQ(consumers_.duplicates(), 2U);
    EXPECT_EQ(consumers_.given_up(), 0U);
}

TEST_F(PlainConsumersTest, TwoServicesShareADatabase) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.add(counting("y"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("x"), "1 1\n");
    EXPECT_EQ(open_orders("y"), "1 1\n");
}

TEST_F(PlainConsumersTest, AnExceptionIsAnEventGivenUp) {
    Service service{"x"};
    service.on("order.placed", [](const Event&, Sql& sql) {
        sql.execute("INSERT INTO nowhere VALUES (1)", {});
        return Handled::done();
    });
    ASSERT_TRUE(consumers_.add(service, file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(consumers_.given_up(), 1U);
}

TEST_F(PlainConsumersTest, WhatAnEventWroteBeforeItWasGivenUpIsUndone) {
    Service service = counting("x");
    service.on("order.paid", [](const Event& event, Sql& sql) {
        sql.execute("INSERT INTO orders_x (id, open) VALUES (?, 7)", {event.subject});
        return Handled::dead("after all");
    });
    ASSERT_TRUE(consumers_.add(service, file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.paid", "2")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "3")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("x"), "1 1\n3 1\n");
}

TEST_F(PlainConsumersTest, AnEventGivenUpIsNotTakenUpAgain) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.cancelled", "1")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.cancelled", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("x"), "1 1\n");  // its duplicate is known, and so it is lost
    EXPECT_EQ(consumers_.given_up(), 1U);
    EXPECT_EQ(consumers_.duplicates(), 1U);
}

TEST_F(PlainConsumersTest, EventsThatNobodyWantsPassBy) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("review.written", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(consumers_.handled() + consumers_.given_up() + consumers_.duplicates(), 0U);
}

TEST_F(PlainConsumersTest, EachServiceKnowsItsOwnDuplicates) {
    ASSERT_TRUE(consumers_.add(counting("x"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    ASSERT_TRUE(consumers_.add(counting("y"), file()).has_value());
    ASSERT_TRUE(consumers_.consume(event("order.placed", "1")).has_value());
    ASSERT_TRUE(consumers_.finish().has_value());
    EXPECT_EQ(open_orders("y"), "1 1\n");
    EXPECT_EQ(consumers_.handled(), 2U);
    EXPECT_EQ(consumers_.duplicates(), 1U);
}

TEST_F(PlainConsumersTest, GoesOnWithADatabaseThatIsThere) {
    for (int life = 0; life < 2; ++life) {
        PlainConsumers consumers;
        ASSERT_TRUE(consumers.add(counting("x"), file()).has_value());
        ASSERT_TRUE(consumers.consume(event("order.placed", "1")).has_value());
        ASSERT_TRUE(consumers.finish().has_value());
        EXPECT_EQ(consumers.duplicates(), life == 0 ? 0U : 1U);
    }
    EXPECT_EQ(open_orders("x"), "1 1\n");
}

/// A transaction holds so many events: what lies behind the last full one is lost without `finish`.
TEST_F(PlainConsumersTest, ATransactionHoldsItsEventsAndNoMore) {
    constexpr auto kEach = PlainConsumers::kEventsPerTransaction;
    {
        PlainConsumers consumers;
        ASSERT_TRUE(consumers.add(counting("x"), file()).has_value());
        for (std::size_t i = 0; i < kEach + 3; ++i)
            ASSERT_TRUE(consumers.consume(event("order.placed", std::to_string(i))).has_value());
    }
    const auto session = store::SqliteDatabase{{.path = file()}}.open_session().value();
    EXPECT_EQ(test::rows(*session, "SELECT COUNT(*) FROM orders_x"), fmt::format("{}\n", kEach));
    EXPECT_EQ(test::rows(*session, "SELECT COUNT(*) FROM _seen"), fmt::format("{}\n", kEach));
}

TEST_F(PlainConsumersTest, ADatabaseThatCannotBeOpenedOrMadeIsToldWithItsFile) {
    const Status nowhere = consumers_.add(counting("x"), folder_.file("no/such/folder/a.sqlite"));
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_NE(nowhere.error().message.find("no/such/folder"), std::string::npos)
        << nowhere.error().message;
    Service broken{"x"};
    broken.schema("CREATE TABLE");
    const Status refused = consumers_.add(broken, file());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kIo);
    EXPECT_NE(refused.error().message.find("a.sqlite: "), std::string::npos);
}

}  // namespace
}  // namespace sluice::commerce
