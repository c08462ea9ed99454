// Handlers in transactions of SQLite, PostgreSQL and MariaDB: what fails, and whom it concerns.

#include "deliver/database_fixture.hpp"

#include <gtest/gtest.h>

#include <barrier>
#include <future>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

using HandlersOnDatabase = SinkOnDatabase;

TEST_P(HandlersOnDatabase, OneEventThatFailsUndoesNoOther) {
    Work work;
    work.run("a", 1, {"done", "dead", "done"}).run("b", 1, {"done", "doubled"});
    work.run("c", 1, {"syntax"}).run("d", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->reason, "never");
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(outcomes[1].failure->error_class, "constraint");
    EXPECT_EQ(outcomes[2].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[3].handled, 1U);
    EXPECT_EQ(effects(), "a1 b1 d1");
    EXPECT_EQ(open()->query("select count(*) from once").front().integer(0), 0);
}

TEST_P(HandlersOnDatabase, AgainIsADuplicate) {
    Work work;
    work.run("a", 1, {"done", "done"}).run("A", 1, {"done"});
    for (int times = 0; times < 2; ++times) {
        for (const auto& outcome : sink_->deliver(work.runs())) {
            EXPECT_FALSE(outcome.failure.has_value()) << outcome.failure->reason;
        }
    }
    EXPECT_EQ(effects(), "A1 a1 a2");
    EXPECT_EQ(sink_->probe().duplicates, 3U);
}

/// Where a failed statement leaves its transaction sound it may be caught; where it does not, the
/// event has failed. Nothing is ever half there.
TEST_P(HandlersOnDatabase, AnErrorThatAHandlerCaughtCostsNoOtherEvent) {
    Work work;
    work.run("a", 1, {"careless"}).run("b", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    if (is_postgres()) {
        EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
        EXPECT_EQ(outcomes[0].failure->error_class, "constraint");
        EXPECT_EQ(effects(), "b1");
    } else {
        EXPECT_EQ(outcomes[0].handled, 1U);
        EXPECT_EQ(effects(), "a1 b1");
    }
    EXPECT_EQ(outcomes[1].handled, 1U);
}

TEST_P(HandlersOnDatabase, ASubjectTooLongForAKeyIsDeadAndTheOthersGoOn) {
    Work work;
    work.run(std::string(60'000, 'x'), 1, {"done"}).run("b", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[1].handled, 1U);
    if (is_sqlite()) return;  // its keys have no limit
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_TRUE(outcomes[0].failure->reason.starts_with("its subject has 60000 bytes;"))
        << outcomes[0].failure->reason;
    EXPECT_EQ(effects(), "b1");
}

TEST_P(HandlersOnDatabase, AConstraintBrokenAtTheCommitFindsItsEvent) {
    if (is_mysql()) GTEST_SKIP() << "it has no such constraints";
    Service service = effects_service();
    service.schema(
        service.schema() +
        ";create table if not exists strict (k bigint primary key, "
        "parent bigint references strict (k) deferrable initially deferred)"
    );
    service.on("orphan", [](const Event& event, Sql& sql) {
        write_effect(event, sql);
        sql.execute("insert into strict values (1, 999)");
        return Handled::done();
    });
    const auto sink = open_sink(service);
    Work work;
    work.run("a", 1, {"done", "orphan", "done"}).run("b", 1, {"done"});
    const auto outcomes = sink->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    ASSERT_TRUE(outcomes[0].failure.has_value());
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(effects(), "a1 b1");
    EXPECT_EQ(sink->probe().commits_lost, 0U) << "it was refused, not lost";
}

/// Two owners whose handlers lock two rows the other way round.
TEST_P(HandlersOnDatabase, ADeadlockIsNoAttempt) {
    if (is_sqlite()) GTEST_SKIP() << "one transaction writes at a time";
    open()->run_script("create table locks (k varchar(8) primary key, n bigint)");
    open()->execute("insert into locks values ('x', 0), ('y', 0)");
    std::barrier both{2};
    bool met = false;
    const auto crossing = [&](const std::string& first, const std::string& second) {
        Service service = effects_service();
        service.on("lock", [&, first, second](const Event& event, Sql& sql) {
            write_effect(event, sql);
            sql.execute("update locks set n = n + 1 where k = ?", {first});
            if (!met) both.arrive_and_wait();
            sql.execute("update locks set n = n + 1 where k = ?", {second});
            return Handled::done();
        });
        return open_sink(std::move(service));
    };
    const auto one = crossing("x", "y");
    const auto other = crossing("y", "x");
    Work ones;
    ones.run("a", 1, {"done", "lock"});
    Work others;
    others.run("b", 1, {"done", "lock"});
    auto theirs = std::async(std::launch::async, [&] { return other->deliver(others.runs()); });
    const auto mine = one->deliver(ones.runs());
    const auto their_own = theirs.get();
    met = true;
    const bool i_lost = mine.front().failure.has_value();
    ASSERT_NE(i_lost, their_own.front().failure.has_value());
    const auto& victim = i_lost ? mine.front() : their_own.front();
    EXPECT_EQ(victim.failure->kind, FailureKind::kNotTried) << victim.failure->reason;
    EXPECT_EQ(victim.handled, 0U) << "the whole transaction is to be done again";
    const auto again = i_lost ? one->deliver(ones.runs()) : other->deliver(others.runs());
    EXPECT_EQ(again.front().handled, 2U);
    EXPECT_EQ(effects(), "a1 a2 b1 b2");
    EXPECT_EQ(open()->query("select sum(n) from locks").front().integer(0), 4);
}

TEST_P(HandlersOnDatabase, AConnectionLostInAHandlerIsNoAttempt) {
    if (is_sqlite()) GTEST_SKIP() << "there is no connection";
    bool lose = true;
    Service service = effects_service();
    service.on("lose", [&](const Event& event, Sql& sql) {
        write_effect(event, sql);
        if (std::exchange(lose, false)) cut(dynamic_cast<store::Session&>(sql));
        sql.execute("insert into once values (?)", {event.subject});
        return Handled::done();
    });
    const auto sink = open_sink(std::move(service));
    Work work;
    work.run("a", 1, {"done"}).run("b", 1, {"lose"});
    for (const auto& outcome : sink->deliver(work.runs())) {
        ASSERT_TRUE(outcome.failure.has_value());
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried) << outcome.failure->reason;
    }
    EXPECT_EQ(effects(), "");
    for (const auto& outcome : sink->deliver(work.runs())) EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(effects(), "a1 b1");
}

TEST_P(HandlersOnDatabase, AServerThatComesAgainIsFound) {
    if (is_sqlite()) GTEST_SKIP() << "there is no server";
    Work first;
    first.run("a", 1, {"done"});
    EXPECT_EQ(sink_->deliver(first.runs()).front().handled, 1U);
    server().kill();
    Work next;
    next.run("a", 2, {"done"});
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(sink_->deliver(next.runs()).front().failure->kind, FailureKind::kNotTried);
    }
    server().start();
    EXPECT_EQ(sink_->deliver(next.runs()).front().handled, 1U);
    EXPECT_EQ(effects(), "a1 a2");
}

INSTANTIATE_TEST_SUITE_P(
    On, HandlersOnDatabase, store::test::databases(), store::test::database_name
);

}  // namespace
}  // namespace sluice::deliver::test
