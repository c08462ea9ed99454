// The histories of the dispatcher, in the core; those that need a log or a database are in
// src/runtime/dispatching/histories_g_test.cpp and src/deliver/histories_h_test.cpp. What each is
// about: docs/architecture/histories.md.

#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::dispatch::test {
namespace {

// Nothing of the state goes anywhere but through Changes, so a fenced owner's park, offset and
// counts are refused as one, and the new owner's view stays whole.
TEST(HistoryG, G1AFencedOwnersChangesAreOneStepAndChangeNothing) {
    Bench old_owner;
    old_owner.fetch("a", 1);
    const dispatch::Run run = old_owner.start_one();
    Bench new_owner;
    new_owner.store = old_owner.store;
    new_owner.restart();
    new_owner.fetch("a", 1);
    new_owner.succeed(new_owner.start_one());
    new_owner.step();
    old_owner.fail(run, FailureKind::kDead);
    const Changes refused = old_owner.core.take_changes();
    EXPECT_TRUE(refused.progress.has_value());
    ASSERT_EQ(refused.lines.size(), 1U);  // the park comes with the offset that passes it: one step
    ASSERT_EQ(refused.puts.size(), 1U);
    new_owner.restart();
    EXPECT_EQ(new_owner.core.read_from(), Offset{1});
    EXPECT_EQ(new_owner.core.counts().parked_now, 0U);
}

TEST(HistoryG, G2ALongWaitLetsTheOffsetGoOn) {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    const auto runs = bench.core.start(bench.now, 10);
    bench.succeed(runs[1]);
    bench.fail(runs[0], FailureKind::kRetry);
    bench.fetch("a", 2);
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{3}, {}}));
    bench.restart();  // the topic's records may be gone by now: reading goes on above them
    EXPECT_EQ(bench.core.read_from(), Offset{3});
    bench.now = bench.core.next_due().value();
    const dispatch::Run run = bench.start_one();
    EXPECT_TRUE(run.from_backlog);
    EXPECT_EQ(run.attempt, 2U);
    EXPECT_EQ(positions(run), (List{1, 2}));
    bench.succeed(run);
    bench.step();
    EXPECT_TRUE(bench.store.backlog.empty());
    EXPECT_TRUE(bench.store.lines.empty());
    EXPECT_EQ(bench.core.counts().backlog_bytes, 0U);
    bench.fetch("a", 3);
    EXPECT_FALSE(bench.start_one().from_backlog);
}

TEST(HistoryG, G2ManyShortWaitsAreALongOne) {
    Bench bench;
    bench.options.retry = {
        .attempts_max = 1'000, .first = Milliseconds{10'000}, .factor = 1.0, .jitter = 0.0};
    bench.restart();
    bench.fetch("a", 1);
    for (int failures = 1; failures <= 3; ++failures) {
        bench.fail(bench.start_one(), FailureKind::kRetry);
        bench.step();
        EXPECT_FALSE(bench.store.lines.at("a").in_backlog) << failures;
        bench.pass(10'000);
    }
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    EXPECT_TRUE(bench.store.lines.at("a").in_backlog);
}

TEST(HistoryG, G3AtTheBoundThisSubscriptionStopsAndNothingIsTrimmed) {
    Bench bench;
    bench.options.backlog_bytes_max = 300;
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kDead);
    bench.fetch("a", 2);
    EXPECT_TRUE(bench.core.wants_more());
    bench.fetch("a", 3);
    EXPECT_FALSE(bench.core.wants_more());
    EXPECT_TRUE(bench.core.counts().full);
    bench.fetch("a", 4);  // was on its way already
    bench.step();
    EXPECT_EQ(bench.store.backlog.size(), 4U);
    bench.restart();
    EXPECT_FALSE(bench.core.wants_more());
    EXPECT_TRUE(bench.core.counts().full);
}

TEST(HistoryG, G3APoisonedHotSubjectDoesNotFillTheBudget) {
    Bench bench;
    bench.options.in_flight_events_max = 50;
    bench.options.in_place_events_max = 10;
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    for (std::uint64_t at = 2; at <= 200; ++at) {
        ASSERT_TRUE(bench.core.wants_more());
        bench.fetch("a", at);
    }
    bench.step();
    EXPECT_EQ(bench.store.backlog.size(), 200U);
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kRetrying);
}

TEST(HistoryG, G1AttemptsAreWrittenBeforeAnythingPassesThem) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    const auto runs = bench.core.start(bench.now, 10);
    bench.fail(runs[0], FailureKind::kRetry);
    bench.succeed(runs[1]);
    const Changes step = bench.core.take_changes();
    ASSERT_EQ(step.lines.size(), 1U);
    EXPECT_EQ(step.lines[0].line->attempts, 1U);
    EXPECT_EQ(step.progress->next, Offset{0}) << "its event is still the topic's to keep";
    bench.store.apply(step);
    bench.restart();
    bench.fetch("a", 1);
    bench.now = bench.core.next_due().value();
    EXPECT_EQ(bench.start_one().attempt, 2U) << "counted by the owner before";
}

TEST(HistoryG, G2EightDaysOfRetriesKeepTheSetAboveShort) {
    Bench bench;
    bench.fetch("stuck", 1);
    const dispatch::Run stuck = bench.start_one();
    constexpr Milliseconds kEightDays{std::chrono::hours{8 * 24}};
    bench.core.finished(stuck.id, {0, Failure{FailureKind::kRetry, "away", kEightDays}}, bench.now);
    for (std::uint64_t at = 1; at <= 2'000; ++at) {
        bench.fetch("s" + std::to_string(at % 50), (at - 1) / 50 + 1);
        for (const dispatch::Run& run : bench.core.start(bench.now, 10)) bench.succeed(run);
        bench.step();
        ASSERT_TRUE(bench.store.progress.done_above.empty()) << at;
    }
    EXPECT_EQ(bench.store.progress.next, Offset{2'001});
    bench.restart();
    EXPECT_EQ(bench.core.next_due(), bench.now + kEightDays);
}

TEST(HistoryG, G3OnePoisonedSubjectDoesNotStopOthers) {
    Bench bench;
    bench.fetch("poisoned", 1);
    bench.fail(bench.start_one(), FailureKind::kDead);
    std::uint64_t others = 0;
    for (std::uint64_t at = 2; at <= 1'000; ++at) {
        bench.fetch("poisoned", at);
        bench.fetch("fine", at);
        for (const dispatch::Run& run : bench.core.start(bench.now, 10)) {
            ASSERT_EQ(run.subject, "fine");
            others += run.events.size();
            bench.succeed(run);
        }
        ASSERT_TRUE(bench.core.wants_more());
    }
    bench.step();
    EXPECT_EQ(others, 999U);
    EXPECT_EQ(bench.store.lines.at("poisoned").events, 1'000U);
    EXPECT_TRUE(bench.core.caught_up());
}

TEST(HistoryG, G3AnAlarmComesAtEightyPercentOfTheBound) {
    struct Case {
        std::uint64_t limit;
        std::uint64_t events;  // of 100 bytes
        bool alarm;
        bool full;
    };

    for (const Case& one :
         {Case{1'000, 7, false, false},
          Case{1'000, 8, true, false},
          Case{1'000, 9, true, false},
          Case{1'000, 10, true, true},
          Case{1'001, 8, false, false},
          Case{1, 1, true, true},
          Case{~std::uint64_t{0}, 10, false, false}}) {
        Bench bench;
        bench.options.backlog_bytes_max = one.limit;
        bench.restart();
        bench.fetch("a", 1);
        bench.fail(bench.start_one(), FailureKind::kDead);
        for (std::uint64_t at = 2; at <= one.events; ++at) bench.fetch("a", at);
        for (int again = 0; again < 2; ++again) {
            EXPECT_EQ(bench.core.counts().backlog_alarm, one.alarm)
                << one.limit << ' ' << one.events;
            EXPECT_EQ(bench.core.counts().full, one.full) << one.limit << ' ' << one.events;
            EXPECT_EQ(bench.core.wants_more(), !one.full);
            bench.step();
            bench.restart();  // and after a restart the same
        }
    }
}

TEST(HistoryG, G3ABacklogThatEmptiesMakesRoomAgain) {
    Bench bench = long_waits();
    bench.options.backlog_bytes_max = 300;
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("a", 2);
    bench.fetch("a", 3);
    bench.step();
    EXPECT_FALSE(bench.core.wants_more());
    bench.now = bench.core.next_due().value();
    bench.succeed(bench.start_one());  // standing still does not keep backlogs from going
    EXPECT_TRUE(bench.core.wants_more());
    EXPECT_FALSE(bench.core.counts().backlog_alarm);
}

}  // namespace
}  // namespace sluice::dispatch::test
