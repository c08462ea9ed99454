// Each verb of an operator: what it does, and what it refuses.

#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::dispatch::test {
namespace {

TEST(Redrive, GoesInOrderAndFreesTheSubject) {
    Bench bench = parked();
    EXPECT_TRUE(bench.nothing_starts());
    const Answer answer = bench.choose("s", Redrive{Position{1}, {}});
    ASSERT_TRUE(answer.done) << answer.text;
    EXPECT_EQ(
        answer.text,
        "carried out; before: parked; head 1, 3 in its backlog, last failure: it failed; after: "
        "goes from its backlog; head 1, 3 in its backlog, last failure: it failed"
    );
    bench.fetch("s", 4);
    bench.step();
    const auto run = bench.start_one();
    EXPECT_TRUE(run.from_backlog);
    EXPECT_EQ(positions(run), (List{1, 2, 3, 4})) << "what comes meanwhile queues behind";
    EXPECT_EQ(run.attempt, 1U);
    bench.succeed(run);
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    EXPECT_TRUE(bench.store.backlog.empty());
}

TEST(Redrive, StopsAtItsFirstNewFailureAndTheRestStays) {
    for (const FailureKind kind : {FailureKind::kRetry, FailureKind::kDead}) {
        Bench bench = parked(100);
        bench.options.run_events_max = 64;
        ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done);
        bench.fail(bench.start_one(), kind, 10);
        bench.step();
        const Line line = bench.store.lines.at("s");
        EXPECT_EQ(line.state, LineState::kParked);
        EXPECT_EQ(line.head, Position{11});
        EXPECT_EQ(line.events, 90U);
        bench.pass(1'000'000);
        EXPECT_TRUE(bench.nothing_starts());
    }
}

TEST(Redrive, WhatWasNotTriedIsNoFailure) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done);
    bench.fail(bench.start_one(), FailureKind::kNotTried);
    bench.pass(60'000);
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2, 3}));
}

TEST(Redrive, TheSecondOperatorIsRefused) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done);
    EXPECT_EQ(bench.choose("s", Redrive{Position{1}, {}}).text, "it is not parked (any more)");
    bench.succeed(bench.start_one());
    EXPECT_EQ(
        bench.choose("s", Redrive{Position{1}, {}}).text,
        "it is not parked, and has no backlog (any more)"
    );
}

TEST(Redrive, OfAnOldViewIsRefused) {
    Bench bench = parked();
    EXPECT_EQ(
        bench.choose("s", Redrive{Position{2}, {}}).text, "its head is position 1 now, not 2"
    );
    EXPECT_EQ(
        bench.choose("t", Redrive{Position{1}, {}}).text,
        "it is not parked, and has no backlog (any more)"
    );
}

TEST(Redrive, BeginsWhenItIsSetTo) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, bench.now + Milliseconds{5'000}}).done);
    bench.step();
    bench.restart();
    EXPECT_TRUE(bench.nothing_starts());
    bench.pass(5'000);
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2, 3}));
}

TEST(Redrive, OfAnInvalidHeadIsRefusedAndOfAHoleIsAccepted) {
    Bench bench;
    bench.fetch("s", 1, invalid("no amount"));
    bench.fetch("h", 1);
    bench.succeed(bench.start_one());
    bench.fetch("h", 3);
    EXPECT_EQ(
        bench.choose("s", Redrive{Position{1}, {}}).text,
        "its head breaks its contract: no amount; edit or skip it"
    );
    EXPECT_TRUE(bench.choose("h", Redrive{Position{3}, {}}).done);
    EXPECT_EQ(positions(bench.start_one()), List{3});
}

TEST(Redrive, OfManyDoesNotHoldUpWhatHasJustCome) {
    Bench bench;
    for (int i = 0; i < 100; ++i) {
        const std::string subject = "p" + std::to_string(i);
        bench.fetch(subject, 1);
        bench.fail(bench.start_one(), FailureKind::kDead);
    }
    bench.step();
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(bench.choose("p" + std::to_string(i), Redrive{Position{1}, {}}).done);
    }
    for (int i = 0; i < 8; ++i) bench.fetch("live" + std::to_string(i), 1);
    const auto runs = bench.core.start(bench.now, 12);
    const auto live =
        std::count_if(runs.begin(), runs.end(), [](const auto& run) { return !run.from_backlog; });
    EXPECT_EQ(live, 8);
}

TEST(SkipHead, IsDoneForGoodAndTheRestGoesOn) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", SkipHead{Position{1}}).done);
    EXPECT_EQ(positions(bench.start_one()), (List{2, 3}));
    bench.step();
    EXPECT_EQ(bench.store.backlog.size(), 2U);
    EXPECT_EQ(bench.core.counts().skipped, 1U);
    EXPECT_EQ(bench.choose("s", SkipHead{Position{1}}).done, false);
}

TEST(SkipHead, OfTheLastEventFreesTheSubject) {
    Bench bench = parked(1);
    EXPECT_EQ(
        bench.choose("s", SkipHead{Position{1}}).text,
        "carried out; before: parked; head 1, 1 in its backlog, last failure: it failed; after: "
        "flows"
    );
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    bench.fetch("s", 2);
    EXPECT_FALSE(bench.start_one().from_backlog);
}

TEST(SkipHead, OfOneThatIsTriedAgainFromItsBacklog) {
    Bench bench = long_waits();
    bench.fetch("s", 1);
    bench.fetch("s", 2);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    ASSERT_TRUE(bench.choose("s", SkipHead{Position{1}}).done) << "its timer goes as well";
    EXPECT_EQ(positions(bench.start_one()), List{2});
}

TEST(SkipHead, OfOneThatIsTriedAgainInPlaceIsRefused) {
    Bench bench;
    bench.fetch("s", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    EXPECT_EQ(bench.choose("s", SkipHead{Position{1}}).text, "it has no backlog (any more)");
    bench.pass(10'000);
    const auto run = bench.start_one();
    EXPECT_EQ(bench.choose("s", PauseSubject{}).text, "an event of it is being handled; ask again");
    bench.succeed(run);
}

TEST(EditHead, TakesThePlaceAndStaysParkedUntilRedriven) {
    Bench bench;
    bench.fetch("s", 1, invalid("no amount"));
    bench.fetch("s", 2);
    bench.step();
    Record copy;
    copy.value = "mended";
    ASSERT_TRUE(bench.choose("s", EditHead{Position{1}, copy}).done);
    bench.step();
    EXPECT_EQ(bench.store.edited.at({"s", Position{1}}), copy);
    EXPECT_EQ(bench.store.lines.at("s").reason, "edited by alice (the deploy was bad): redrive it");
    EXPECT_EQ(bench.store.lines.at("s").bytes, 6U + 100U);
    EXPECT_EQ(bench.core.counts().backlog_bytes, 106U);
    EXPECT_TRUE(bench.nothing_starts());
    ASSERT_TRUE(bench.choose("s", Redrive{Position{1}, {}}).done) << "it is valid now";
    bench.succeed(bench.start_one());
    EXPECT_EQ(bench.core.counts().backlog_bytes, 0U);
}

TEST(TryOut, ChangesNothing) {
    Bench bench = parked();
    const Store before = bench.store;
    EXPECT_TRUE(bench.choose("s", TryOut{Position{1}}).done);
    bench.step();
    EXPECT_EQ(bench.store.lines, before.lines);
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_FALSE(bench.choose("s", TryOut{Position{2}}).done);
}

TEST(Pause, OfASubjectQueuesWhatComesAndSurvivesARestart) {
    Bench bench;
    bench.fetch("s", 1);
    ASSERT_TRUE(bench.choose("s", PauseSubject{}).done);
    ASSERT_TRUE(bench.choose("t", PauseSubject{}).done) << "of which nothing has come yet";
    bench.step();
    bench.restart();
    bench.fetch("s", 2);
    bench.fetch("t", 1);
    bench.step();
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_EQ(bench.core.counts().paused_now, 2U);
    EXPECT_EQ(bench.store.progress.next, Offset{3}) << "retention may go on";
    EXPECT_EQ(
        bench.choose("s", PauseSubject{}).text,
        "it is paused by alice since 1970-01-01T00:16:40Z: the deploy was bad"
    );
    ASSERT_TRUE(bench.choose("s", ResumeSubject{}).done);
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2}));
    ASSERT_TRUE(bench.choose("t", ResumeSubject{}).done);
    bench.succeed(bench.start_one());
    EXPECT_EQ(bench.choose("t", ResumeSubject{}).done, false);
    EXPECT_EQ(bench.core.counts().paused_now, 0U);
}

TEST(Pause, OfAnIdleSubjectAndBackAgainLeavesNothing) {
    Bench bench;
    ASSERT_TRUE(bench.choose("s", PauseSubject{}).done);
    bench.step();
    ASSERT_TRUE(bench.choose("s", ResumeSubject{}).done);
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    bench.fetch("s", 1);
    EXPECT_FALSE(bench.start_one().from_backlog);
}

TEST(Pause, OfAParkedSubjectKeepsItParkedWhenResumed) {
    Bench bench = parked();
    ASSERT_TRUE(bench.choose("s", PauseSubject{}).done);
    EXPECT_NE(
        bench.choose("s", Redrive{Position{1}, {}}).text.find("resume it first"), std::string::npos
    );
    ASSERT_TRUE(bench.choose("s", ResumeSubject{}).done);
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_EQ(bench.core.counts().parked_now, 1U);
}

TEST(Pause, OfTheSubscriptionStandsAndSurvivesARestart) {
    Bench bench;
    bench.fetch("s", 1);
    ASSERT_TRUE(bench.choose("", PauseAll{}).done);
    bench.step();
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_FALSE(bench.core.wants_more());
    bench.restart();
    EXPECT_TRUE(bench.core.counts().paused);
    EXPECT_FALSE(bench.core.wants_more());
    EXPECT_FALSE(bench.choose("", PauseAll{}).done);
    ASSERT_TRUE(bench.choose("", ResumeAll{}).done);
    EXPECT_FALSE(bench.choose("", ResumeAll{}).done);
    bench.fetch("s", 1);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_FALSE(bench.store.hold.has_value());
}

/// The one subject fails once, of that class.
void fail_as(Bench& bench, FailureKind kind, const std::string& error_class) {
    const Run run = bench.start_one();
    bench.core.finished(run.id, {0, Failure{kind, "it failed", {}, error_class}}, bench.now);
    bench.step();
}

TEST(RetryClasses, SayWhatIsDeadAtOnceAndWhatIsTriedAgain) {
    Bench bench;
    RetryClass thrown{"thrown", true, {}};
    RetryClass constraint{"constraint", false, {}};
    constraint.policy.attempts_max = 2;
    bench.options.retry_classes = {thrown, constraint};
    bench.restart();
    bench.fetch("a", 1);
    fail_as(bench, FailureKind::kRetry, "thrown");
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
    bench.fetch("b", 1);
    fail_as(bench, FailureKind::kDead, "constraint");
    EXPECT_EQ(bench.store.lines.at("b").state, LineState::kRetrying);
    bench.pass(1'000);
    fail_as(bench, FailureKind::kDead, "constraint");
    EXPECT_EQ(bench.store.lines.at("b").state, LineState::kParked) << "its attempts are used up";
    bench.fetch("c", 1);
    fail_as(bench, FailureKind::kDead, "another");
    EXPECT_EQ(bench.store.lines.at("c").state, LineState::kParked);
    bench.fetch("d", 1);
    fail_as(bench, FailureKind::kNotTried, "thrown");
    EXPECT_FALSE(bench.store.lines.contains("d"));
    EXPECT_TRUE(bench.options.validate().has_value());
    bench.options.retry_classes[1].policy.attempts_max = 0;
    EXPECT_EQ(
        bench.options.validate().error().message,
        "retry class constraint: retry.attempts_max: 0 is out of range; allowed is 1 to 1000"
    );
}

TEST(RetryAge, CountsFromTheFirstFailureAcrossARestart) {
    Bench bench;
    bench.options.retry.age_max = Milliseconds{10'000};
    bench.options.retry.attempts_max = 1'000;
    bench.restart();
    bench.fetch("a", 1);
    fail_as(bench, FailureKind::kRetry, "");
    bench.pass(5'000);
    fail_as(bench, FailureKind::kRetry, "");
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kRetrying);
    bench.restart();
    bench.fetch("a", 1);
    bench.pass(6'000);
    fail_as(bench, FailureKind::kRetry, "");
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
}

}  // namespace
}  // namespace sluice::dispatch::test
