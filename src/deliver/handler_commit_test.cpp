#include "base/test_seed.hpp"
#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::deliver::test {
namespace {

using Commit = FaultySession::Plan::Commit;
using dispatch::FailureKind;

TEST_F(HandlerSinkTest, ABusyCommitTriesAllAgain) {
    Work work;
    work.run("a", 1, {"done"});
    database_.plan.commit = Commit::kBusy;
    EXPECT_EQ(sink_->deliver(work.runs()).front().failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(sink_->deliver(work.runs()).front().handled, 1U);
    EXPECT_EQ(effects(), "a1");
}

TEST_F(HandlerSinkTest, G5ADeadlockIsNoAttemptForAnyRunOfTheTransaction) {
    database_.plan.fail_statement = "insert into nowhere";
    database_.plan.fail_kind = SqlError::Kind::kSerialization;
    Work work;
    work.run("a", 1, {"done"}).run("b", 1, {"syntax"});
    for (const auto& outcome : sink_->deliver(work.runs())) {
        EXPECT_EQ(outcome.handled, 0U);
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    }
    EXPECT_EQ(effects(), "");
}

TEST_F(HandlerSinkTest, ALockInOneHandlerLeavesTheOthers) {
    database_.plan.fail_statement = "insert into nowhere";
    database_.plan.fail_kind = SqlError::Kind::kBusy;
    Work work;
    work.run("a", 1, {"done"}).run("b", 1, {"syntax"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(effects(), "a1");
}

TEST_F(HandlerSinkTest, AFailingInboxParksNobody) {
    database_.plan.fail_statement = "insert into sluice_inbox";
    database_.plan.fail_kind = SqlError::Kind::kOther;
    Work work;
    work.run("a", 1, {"done"});
    EXPECT_EQ(sink_->deliver(work.runs()).front().failure->kind, FailureKind::kNotTried);
}

TEST_F(HandlerSinkTest, ALostSessionIsOpenedAnew) {
    database_.plan.fail_statement = "insert into effects";
    database_.plan.fail_kind = SqlError::Kind::kConnection;
    Work work;
    work.run("a", 1, {"done"});
    EXPECT_EQ(sink_->deliver(work.runs()).front().failure->kind, FailureKind::kNotTried);
    database_.plan = {};
    database_.plan.unreachable = true;
    EXPECT_EQ(sink_->deliver(work.runs()).front().failure->reason, "unreachable");
    database_.plan.unreachable = false;
    EXPECT_EQ(sink_->deliver(work.runs()).front().handled, 1U);
    EXPECT_EQ(effects(), "a1");
}

TEST_F(HandlerSinkTest, AConstraintBrokenAtTheCommitFindsItsEvent) {
    Work work;
    work.run("a", 1, {"done", "orphan", "done"}).run("b", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(effects(), "a1 b1");
}

/// Whatever fails and whatever is redelivered: each event's effect is there once, and in order.
TEST_F(HandlerSinkTest, ModelExactlyOnceWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Told told;  // what the sink has answered as handled
    for (int round = 0; round < 150; ++round) {
        database_.plan.commit = static_cast<Commit>(random() % 6 < 3 ? random() % 4 : 0);
        Work work;
        std::vector<std::uint64_t> firsts;
        for (const char* subject : {"a", "b", "c"}) {
            const std::uint64_t back =
                random() % 3 == 0 ? std::min<std::uint64_t>(told[subject], 2) : 0;
            firsts.push_back(told[subject] + 1 - back);
            std::vector<std::string> types;
            for (auto left = 1 + random() % 4; left > 0; --left) {
                const bool fails = types.size() >= back && random() % 4 == 0;
                types.emplace_back(fails ? "retry" : "done");
            }
            work.run(subject, firsts.back(), types);
        }
        const auto outcomes = sink_->deliver(work.runs());
        raise(told, work.runs(), firsts, outcomes);
        ASSERT_EQ(effects(), all_up_to(told)) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::deliver::test
