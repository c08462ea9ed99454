#include "dispatch/dispatcher.hpp"

#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::dispatch::test {
namespace {

TEST(Dispatcher, OneRunPerSubjectManySubjects) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    bench.fetch("a", 2);
    const auto runs = bench.core.start(bench.now, 10);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(positions(runs[0]), (List{1, 2}));
    EXPECT_EQ(positions(runs[1]), (List{1}));
    bench.fetch("a", 3);
    EXPECT_TRUE(bench.nothing_starts());
    bench.succeed(runs[0]);
    EXPECT_EQ(positions(bench.start_one()), (List{3}));
}

TEST(Dispatcher, RunsStopAtTheirLimit) {
    DispatcherOptions options;
    options.run_events_max = 2;
    Bench bench{options};
    for (std::uint64_t at = 1; at <= 5; ++at) bench.fetch("a", at);
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2}));
}

TEST(Dispatcher, ContiguousOffsetAndRangesAboveIt) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    bench.fetch("c", 1, unwanted());
    bench.core.skipped(Offset{3});
    const auto runs = bench.core.start(bench.now, 10);
    bench.succeed(runs[1]);
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{0}, {{Offset{1}, Offset{4}}}}));
    bench.succeed(runs[0]);
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{4}, {}}));
    EXPECT_TRUE(bench.core.caught_up());
    EXPECT_TRUE(bench.core.take_changes().empty());
}

TEST(Dispatcher, DoneAboveIsPassedOverAfterARestart) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    const auto runs = bench.core.start(bench.now, 10);
    bench.succeed(runs[1]);
    bench.step();
    bench.restart();
    EXPECT_EQ(bench.core.read_from(), Offset{0});
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    EXPECT_EQ(bench.start_one().subject, "a");
}

TEST(Dispatcher, PartOfARunHandledThenTheRestIsRetried) {
    Bench bench;
    for (std::uint64_t at = 1; at <= 3; ++at) bench.fetch("a", at);
    bench.fail(bench.start_one(), FailureKind::kRetry, 1);
    bench.step();
    EXPECT_EQ(bench.store.progress.next, Offset{1});
    EXPECT_EQ(bench.store.lines.at("a").head, Position{2});
    EXPECT_EQ(bench.store.lines.at("a").attempts, 1U);
    EXPECT_TRUE(bench.nothing_starts());
    bench.now = bench.core.next_due().value();
    const dispatch::Run again = bench.start_one();
    EXPECT_EQ(positions(again), (List{2, 3}));
    EXPECT_EQ(again.attempt, 2U);
    bench.succeed(again);
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    EXPECT_EQ(bench.core.counts().retried, 1U);
}

TEST(Dispatcher, OnlyItsOwnSubjectWaits) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("b", 1);
    EXPECT_EQ(bench.start_one().subject, "b");
}

TEST(Dispatcher, RetryCountsSurviveARestart) {
    Bench bench;
    bench.options.retry.attempts_max = 3;
    bench.restart();
    bench.fetch("a", 1);
    for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
        bench.pass(1'000);
        const dispatch::Run run = bench.start_one();
        EXPECT_EQ(run.attempt, attempt);
        bench.fail(run, FailureKind::kRetry);
        bench.step();
        bench.restart();
        if (attempt < 3) bench.fetch("a", 1);
    }
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
    EXPECT_EQ(bench.store.lines.at("a").attempts, 3U);
    EXPECT_EQ(bench.core.counts().parked_now, 1U);
}

TEST(Dispatcher, ARestartDoesNotShortenTheWait) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    const auto due = bench.core.next_due();
    bench.step();
    bench.restart();
    bench.fetch("a", 1);
    EXPECT_EQ(bench.core.next_due(), due);
    EXPECT_TRUE(bench.nothing_starts());
}

TEST(Dispatcher, NotTriedCountsNoAttempt) {  // history G5: a deadlock is not an attempt
    Bench bench;
    bench.options.retry.attempts_max = 1;
    bench.restart();
    bench.fetch("a", 1);
    for (int times = 0; times < 20; ++times) {
        const dispatch::Run run = bench.start_one();
        EXPECT_EQ(run.attempt, 1U);
        bench.fail(run, FailureKind::kNotTried);
        EXPECT_TRUE(bench.nothing_starts());
        bench.pass(50);
    }
    EXPECT_TRUE(bench.core.take_changes().empty());
    bench.succeed(bench.start_one());
    EXPECT_TRUE(bench.core.caught_up());
}

TEST(Dispatcher, TheSinkMayAskForAWait) {
    Bench bench;
    bench.fetch("a", 1);
    const dispatch::Run run = bench.start_one();
    bench.core.finished(
        run.id, {0, Failure{FailureKind::kRetry, "busy", Milliseconds{7'000}}}, bench.now
    );
    EXPECT_EQ(bench.core.next_due(), bench.now + Milliseconds{7'000});
    bench.step();
    EXPECT_FALSE(bench.store.lines.at("a").in_backlog);
}

TEST(Dispatcher, ALateUnwantedHeadDropsItsLine) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    bench.restart();  // with another filter
    bench.fetch("a", 1, unwanted());
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    bench.fetch("a", 2);
    EXPECT_EQ(bench.start_one().attempt, 1U);
}

TEST(Dispatcher, DrainStartsNothingAndEndsIdle) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    const auto runs = bench.core.start(bench.now, 1);
    bench.core.drain();
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_FALSE(bench.core.wants_more());
    EXPECT_FALSE(bench.core.idle());
    bench.succeed(runs.front());
    EXPECT_TRUE(bench.core.idle());
    EXPECT_FALSE(bench.core.caught_up());
}

}  // namespace
}  // namespace sluice::dispatch::test
