#include <sluice/service.hpp>

#include "public_fixture.hpp"

#include <array>
#include <atomic>
#include <stdexcept>

namespace sluice::user {
namespace {

constexpr const char* kTable =
    "create table if not exists orders(id text primary key, total integer)";

/// Books an order; `then` says what the handler answers for it afterwards.
class HandlerTest : public UserTest {
protected:
    using Answer = std::function<Handled(const Event&, Sql&)>;

    /// A service whose handler of order.placed writes a row and then does as `then` says. Asked, it
    /// counts the rows.
    void open_with(const Answer& then) {
        open();
        Service books{"books"};
        books.schema(kTable)
            .on("order.placed",
                [this, then](const Event& event, Sql& sql) {
                    ++calls_;
                    sql.execute("insert into orders values (?, 1)", {event.subject});
                    Handled answer = then(event, sql);
                    if (answer.kind() == Handled::Kind::kDone) seen_.add(event);
                    return answer;
                })
            .on("order.cancelled",
                [this](const Event& event, Sql&) {
                    seen_.add(event);
                    return Handled::done();
                })
            .on("shop.asked", [this](const Event&, Sql& sql) {
                rows_ = sql.query("select count(*) from orders").at(0).integer(0);
                return Handled::done();
            });
        serve(books);
        start();
    }

    std::int64_t rows() {
        publish({order_event("shop.asked", "asker-" + std::to_string(++asked_), 1)});
        settle();
        return rows_;
    }

    Seen seen_;
    std::atomic<int> calls_{0};
    std::atomic<std::int64_t> rows_{-1};
    int asked_{0};
};

TEST_F(HandlerTest, DoneIsWrittenOnceAndInOrder) {
    open_with([](const Event&, Sql&) { return Handled::done(); });
    publish({cancelled("17", 2), cancelled("17", 2), placed("17", 1), placed("18", 1)});
    settle();
    EXPECT_EQ(seen_.of("17"), "17.1 17.2");
    EXPECT_EQ(seen_.of("18"), "18.1");
    EXPECT_EQ(sluice_->counts().duplicates, 1U);
    EXPECT_EQ(rows(), 2);
}

TEST_F(HandlerTest, RetryUndoesWhatWasWrittenAndComesAgain) {
    open_with([this](const Event&, Sql&) {
        return calls_ < 3 ? Handled::retry("the bank is closed", Milliseconds{0}) : Handled::done();
    });
    publish({placed("17", 1), cancelled("17", 2)});
    settle();
    EXPECT_EQ(calls_, 3);
    EXPECT_EQ(seen_.of("17"), "17.1 17.2") << "the cancellation waited for its order";
    EXPECT_EQ(sluice_->counts().retried, 2U);
    EXPECT_EQ(sluice_->counts().parked_now, 0U);
    EXPECT_EQ(rows(), 1) << "each attempt's row but the last one's was undone";
}

TEST_F(HandlerTest, RetryForEverEndsWithAParkedSubject) {
    open_with([](const Event&, Sql&) { return Handled::retry("no", Milliseconds{0}); });
    publish({placed("17", 1)});
    settle();
    EXPECT_EQ(calls_, 8) << "the policy's attempts";
    EXPECT_EQ(sluice_->counts().parked_now, 1U);
    EXPECT_EQ(rows(), 0);
}

TEST_F(HandlerTest, DeadParksItsSubjectAndHoldsWhatFollows) {
    open_with([](const Event& event, Sql&) {
        return event.subject == "17" ? Handled::dead("an impossible total") : Handled::done();
    });
    publish({placed("17", 1), cancelled("17", 2), placed("18", 1), cancelled("18", 2)});
    settle();
    EXPECT_EQ(seen_.of("17"), "") << "neither the dead event nor what follows it";
    EXPECT_EQ(seen_.of("18"), "18.1 18.2");
    EXPECT_EQ(sluice_->counts().parked_now, 1U);
    EXPECT_EQ(rows(), 1) << "the dead event's row was undone";
}

TEST_F(HandlerTest, AParkedSubjectStaysParkedAfterARestart) {
    const auto dead = [](const Event&, Sql&) { return Handled::dead("never"); };
    open_with(dead);
    publish({placed("17", 1)});
    settle();
    ASSERT_TRUE(sluice_->stop());
    sluice_.reset();
    open_with(dead);
    publish({cancelled("17", 2)});
    settle();
    EXPECT_EQ(calls_, 1) << "it is not tried again by itself";
    EXPECT_EQ(sluice_->counts().parked_now, 1U);
    EXPECT_EQ(seen_.of("17"), "");
}

struct Thrower {
    const char* what;
    void (*throws)(const Event&, Sql&);
};

constexpr std::array kDeadly{
    Thrower{"any exception", [](const Event&, Sql&) { throw std::runtime_error{"bug"}; }},
    Thrower{"no exception of the library's", [](const Event&, Sql&) { throw 7; }},
    Thrower{
        "a column of another kind",
        [](const Event&, Sql& sql) {
            static_cast<void>(sql.query("select 'text'").at(0).integer(0));
        }},
    Thrower{
        "a column that is not there",
        [](const Event&, Sql& sql) { static_cast<void>(sql.query("select 1").at(0).integer(1)); }},
    Thrower{
        "a constraint",
        [](const Event& event, Sql& sql) {
            sql.execute("insert into orders values (?, 2)", {event.subject});
        }},
    Thrower{
        "a statement that is none",
        [](const Event&, Sql& sql) { sql.execute("insrt into orders"); }},
    Thrower{"too few values", [](const Event&, Sql& sql) {
                sql.execute("delete from orders where id = ?");
            }}};

TEST_F(HandlerTest, WhatAHandlerThrowsIsDeadAndUndone) {
    open_with([](const Event& event, Sql& sql) {
        kDeadly.at(static_cast<std::size_t>(std::stoi(event.subject))).throws(event, sql);
        return Handled::done();
    });
    for (std::size_t at = 0; at < kDeadly.size(); ++at) publish({placed(std::to_string(at), 1)});
    settle();
    for (std::size_t at = 0; at < kDeadly.size(); ++at) {
        EXPECT_EQ(seen_.of(std::to_string(at)), "") << kDeadly.at(at).what;
    }
    EXPECT_EQ(sluice_->counts().parked_now, kDeadly.size());
    EXPECT_EQ(calls_, static_cast<int>(kDeadly.size())) << "no attempt would help";
    EXPECT_EQ(rows(), 0);
    EXPECT_TRUE(sluice_->failure()) << "the process goes on";
}

TEST_F(HandlerTest, AConstraintThatAHandlerExpectsIsItsOwnBusiness) {
    open_with([](const Event& event, Sql& sql) {
        try {
            sql.execute("insert into orders values (?, 2)", {event.subject});
        } catch (const SqlError& error) {
            EXPECT_EQ(error.kind(), SqlError::Kind::kConstraint);
        }
        return Handled::done();
    });
    publish({placed("17", 1)});
    settle();
    EXPECT_EQ(seen_.of("17"), "17.1");
    EXPECT_EQ(rows(), 1);
}

TEST_F(HandlerTest, ALockIsNoAttempt) {
    open_with([this](const Event&, Sql&) -> Handled {
        if (calls_ < 12) throw SqlError{SqlError::Kind::kBusy, "database is locked"};
        return Handled::done();
    });
    publish({placed("17", 1)});
    settle();
    EXPECT_EQ(calls_, 12) << "more often than the policy would let an event fail";
    EXPECT_EQ(sluice_->counts().parked_now, 0U);
    EXPECT_EQ(rows(), 1);
}

TEST_F(HandlerTest, OfTwoServicesTheOnesDeathIsNotTheOthers) {
    open();
    Service strict{"strict"};
    strict.on("order.placed", [](const Event&, Sql&) { return Handled::dead("no"); });
    Service kind{"kind"};
    kind.on("order.placed", [this](const Event& event, Sql&) {
        seen_.add(event);
        return Handled::done();
    });
    serve(strict);
    serve(kind);
    start();
    publish({placed("17", 1)});
    settle();
    EXPECT_EQ(seen_.of("17"), "17.1");
    EXPECT_EQ(sluice_->counts().parked_now, 1U);
}

TEST(Handled, SaysWhatWhyAndWhen) {
    EXPECT_EQ(Handled::done().kind(), Handled::Kind::kDone);
    const Handled soon = Handled::retry("busy");
    EXPECT_EQ(soon.kind(), Handled::Kind::kRetry);
    EXPECT_EQ(soon.reason(), "busy");
    EXPECT_EQ(soon.after(), std::nullopt) << "the policy says when";
    EXPECT_EQ(Handled::retry("closed", Milliseconds{60'000}).after(), Milliseconds{60'000});
    EXPECT_EQ(Handled::dead("broken").kind(), Handled::Kind::kDead);
    EXPECT_EQ(Handled::dead("broken").reason(), "broken");
}

TEST(Service, OfAHandlerGivenTwiceTheLastCounts) {
    Service service{"books"};
    service.on("a", [](const Event&, Sql&) { return Handled::done(); })
        .on("a", [](const Event&, Sql&) { return Handled::dead("the last"); })
        .on("b", [](const Event&, Sql&) { return Handled::done(); })
        .schema("create table t(a)");
    ASSERT_EQ(service.handlers().size(), 2U);

    class NoSql final : public Sql {
        std::int64_t execute(std::string_view, std::span<const SqlValue>) override { return 0; }

        std::vector<SqlRow> query(std::string_view, std::span<const SqlValue>) override {
            return {};
        }
    } sql;

    EXPECT_EQ(service.handlers().at("a")(Event{}, sql).reason(), "the last");
    EXPECT_EQ(service.schema(), "create table t(a)");
}

}  // namespace
}  // namespace sluice::user
