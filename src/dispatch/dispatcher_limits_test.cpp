#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::dispatch::test {
namespace {

TEST(DispatcherBacklog, ADeadEventParksItsSubjectAndLaterOnesQueueBehind) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("a", 2);
    bench.fail(bench.start_one(), FailureKind::kDead);
    bench.fetch("a", 3);
    bench.step();
    const Line& line = bench.store.lines.at("a");
    EXPECT_EQ(line.state, LineState::kParked);
    EXPECT_TRUE(line.in_backlog);
    EXPECT_EQ(line.events, 3U);
    EXPECT_EQ(line.bytes, 300U);
    EXPECT_EQ(line.reason, "it failed");
    EXPECT_EQ(bench.store.backlog.size(), 3U);
    EXPECT_EQ(bench.store.progress, (Progress{Offset{3}, {}}));
    bench.pass(1'000'000'000);
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_TRUE(bench.core.caught_up());
}

TEST(DispatcherBacklog, RunsNameOnlyCopiesThatWereWritten) {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.pass(100'000);
    EXPECT_TRUE(bench.nothing_starts());
    bench.step();
    bench.fetch("a", 2);
    EXPECT_EQ(positions(bench.start_one()), (List{1}));
}

TEST(DispatcherBacklog, ArrivalsDuringARedriveStayBehind) {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.step();
    bench.pass(100'000);
    const dispatch::Run run = bench.start_one();
    bench.fetch("a", 2);
    bench.succeed(run);
    EXPECT_TRUE(bench.nothing_starts());
    bench.step();
    EXPECT_EQ(bench.store.lines.at("a").head, Position{2});
    EXPECT_EQ(bench.store.lines.at("a").attempts, 0U);
    const dispatch::Run next = bench.start_one();
    EXPECT_TRUE(next.from_backlog);
    EXPECT_EQ(next.attempt, 1U);
    bench.succeed(next);
    bench.step();
    EXPECT_TRUE(bench.store.lines.empty());
}

TEST(DispatcherDeadOnArrival, WaitsForItsTurnThenParks) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("a", 2, invalid("amount is no number"));
    bench.fetch("a", 3);
    const dispatch::Run run = bench.start_one();
    EXPECT_EQ(positions(run), (List{1}));
    EXPECT_EQ(bench.core.counts().parked_now, 0U);
    bench.succeed(run);
    bench.step();
    const Line& line = bench.store.lines.at("a");
    EXPECT_EQ(line.state, LineState::kParked);
    EXPECT_EQ(line.head, Position{2});
    EXPECT_EQ(line.attempts, 0U);
    EXPECT_EQ(line.reason, "amount is no number");
    EXPECT_EQ(line.events, 2U);
}

TEST(DispatcherDeadOnArrival, InABacklogItParksAtItsTurn) {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("a", 2, invalid("amount is no number"));
    bench.step();
    bench.pass(100'000);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
    EXPECT_EQ(bench.store.lines.at("a").reason, "amount is no number");
}

TEST(DispatcherDeadOnArrival, UnwantedInvalidEventsPass) {
    Bench bench;
    Delivery delivery = invalid("amount is no number");
    delivery.wanted = false;
    bench.fetch("a", 1, delivery);
    bench.step();
    EXPECT_EQ(bench.store.progress.next, Offset{1});
    EXPECT_EQ(bench.core.counts().passed, 1U);
}

TEST(DispatcherHoles, AHoleParksItsSubject) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("b", 7);  // not seen before: taken as it comes
    bench.fetch("a", 3, unwanted());
    bench.fetch("b", 8);
    for (const dispatch::Run& run : bench.core.start(bench.now, 10)) bench.succeed(run);
    bench.step();
    ASSERT_EQ(bench.store.lines.size(), 1U);
    EXPECT_EQ(bench.store.lines.at("a").reason, "hole: position 3 came; 2 was expected");
    EXPECT_EQ(bench.store.lines.at("a").head, Position{3});
}

TEST(DispatcherHoles, AReusedPositionParksItsSubject) {
    Bench bench;
    bench.fetch("a", 1);
    bench.fetch("a", 1);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.store.lines.at("a").reason, "hole: position 1 is used again; 2 was expected");
}

TEST(DispatcherHoles, AReusedPositionNeverOverwritesACopy) {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    bench.fetch("a", 1);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("a", 1);
    bench.fetch("a", 2);
    bench.step();
    EXPECT_EQ((bench.store.backlog.at({"a", Position{1}})), Offset{0});
    EXPECT_EQ(bench.store.progress, (Progress{Offset{1}, {{Offset{2}, Offset{3}}}}));
    EXPECT_FALSE(bench.core.caught_up());
    bench.pass(100'000);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.store.lines.at("a").state, LineState::kParked);
    EXPECT_EQ((bench.store.backlog.at({"a", Position{1}})), Offset{1});
    EXPECT_TRUE(bench.core.caught_up());
}

TEST(DispatcherHoles, TheCheckCanBeOff) {
    Bench bench;
    bench.options.subjects_checked_max = 0;
    bench.restart();
    bench.fetch("a", 10);
    bench.fetch("a", 20);
    EXPECT_EQ(positions(bench.start_one()), (List{10, 20}));
}

TEST(DispatcherLimits, EventsAndBytesInFlight) {
    Bench by_events;
    by_events.options.in_flight_events_max = 2;
    by_events.restart();
    by_events.fetch("a", 1);
    EXPECT_TRUE(by_events.core.wants_more());
    by_events.fetch("a", 2);
    EXPECT_FALSE(by_events.core.wants_more());
    by_events.succeed(by_events.start_one());
    EXPECT_TRUE(by_events.core.wants_more());

    Bench by_bytes;
    by_bytes.options.in_flight_bytes_max = 150;
    by_bytes.restart();
    by_bytes.fetch("a", 1);
    EXPECT_TRUE(by_bytes.core.wants_more());
    by_bytes.fetch("b", 1);
    EXPECT_FALSE(by_bytes.core.wants_more());
}

TEST(DispatcherLimits, OptionsNameTheirFieldAndRange) {
    EXPECT_TRUE(DispatcherOptions{}.validate().has_value());
    DispatcherOptions options;
    options.run_events_max = 0;
    EXPECT_EQ(
        options.validate().error().message,
        "run_events_max: 0 is out of range; allowed is 1 to 10000"
    );
    options = {};
    options.backlog_bytes_max = 0;
    EXPECT_EQ(
        options.validate().error().message,
        "backlog_bytes_max: 0 is out of range; allowed is 1 or more"
    );
    options = {};
    options.not_tried_wait = Milliseconds{0};
    EXPECT_FALSE(options.validate().has_value());
    options = {};
    options.retry.factor = 11;
    EXPECT_EQ(options.validate().error().code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice::dispatch::test
