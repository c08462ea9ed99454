// Waits, limits and outcomes at their edges: the last value that is still one thing, and the first
// that is the other.

#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace sluice::dispatch::test {
namespace {

void fail_with(Bench& bench, const dispatch::Run& run, FailureKind kind, std::int64_t after) {
    bench.core.finished(run.id, {0, Failure{kind, "it failed", Milliseconds{after}}}, bench.now);
}

TEST(DispatcherEdges, AWaitThatTheSinkAsksForIsInPlaceUpToItsLimit) {
    struct Case {
        std::int64_t after;
        std::int64_t due_in;
        bool in_backlog;
    };

    for (const Case& one :
         {Case{-5, 0, false},
          Case{0, 0, false},
          Case{29'999, 29'999, false},
          Case{30'000, 30'000, false},
          Case{30'001, 30'001, true},
          Case{700'000'000, 700'000'000, true}}) {
        Bench bench;
        bench.fetch("a", 1);
        fail_with(bench, bench.start_one(), FailureKind::kRetry, one.after);
        bench.step();
        EXPECT_EQ(bench.core.next_due(), bench.now + Milliseconds{one.due_in}) << one.after;
        EXPECT_EQ(bench.store.lines.at("a").in_backlog, one.in_backlog) << one.after;
        EXPECT_EQ(bench.store.backlog.size(), one.in_backlog ? 1U : 0U) << one.after;
    }
}

TEST(DispatcherEdges, WhatWasNotTriedNeverWaitsLong) {
    struct Case {
        std::int64_t after;
        std::int64_t due_in;
    };

    for (const Case& one : {Case{-5, 0}, Case{0, 0}, Case{30'000, 30'000}, Case{99'000, 30'000}}) {
        Bench bench;
        bench.fetch("a", 1);
        fail_with(bench, bench.start_one(), FailureKind::kNotTried, one.after);
        EXPECT_EQ(bench.core.next_due(), bench.now + Milliseconds{one.due_in}) << one.after;
        EXPECT_TRUE(bench.core.take_changes().empty());
    }
}

TEST(DispatcherEdges, EventsBehindARetryingHeadMoveWithTheFirstThatIsTooMany) {
    Bench bench;
    bench.options.in_place_events_max = 3;
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("a", 2);
    bench.fetch("a", 3);
    bench.step();
    EXPECT_FALSE(bench.store.lines.at("a").in_backlog);
    bench.fetch("a", 4);
    bench.step();
    EXPECT_TRUE(bench.store.lines.at("a").in_backlog);
    EXPECT_EQ(bench.store.backlog.size(), 4U);
    EXPECT_EQ(bench.store.progress.next, Offset{4});
}

TEST(DispatcherEdges, AHeadThatFailsWithTooManyBehindItMovesAtOnce) {
    for (const std::uint64_t events : {3U, 4U}) {
        Bench bench;
        bench.options.in_place_events_max = 3;
        bench.restart();
        for (std::uint64_t at = 1; at <= events; ++at) bench.fetch("a", at);
        bench.fail(bench.start_one(), FailureKind::kRetry);
        bench.step();
        EXPECT_EQ(bench.store.lines.at("a").in_backlog, events == 4) << events;
    }
}

TEST(DispatcherEdges, TheLastAttemptIsTheOneThatParks) {
    for (const std::uint32_t most : {1U, 2U, 7U}) {
        Bench bench;
        bench.options.retry.attempts_max = most;
        bench.restart();
        bench.fetch("a", 1);
        for (std::uint32_t attempt = 1; attempt <= most; ++attempt) {
            EXPECT_EQ(bench.core.counts().parked_now, 0U) << attempt;
            if (attempt > 1) bench.now = bench.core.next_due().value();
            bench.fail(bench.start_one(), FailureKind::kRetry);
        }
        bench.step();
        EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
        EXPECT_EQ(bench.store.lines.at("a").attempts, most);
        EXPECT_FALSE(bench.core.next_due().has_value());
        EXPECT_EQ(bench.core.counts().retried, most - 1);
    }
}

TEST(DispatcherEdges, AttemptsAreThoseOfOneEvent) {
    Bench bench;
    bench.options.retry.attempts_max = 3;
    bench.restart();
    for (std::uint64_t at = 1; at <= 4; ++at) bench.fetch("a", at);
    for (std::uint64_t at = 1; at <= 4; ++at) {
        for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
            const dispatch::Run run = bench.start_one();
            EXPECT_EQ(run.attempt, attempt) << at;
            EXPECT_EQ(run.events.front().position, Position{at});
            bench.fail(run, FailureKind::kRetry);
            bench.now = bench.core.next_due().value();
        }
        const dispatch::Run last = bench.start_one();
        EXPECT_EQ(last.attempt, 3U);
        if (at < 4)
            bench.core.finished(last.id, {1, Failure{FailureKind::kNotTried, "", {}}}, bench.now);
        else
            bench.succeed(last);
        bench.pass(1'000);
    }
    EXPECT_TRUE(bench.core.caught_up());
    EXPECT_EQ(bench.core.counts().parked_now, 0U);
}

TEST(DispatcherEdges, RunsFromABacklogHaveTheSameLimit) {
    Bench bench = long_waits();
    bench.options.run_events_max = 3;
    bench.restart();
    for (std::uint64_t at = 1; at <= 7; ++at) bench.fetch("a", at);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    bench.now = bench.core.next_due().value();
    for (const List& part : {List{1, 2, 3}, List{4, 5, 6}, List{7}}) {
        const dispatch::Run run = bench.start_one();
        EXPECT_EQ(positions(run), part);
        bench.succeed(run);
        bench.step();
    }
    EXPECT_TRUE(bench.store.backlog.empty());
    EXPECT_TRUE(bench.store.lines.empty());
}

TEST(DispatcherEdges, AFailureInTheMiddleOfABacklogLeavesTheRestInIt) {
    Bench bench = long_waits();
    for (std::uint64_t at = 1; at <= 5; ++at) bench.fetch("a", at);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    bench.now = bench.core.next_due().value();
    bench.fail(bench.start_one(), FailureKind::kDead, 2);
    bench.step();
    const Line& line = bench.store.lines.at("a");
    EXPECT_EQ(line.state, LineState::kParked);
    EXPECT_EQ(line.head, Position{3});
    EXPECT_EQ(line.attempts, 1U);
    EXPECT_EQ(line.events, 3U);
    EXPECT_EQ(line.bytes, 300U);
    EXPECT_EQ(bench.core.counts().backlog_bytes, 300U);
}

TEST(DispatcherEdges, AFailureThatIsMendedBeforeAStepWritesNoLine) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.now = bench.core.next_due().value();
    bench.succeed(bench.start_one());
    const Changes changes = bench.core.take_changes();
    EXPECT_TRUE(changes.lines.empty());
    EXPECT_EQ(changes.progress->next, Offset{1});
}

TEST(DispatcherEdges, ABacklogThatComesAndGoesBetweenStepsLeavesNothing) {
    Bench bench = long_waits();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    bench.now = bench.core.next_due().value();
    const dispatch::Run run = bench.start_one();
    bench.succeed(run);
    bench.fetch("a", 2);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
    EXPECT_TRUE(bench.store.backlog.empty());
    EXPECT_EQ(bench.store.progress.next, Offset{2});
}

TEST(DispatcherEdges, StartTakesNoMoreThanItIsAskedFor) {
    Bench bench;
    for (const char* subject : {"a", "b", "c"}) bench.fetch(subject, 1);
    EXPECT_TRUE(bench.core.start(bench.now, 0).empty());
    EXPECT_EQ(bench.core.start(bench.now, 2).size(), 2U);
    EXPECT_EQ(bench.core.start(bench.now, 2).size(), 1U);
    EXPECT_TRUE(bench.nothing_starts());
}

TEST(DispatcherEdges, ARetryIsDueAtItsTimeAndNotBefore) {
    Bench bench;
    bench.fetch("a", 1);
    fail_with(bench, bench.start_one(), FailureKind::kRetry, 1'000);
    bench.pass(999);
    EXPECT_TRUE(bench.nothing_starts());
    bench.pass(1);
    EXPECT_EQ(bench.start_one().attempt, 2U);
}

TEST(DispatcherEdges, AClockThatJumpsBackKeepsOrderAndCounts) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.pass(-500'000);
    EXPECT_TRUE(bench.nothing_starts());
    bench.fetch("a", 2);
    bench.fetch("b", 1);
    EXPECT_EQ(bench.start_one().subject, "b");
    bench.now = bench.core.next_due().value();
    EXPECT_EQ(positions(bench.start_one()), (List{1, 2}));
}

TEST(DispatcherEdges, SubjectsAreToldApartByteForByte) {
    Bench bench;
    const std::vector<std::string> subjects{
        "", " ", "a", "A", std::string{"a\0", 2}, "주문", std::string(100'000, 'x')};
    for (const std::string& subject : subjects) bench.fetch(subject, 1);
    const auto runs = bench.core.start(bench.now, 100);
    ASSERT_EQ(runs.size(), subjects.size());
    for (std::size_t at = 0; at < runs.size(); ++at) EXPECT_EQ(runs[at].subject, subjects[at]);
    for (const dispatch::Run& run : runs) bench.fail(run, FailureKind::kDead);
    bench.step();
    EXPECT_EQ(bench.store.lines.size(), subjects.size());
    bench.restart();
    EXPECT_EQ(bench.core.counts().parked_now, subjects.size());
}

TEST(DispatcherEdges, AParkedSubjectIsToldOnceWithTheOffsetOfItsHead) {
    Bench bench;
    bench.fetch("a", 1);
    bench.succeed(bench.start_one());
    bench.fetch("b", 1);
    bench.fail(bench.start_one(), FailureKind::kDead);
    const Changes changes = bench.core.take_changes();
    ASSERT_EQ(changes.parked.size(), 1U);
    EXPECT_EQ(changes.parked[0].subject, "b");
    EXPECT_EQ(changes.parked[0].offset, Offset{1});
    EXPECT_EQ(changes.parked[0].reason, "it failed");
    bench.store.apply(changes);
    bench.fetch("b", 2);
    EXPECT_TRUE(bench.core.take_changes().parked.empty()) << "it queues behind";
}

TEST(DispatcherEdges, EventsWithoutBytesAreCountedToo) {
    Bench bench;
    bench.options.in_flight_events_max = 3;
    bench.options.in_flight_bytes_max = 1;
    bench.restart();
    for (std::uint64_t at = 1; at <= 3; ++at) {
        EXPECT_TRUE(bench.core.wants_more());
        bench.core.fetched({bench.core.read_from(), "a", Position{at}, 0, true, {}}, bench.now);
    }
    EXPECT_FALSE(bench.core.wants_more());
    EXPECT_EQ(bench.core.counts().in_flight_bytes, 0U);
}

TEST(DispatcherEdges, WhatWasParkedWhileDrainingIsWritten) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 1);
    const auto runs = bench.core.start(bench.now, 10);
    bench.core.drain();
    bench.core.drain();
    bench.fail(runs[0], FailureKind::kDead);
    bench.fail(runs[1], FailureKind::kRetry);
    EXPECT_TRUE(bench.core.idle());
    bench.pass(1'000'000);
    EXPECT_TRUE(bench.nothing_starts());
    bench.step();
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
    EXPECT_EQ(bench.store.lines.at("b").attempts, 1U);
    bench.restart();
    EXPECT_TRUE(bench.core.wants_more());
}

TEST(DispatcherEdges, OptionsTakeTheirLimitsAndNothingBeyond) {
    const auto valid = [](auto change) {
        DispatcherOptions options;
        change(options);
        return options.validate().has_value();
    };
    using Options = DispatcherOptions;
    EXPECT_TRUE(valid([](Options& of) { of.run_events_max = 1; }));
    EXPECT_TRUE(valid([](Options& of) { of.run_events_max = 10'000; }));
    EXPECT_FALSE(valid([](Options& of) { of.run_events_max = 10'001; }));
    EXPECT_TRUE(valid([](Options& of) { of.in_flight_events_max = 1; }));
    EXPECT_FALSE(valid([](Options& of) { of.in_flight_events_max = 0; }));
    EXPECT_TRUE(valid([](Options& of) { of.in_flight_bytes_max = 1; }));
    EXPECT_FALSE(valid([](Options& of) { of.in_flight_bytes_max = 0; }));
    EXPECT_TRUE(valid([](Options& of) { of.backlog_bytes_max = 1; }));
    EXPECT_TRUE(valid([](Options& of) { of.backlog_bytes_max = ~std::uint64_t{0}; }));
    EXPECT_TRUE(valid([](Options& of) { of.in_place_events_max = 0; }));
    EXPECT_TRUE(valid([](Options& of) { of.subjects_checked_max = 0; }));
    EXPECT_TRUE(valid([](Options& of) { of.not_tried_wait = Milliseconds{60'000}; }));
    EXPECT_FALSE(valid([](Options& of) { of.not_tried_wait = Milliseconds{60'001}; }));
}

}  // namespace
}  // namespace sluice::dispatch::test
