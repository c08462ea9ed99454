// The histories of the dispatcher about holes and runs; see histories_g_test.cpp.

#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::dispatch::test {
namespace {

TEST(HistoryG, G5AFailureEndsTheRunAndOnlyThatRun) {
    Bench bench;
    for (std::uint64_t at = 1; at <= 64; ++at) bench.fetch("hot", at);
    bench.fetch("cold", 1);
    const auto runs = bench.core.start(bench.now, 10);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].events.size(), 64U);
    bench.fail(runs[0], FailureKind::kRetry, 40);
    bench.succeed(runs[1]);
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{40}, {{Offset{64}, Offset{65}}}}));
    EXPECT_EQ(bench.store.lines.at("hot").head, Position{41});
}

TEST(HistoryG, G4AHoleParksItsSubjectWithItsCauseAndIsCounted) {
    Bench bench;
    for (const std::uint64_t at : List{1, 2, 4, 5}) bench.fetch("a", at);
    for (const std::uint64_t at : List{1, 2, 3}) bench.fetch("b", at);
    for (const dispatch::Run& run : bench.core.start(bench.now, 10)) bench.succeed(run);
    bench.step();
    ASSERT_EQ(bench.store.lines.size(), 1U);
    const Line& line = bench.store.lines.at("a");
    EXPECT_EQ(line.state, LineState::kParked);
    EXPECT_EQ(line.head, Position{4});
    EXPECT_TRUE(line.reason.starts_with(kHoleReason)) << line.reason;
    EXPECT_EQ(line.events, 2U) << "what follows the hole waits behind it";
    EXPECT_EQ(bench.core.counts().holes, 1U) << "one hole, one alarm";
}

TEST(HistoryG, G4TheCheckTakesNoMoreThanItsCacheWhateverComes) {
    Bench bench;
    bench.options.subjects_checked_max = 64;
    bench.restart();
    for (std::uint64_t at = 0; at < 20'000; ++at) {
        bench.fetch("s" + std::to_string(at), 5);
        bench.succeed(bench.start_one());
    }
    EXPECT_EQ(bench.core.counts().holes, 0U) << "a subject that was forgotten is no hole";
    bench.fetch("new", 1);
    bench.fetch("new", 3);
    EXPECT_EQ(bench.core.counts().holes, 1U);
}

TEST(HistoryG, G4AReusedPositionThatAnInboxFindsCountsAsWell) {
    Bench bench;
    bench.fetch("a", 1);
    const dispatch::Run run = bench.start_one();
    const std::string reason = std::string{kHoleReason} + "position 1 is used again";
    bench.core.finished(run.id, {0, Failure{FailureKind::kDead, reason, {}}}, bench.now);
    EXPECT_EQ(bench.core.counts().holes, 1U);
    EXPECT_EQ(bench.core.counts().parked_now, 1U);
}

TEST(HistoryG, G5AHotSubjectTakesARunForSixtyFourEvents) {
    Bench bench;
    bench.options.in_flight_events_max = 6'400;
    bench.restart();
    for (std::uint64_t at = 1; at <= 6'400; ++at) bench.fetch("hot", at);
    std::size_t runs = 0;
    for (; !bench.core.caught_up(); ++runs) {
        const dispatch::Run run = bench.start_one();
        ASSERT_EQ(run.events.size(), 64U);
        EXPECT_TRUE(bench.nothing_starts()) << "one run of a subject at a time";
        bench.succeed(run);
    }
    EXPECT_EQ(runs, 100U);
}

TEST(HistoryG, G5ADeadlockIsNoAttemptWhereverItHappens) {
    for (const bool from_backlog : {false, true}) {
        Bench bench = from_backlog ? long_waits() : Bench{};
        bench.fetch("a", 1);
        bench.fail(bench.start_one(), FailureKind::kRetry);
        bench.step();
        for (int times = 0; times < 100; ++times) {
            bench.pass(60'000);
            const dispatch::Run run = bench.start_one();
            ASSERT_EQ(run.from_backlog, from_backlog);
            ASSERT_EQ(run.attempt, 2U);
            bench.fail(run, FailureKind::kNotTried);
        }
        EXPECT_EQ(bench.core.counts().retried, 1U);
        EXPECT_EQ(bench.core.counts().parked_now, 0U);
    }
}

}  // namespace
}  // namespace sluice::dispatch::test
