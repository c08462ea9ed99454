// A database that fails in each call of a transaction, in each way.

#include "base/test_seed.hpp"
#include "deliver/handler_fixture.hpp"
#include "store/inbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

namespace sluice::deliver::test {
namespace {

using Call = FaultySession::Call;
using Commit = FaultySession::Plan::Commit;
using dispatch::FailureKind;
using Kind = SqlError::Kind;

constexpr std::array kKinds{
    Kind::kBusy, Kind::kSerialization, Kind::kConstraint, Kind::kConnection, Kind::kOther};

using HandlerFaults = HandlerSinkTest;

/// What is not the handler's own statement never counts as an attempt of an event, and never leaves
/// a part of a transaction behind.
TEST_F(HandlerFaults, SluicesOwnStatementsBlameNoEvent) {
    std::uint64_t first = 1;
    for (const Call call : {Call::kBegin, Call::kSavepoint, Call::kInbox, Call::kRelease}) {
        for (const Kind kind : kKinds) {
            for (const bool ends : {false, true}) {
                SCOPED_TRACE(fmt::format(
                    "call {}, kind {}, ends {}",
                    static_cast<int>(call),
                    static_cast<int>(kind),
                    ends
                ));
                const std::string before = effects();
                Work work;
                work.run("a", first, {"done", "done"}).run("b", first, {"done", "done"});
                database_.plan.fail_call = call;
                database_.plan.fail_kind = kind;
                database_.plan.passing = call == Call::kBegin ? 0 : 2;
                database_.plan.transaction_ends = ends && call != Call::kBegin;
                for (const auto& outcome : sink_->deliver(work.runs())) {
                    EXPECT_EQ(outcome.handled, 0U);
                    EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
                    EXPECT_EQ(outcome.failure->reason, "as planned");
                }
                EXPECT_EQ(effects(), before);
                for (const auto& outcome : sink_->deliver(work.runs())) {
                    EXPECT_EQ(outcome.handled, 2U) << "and all is well again";
                }
                first += 2;
            }
        }
    }
    EXPECT_EQ(sink_->probe().duplicates, 0U);
    EXPECT_EQ(sink_->probe().failed, 0U);
}

TEST_F(HandlerFaults, AnUndoThatFailsTakesTheWholeTransactionBack) {
    Work work;
    work.run("a", 1, {"done"}).run("b", 1, {"dead"});
    database_.plan.fail_call = Call::kUndo;
    database_.plan.fail_kind = Kind::kConnection;
    for (const auto& outcome : sink_->deliver(work.runs())) {
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    }
    EXPECT_EQ(effects(), "");
    const auto again = sink_->deliver(work.runs());
    EXPECT_EQ(again[0].handled, 1U);
    EXPECT_EQ(again[1].failure->kind, FailureKind::kDead);
}

/// A statement of a handler: its own event bears it, or the transaction, or nobody.
TEST_F(HandlerFaults, AHandlersStatementIsJudgedByItsError) {
    struct Case {
        Kind kind;
        bool transaction_ends;
        FailureKind of_it;
        bool others_go_on;
    };

    constexpr std::array kCases{
        Case{Kind::kBusy, false, FailureKind::kNotTried, true},
        Case{Kind::kConstraint, false, FailureKind::kDead, true},
        Case{Kind::kOther, false, FailureKind::kDead, true},
        Case{Kind::kSerialization, false, FailureKind::kNotTried, false},
        Case{Kind::kConnection, false, FailureKind::kNotTried, false},
        Case{Kind::kConstraint, true, FailureKind::kNotTried, false},
        Case{Kind::kOther, true, FailureKind::kNotTried, false},
    };
    std::uint64_t at = 1;
    for (const Case& one : kCases) {
        SCOPED_TRACE(
            fmt::format("kind {}, ends {}", static_cast<int>(one.kind), one.transaction_ends)
        );
        Work work;
        work.run("a", at, {"done"}).run("b", at, {"done"}).run("c", at, {"done"});
        database_.plan.fail_call = Call::kHandler;
        database_.plan.passing = 1;
        database_.plan.fail_kind = one.kind;
        database_.plan.transaction_ends = one.transaction_ends;
        const auto outcomes = sink_->deliver(work.runs());
        EXPECT_EQ(outcomes[1].failure->kind, one.of_it);
        EXPECT_EQ(outcomes[0].handled, one.others_go_on ? 1U : 0U);
        EXPECT_EQ(outcomes[2].handled, one.others_go_on ? 1U : 0U);
        EXPECT_EQ(sink_->deliver(work.runs())[1].handled, 1U);
        ++at;
    }
}

TEST_F(HandlerFaults, AHandlerMayCatchItsOwnErrorAndGoOn) {
    Service service{"careful"};
    service.schema("create table if not exists careful (k text primary key)");
    service.on("done", [](const Event&, Sql& sql) {
        sql.execute("insert into careful values ('a')");
        try {
            sql.execute("insert into careful values ('a')");
        } catch (const SqlError& error) {
            EXPECT_EQ(error.kind(), Kind::kConstraint);
        }
        return Handled::done();
    });
    auto sink = HandlerSink::open(std::move(service), database_, clock_, {"order", {}});
    Work work;
    work.run("a", 1, {"done"});
    EXPECT_EQ(sink.value()->deliver(work.runs()).front().handled, 1U);
    auto session = store::SqliteDatabase{{path_}}.open_session();
    EXPECT_EQ(session.value()->query("select count(*) from careful").front().integer(0), 1);
}

TEST_F(HandlerFaults, WhateverAHandlerThrowsIsItsEventsReason) {
    Service service{"thrower"};
    service.on("number", [](const Event&, Sql&) -> Handled { throw 17; });
    service.on("text", [](const Event&, Sql&) -> Handled { throw std::out_of_range{"at 5"}; });
    service.on("commit", [](const Event&, Sql& sql) {
        sql.execute("commit");
        return Handled::done();
    });
    auto sink = HandlerSink::open(std::move(service), database_, clock_, {"order", {}});
    Work work;
    work.run("a", 1, {"number"}).run("b", 1, {"text"}).run("c", 1, {"commit"});
    const auto outcomes = sink.value()->deliver(work.runs());
    EXPECT_EQ(outcomes[0].failure->reason, "the handler threw something unknown");
    EXPECT_EQ(outcomes[1].failure->reason, "the handler threw: at 5");
    EXPECT_EQ(
        outcomes[2].failure->reason,
        "a handler's transaction is not its own to end: \"commit\" is refused"
    );
    for (const auto& outcome : outcomes) EXPECT_EQ(outcome.failure->kind, FailureKind::kDead);
}

TEST_F(HandlerFaults, TablesThatAreGoneAreMadeAnew) {
    Work work;
    work.run("a", 1, {"done"});
    static_cast<void>(sink_->deliver(work.runs()));
    store::SqliteDatabase{{path_}}.open_session().value()->run_script("drop table sluice_inbox");
    Work next;
    next.run("a", 2, {"done"});
    const auto first = sink_->deliver(next.runs()).front();
    EXPECT_EQ(first.failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(first.failure->reason.find("no such table: "), 0U) << first.failure->reason;
    EXPECT_EQ(sink_->deliver(next.runs()).front().handled, 1U);
    EXPECT_EQ(effects(), "a1 a2");
}

TEST_F(HandlerFaults, AFullDiskStopsNobodyForGood) {
    auto session = database_.open_session();
    Service service{"heavy"};
    service.schema("create table if not exists heavy (v text)");
    service.on("done", [](const Event&, Sql& sql) {
        const auto pages = sql.query("pragma page_count").front().integer(0);
        if (pages < 60) sql.query(fmt::format("pragma max_page_count = {}", pages));
        sql.execute("insert into heavy values (hex(zeroblob(100000)))");
        return Handled::done();
    });
    auto sink = HandlerSink::open(std::move(service), database_, clock_, {"order", {}});
    ASSERT_TRUE(sink.has_value());
    Work work;
    work.run("a", 1, {"done"});
    for (int times = 0; times < 3; ++times) {
        const auto outcome = sink.value()->deliver(work.runs()).front();
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried) << "no attempt, nobody parked";
        EXPECT_EQ(outcome.failure->reason.find("database or disk is full"), 0U);
    }
    session.value()->run_script("create table room (v text)");
    session.value()->begin();
    for (int row = 0; row < 80; ++row) {
        session.value()->execute("insert into room values (hex(zeroblob(2000)))");
    }
    session.value()->commit();
    EXPECT_EQ(sink.value()->deliver(work.runs()).front().handled, 1U);
}

/// Two owners of the same subjects, one always a little behind, every call of either failing now
/// and then in any way: each effect once, in order.
TEST_F(HandlerFaults, ModelTwoOwnersAndAnyFault) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::array<std::unique_ptr<HandlerSink>, 2> owners{open_sink(), open_sink()};
    Told told;
    for (int round = 0; round < 250; ++round) {
        auto& plan = database_.plan;
        plan.statements.clear();
        plan.fail_call = random() % 3 == 0 ? static_cast<Call>(random() % 7) : Call::kNone;
        plan.fail_kind = kKinds.at(random() % kKinds.size());
        plan.passing = static_cast<int>(random() % 5);
        plan.transaction_ends = random() % 4 == 0 && plan.fail_call != Call::kBegin;
        plan.commit = random() % 4 == 0 ? static_cast<Commit>(random() % 4) : Commit::kWorks;
        Work work;
        std::vector<std::uint64_t> firsts;
        for (const char* subject : {"a", "b"}) {
            const std::uint64_t behind = std::min<std::uint64_t>(random() % 3, told[subject]);
            firsts.push_back(told[subject] + 1 - behind);
            work.run(subject, firsts.back(), std::vector<std::string>(1 + random() % 4, "done"));
        }
        const auto outcomes = owners.at(random() % 2)->deliver(work.runs());
        raise(told, work.runs(), firsts, outcomes);
        ASSERT_EQ(effects(), all_up_to(told)) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::deliver::test
