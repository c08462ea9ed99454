// What a dispatcher makes of the state that another one has left, whole or not.

#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::dispatch::test {
namespace {

Line line_of(LineState state, std::uint64_t head, std::uint64_t events, std::uint64_t bytes) {
    Line line{state, Position{head}, 1, Instant{5}, Instant{0}, "no", events > 0, events, bytes};
    if (state == LineState::kRetrying) line.due_at = Instant{2'000'000};
    return line;
}

std::vector<RunEvent> copies(std::uint64_t first, std::uint64_t last) {
    std::vector<RunEvent> events;
    for (; first <= last; ++first) {
        events.push_back({Position{first}, Offset{static_cast<std::int64_t>(first)}, 0, {}});
    }
    return events;
}

const Instant kNow{1'000'000};

TEST(DispatcherRestore, NothingMeansFromTheBeginning) {
    const Dispatcher core{{}, {}};
    EXPECT_EQ(core.read_from(), Offset{0});
    EXPECT_TRUE(core.wants_more());
    EXPECT_TRUE(core.caught_up());
    EXPECT_TRUE(core.idle());
    EXPECT_FALSE(core.next_due().has_value());
    EXPECT_EQ(core.counts(), DispatcherCounts{});
}

TEST(DispatcherRestore, ChangesNothingByItself) {
    Dispatcher::Restored state{
        {Offset{7}, {{Offset{9}, Offset{10}}}},
        {{"a", line_of(LineState::kParked, 3, 2, 200)}},
        {{"a", copies(3, 4)}}};
    Dispatcher core{{}, state};
    EXPECT_TRUE(core.take_changes().empty());
    EXPECT_EQ(core.read_from(), Offset{7});
    EXPECT_TRUE(core.start(kNow, 10).empty());
}

TEST(DispatcherRestore, OffsetsFarAboveZero) {
    const std::int64_t far = std::numeric_limits<std::int64_t>::max() - 10;
    Dispatcher core{{}, {{Offset{far}, {}}, {}, {}}};
    core.fetched({Offset{far}, "a", Position{~std::uint64_t{0} - 1}, 1, true, {}}, kNow);
    core.fetched({Offset{far + 1}, "a", Position{~std::uint64_t{0}}, 1, true, {}}, kNow);
    const auto runs = core.start(kNow, 1);
    ASSERT_EQ(runs.size(), 1U);
    core.finished(runs[0].id, {2, {}}, kNow);
    EXPECT_EQ(core.take_changes().progress->next, Offset{far + 2});
}

TEST(DispatcherRestore, ARetryingLineWaitsForItsTimeAndKeepsItsCount) {
    Dispatcher core{
        {},
        {{Offset{9}, {}},
         {{"a", line_of(LineState::kRetrying, 3, 2, 200)}},
         {{"a", copies(3, 4)}}}};
    EXPECT_EQ(core.next_due(), Instant{2'000'000});
    EXPECT_TRUE(core.start(Instant{1'999'999}, 10).empty());
    const auto runs = core.start(Instant{2'000'000}, 10);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_TRUE(runs[0].from_backlog);
    EXPECT_EQ(runs[0].attempt, 2U);
    EXPECT_EQ(positions(runs[0]), (List{3, 4}));
}

TEST(DispatcherRestore, ALineInPlaceFindsItsEventInTheTopicAgain) {
    Dispatcher core{{}, {{Offset{4}, {}}, {{"a", line_of(LineState::kRetrying, 3, 0, 0)}}, {}}};
    EXPECT_EQ(core.counts().retrying_now, 1U);
    EXPECT_FALSE(core.next_due().has_value()) << "its event has not come again";
    core.fetched({Offset{4}, "a", Position{3}, 100, true, {}}, kNow);
    EXPECT_EQ(core.next_due(), Instant{2'000'000});
    EXPECT_EQ(core.start(Instant{2'000'000}, 1).at(0).attempt, 2U);
}

TEST(DispatcherRestore, WhatIsDoneAboveComesByOnceMoreAndIsPassedOver) {
    Bench bench;
    bench.store.progress = {Offset{0}, {{Offset{1}, Offset{3}}, {Offset{4}, Offset{5}}}};
    bench.restart();
    for (std::uint64_t at = 1; at <= 6; ++at) bench.fetch("a", at);
    const dispatch::Run run = bench.start_one();
    EXPECT_EQ(positions(run), (List{1, 4, 6}));
    EXPECT_EQ(bench.core.counts().in_flight_events, 3U);
    EXPECT_EQ(bench.core.counts().holes, 0U);
    bench.succeed(run);
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{6}, {}}));
}

TEST(DispatcherRestore, ControlRecordsAboveAreDoneOnceToo) {
    Bench bench;
    bench.fetch("a", 1);
    bench.core.skipped(Offset{1});
    bench.step();
    bench.restart();
    bench.fetch("a", 1);
    bench.core.skipped(Offset{1});
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.store.progress, (Progress{Offset{2}, {}}));
}

/// Sizes of copies may be unknown: the line's sum is shared out, and nothing is left at the end.
TEST(DispatcherRestore, SizesThatAreNotKnownAddUpAllTheSame) {
    for (const std::uint64_t bytes : {0ULL, 1ULL, 100ULL, 301ULL}) {
        Line line = line_of(LineState::kRetrying, 1, 3, bytes);
        line.due_at = kNow;
        Dispatcher core{{}, {{Offset{9}, {}}, {{"a", line}}, {{"a", copies(1, 3)}}}};
        EXPECT_EQ(core.counts().backlog_bytes, bytes);
        const auto runs = core.start(kNow, 1);
        ASSERT_EQ(runs.size(), 1U);
        core.finished(runs[0].id, {1, Failure{FailureKind::kNotTried, "busy", {}}}, kNow);
        EXPECT_LE(core.counts().backlog_bytes, bytes);
        const auto rest = core.start(kNow + Milliseconds{60'000}, 1);
        ASSERT_EQ(rest.size(), 1U);
        core.finished(rest[0].id, {2, {}}, kNow);
        EXPECT_EQ(core.counts().backlog_bytes, 0U);
        EXPECT_EQ(core.counts().backlog_events, 0U);
        const Changes changes = core.take_changes();
        EXPECT_EQ(changes.erases.size(), 3U);
        EXPECT_FALSE(changes.lines.at(0).line.has_value());
    }
}

TEST(DispatcherRestore, AnInvalidCopyIsStillDeadAtItsTurn) {
    Line line = line_of(LineState::kRetrying, 1, 3, 300);
    line.due_at = kNow;
    auto events = copies(1, 3);
    events[1].invalid = "amount is no number";
    Dispatcher core{{}, {{Offset{9}, {}}, {{"a", line}}, {{"a", events}}}};
    const auto runs = core.start(kNow, 10);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(positions(runs[0]), (List{1}));
    core.finished(runs[0].id, {1, {}}, kNow);
    const Changes changes = core.take_changes();
    ASSERT_EQ(changes.lines.size(), 1U);
    EXPECT_EQ(changes.lines[0].line->state, LineState::kParked);
    EXPECT_EQ(changes.lines[0].line->reason, "amount is no number");
    EXPECT_EQ(changes.lines[0].line->events, 2U);
}

TEST(DispatcherRestore, ManyLinesComeBackInOneOrder) {
    std::vector<std::string> first;
    for (int again = 0; again < 2; ++again) {
        Dispatcher::Restored state{{Offset{9}, {}}, {}, {}};
        for (int at = 0; at < 50; ++at) {
            Line line = line_of(LineState::kRetrying, 1, 1, 10);
            line.due_at = kNow;
            state.lines.emplace_back("s" + std::to_string(at), line);
            state.backlog.emplace_back("s" + std::to_string(at), copies(1, 1));
        }
        Dispatcher core{{}, state};
        std::vector<std::string> order;
        for (const dispatch::Run& run : core.start(kNow, 100)) order.push_back(run.subject);
        EXPECT_EQ(order.size(), 50U);
        if (again == 0) first = order;
        EXPECT_EQ(order, first);
    }
}

TEST(DispatcherRestoreDeathTest, StateThatContradictsItselfEndsTheProcess) {
    const auto restore = [](Dispatcher::Restored state) { Dispatcher core{{}, std::move(state)}; };
    const Line parked = line_of(LineState::kParked, 1, 2, 200);
    EXPECT_DEATH(restore({{}, {{"a", parked}}, {{"a", copies(1, 1)}}}), "line->events");
    EXPECT_DEATH(restore({{}, {{"a", parked}}, {}}), "line->events");
    EXPECT_DEATH(restore({{}, {}, {{"a", copies(1, 1)}}}), "in_backlog");
    EXPECT_DEATH(restore({{}, {{"a", parked}, {"a", parked}}, {}}), "has_value");
    EXPECT_DEATH(restore({{Offset{5}, {{Offset{5}, Offset{6}}}}, {}, {}}), "range.first > end");
}

TEST(DispatcherRestoreDeathTest, InputOutOfOrderIsOurBug) {
    Dispatcher core{{}, {}};
    EXPECT_DEATH(core.fetched({Offset{1}, "a", Position{1}, 1, true, {}}, kNow), "fetch_next");
    EXPECT_DEATH(core.skipped(Offset{1}), "fetch_next");
    EXPECT_DEATH(core.fetched({Offset{0}, "a", Position{0}, 1, true, {}}, kNow), "position");
    EXPECT_DEATH(core.finished(RunId{7}, {0, {}}, kNow), "runs.end");
}

TEST(DispatcherRestoreDeathTest, AnOutcomeMustFitItsRun) {
    Bench bench;
    bench.fetch("a", 1);
    const dispatch::Run run = bench.start_one();
    EXPECT_DEATH(bench.core.finished(run.id, {2, {}}, kNow), "handled <= run.events");
    EXPECT_DEATH(bench.core.finished(run.id, {0, {}}, kNow), "has_value");
    EXPECT_DEATH(
        bench.core.finished(run.id, {1, Failure{FailureKind::kDead, "no", {}}}, kNow), "has_value"
    );
}

}  // namespace
}  // namespace sluice::dispatch::test
