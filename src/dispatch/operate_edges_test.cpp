// Verbs one upon another, at their edges, and over restarts.

#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::dispatch::test {
namespace {

Record copy_of(std::size_t bytes) {
    Record copy;
    copy.value = std::string(bytes, 'x');
    return copy;
}

TEST(OperateEdges, WhatIsRefusedChangesNothing) {
    Bench bench = parked();
    const Store before = bench.store;
    for (const Act& act :
         {Act{Redrive{Position{2}, {}}},
          Act{SkipHead{Position{3}}},
          Act{EditHead{Position{0}, copy_of(5)}},
          Act{TryOut{Position{9}}},
          Act{ResumeSubject{}}}) {
        const Answer answer = bench.choose("s", act);
        EXPECT_FALSE(answer.done) << verb_of(act);
        EXPECT_FALSE(answer.text.empty()) << verb_of(act);
        bench.step();
        EXPECT_EQ(bench.store.lines, before.lines) << verb_of(act);
        EXPECT_EQ(bench.store.backlog, before.backlog) << verb_of(act);
        EXPECT_TRUE(bench.store.edited.empty());
    }
    EXPECT_TRUE(bench.nothing_starts());
}

TEST(OperateEdges, OfASubjectThatIsNotKnownOnlyAPauseIsCarriedOut) {
    Bench bench;
    for (const Act& act :
         {Act{Redrive{Position{1}, {}}},
          Act{SkipHead{Position{1}}},
          Act{EditHead{Position{1}, copy_of(5)}},
          Act{TryOut{Position{1}}},
          Act{ResumeSubject{}}}) {
        EXPECT_EQ(
            bench.choose("nobody", act).text, "it is not parked, and has no backlog (any more)"
        );
    }
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty()) << "a refusal leaves nothing to keep";
    EXPECT_TRUE(bench.choose("nobody", PauseSubject{}).done);
    bench.step();
    EXPECT_EQ(bench.store.lines.at("nobody").head, Position{0});
}

TEST(OperateEdges, SkipsOneAfterAnotherEmptyABacklogAndTheSubjectFlows) {
    Bench bench = parked();
    for (std::uint64_t head = 1; head <= 3; ++head) {
        ASSERT_TRUE(bench.choose("s", SkipHead{Position{head}}).done) << head;
        bench.step();
        bench.restart();
    }
    EXPECT_TRUE(bench.store.lines.empty());
    EXPECT_TRUE(bench.store.backlog.empty());
    EXPECT_TRUE(bench.nothing_starts());
    bench.fetch("s", 4);
    EXPECT_EQ(positions(bench.start_one()), List{4});
}

TEST(OperateEdges, ASkipWhilePausedKeepsThePause) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", PauseSubject{}).done);
    for (std::uint64_t head = 1; head <= 3; ++head) {
        ASSERT_TRUE(bench.choose("s", SkipHead{Position{head}}).done) << head;
    }
    bench.step();
    ASSERT_TRUE(bench.store.lines.contains("s"));
    EXPECT_EQ(bench.store.lines.at("s").hold->by, "alice");
    bench.restart();
    bench.fetch("s", 4);
    bench.step();
    EXPECT_TRUE(bench.nothing_starts());
    ASSERT_TRUE(bench.choose("s", ResumeSubject{}).done);
    EXPECT_EQ(positions(bench.start_one()), List{4});
}

TEST(OperateEdges, EditsOfOneHeadCountTheBytesOfTheLast) {
    Bench bench = parked(2);
    const std::uint64_t behind = bench.core.counts().backlog_bytes - 100;
    for (const std::size_t bytes : {500U, 3U, 0U, 40U}) {
        ASSERT_TRUE(bench.choose("s", EditHead{Position{1}, copy_of(bytes)}).done);
        bench.step();
        EXPECT_EQ(bench.core.counts().backlog_bytes, behind + bytes);
        EXPECT_EQ(bench.store.lines.at("s").bytes, behind + bytes);
        EXPECT_EQ(bench.store.edited.at({"s", Position{1}}), copy_of(bytes));
    }
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.core.counts().backlog_bytes, 0U);
    EXPECT_TRUE(bench.store.edited.empty());
}

TEST(OperateEdges, ARedriveThatIsSetForLaterCanBePausedAndSkipped) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, bench.now + Milliseconds{5'000}}).done);
    ASSERT_TRUE(bench.choose("s", PauseSubject{}).done);
    bench.pass(10'000);
    EXPECT_TRUE(bench.nothing_starts()) << "its time has come, and it is paused";
    EXPECT_FALSE(bench.core.next_due().has_value()) << "its timer went with the pause";
    ASSERT_TRUE(bench.choose("s", SkipHead{Position{1}}).done);
    EXPECT_TRUE(bench.nothing_starts());
    ASSERT_TRUE(bench.choose("s", ResumeSubject{}).done);
    EXPECT_EQ(positions(bench.start_one()), (List{2, 3}));
}

TEST(OperateEdges, ARedriveOfThePastBeginsNow) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, Instant{1}}).done);
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2, 3}));
}

TEST(OperateEdges, ARedriveIsRememberedAcrossARestartAndParksAtItsFirstFailure) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done);
    bench.step();
    EXPECT_TRUE(bench.store.lines.at("s").redriven);
    bench.restart();
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    EXPECT_EQ(bench.store.lines.at("s").state, LineState::kParked) << "not tried again by itself";
}

TEST(OperateEdges, ASubscriptionThatIsPausedStillTakesChoicesAboutItsSubjects) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("", PauseAll{}).done);
    ASSERT_TRUE(bench.choose("s", SkipHead{Position{1}}).done);
    EXPECT_TRUE(bench.nothing_starts());
    bench.step();
    bench.restart();
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_EQ(
        bench.choose("", PauseAll{}).text,
        "the subscription is paused by alice since 1970-01-01T00:16:40Z: the deploy was bad"
    );
    const Answer resumed = bench.choose("", ResumeAll{});
    EXPECT_EQ(
        resumed.text,
        "carried out; before: paused by alice since 1970-01-01T00:16:40Z: the deploy was bad; "
        "after: goes on"
    );
    EXPECT_EQ(positions(bench.start_one()), (List{2, 3}));
    EXPECT_EQ(bench.choose("", ResumeAll{}).text, "the subscription is not paused (any more)");
}

TEST(OperateEdges, WhatRunsWhenItsSubscriptionIsPausedIsDone) {
    Bench bench;
    bench.fetch("s", 1);
    bench.fetch("t", 1);
    auto runs = bench.core.start(bench.now, 1);
    ASSERT_EQ(runs.size(), 1U);
    ASSERT_TRUE(bench.choose("", PauseAll{}).done);
    bench.succeed(runs.front());
    bench.step();
    EXPECT_TRUE(bench.store.is_done(Offset{0}));
    EXPECT_FALSE(bench.store.is_done(Offset{1}));
    EXPECT_TRUE(bench.nothing_starts());
    ASSERT_TRUE(bench.choose("", ResumeAll{}).done);
    EXPECT_EQ(bench.start_one().subject, "t");
}

}  // namespace
}  // namespace sluice::dispatch::test
