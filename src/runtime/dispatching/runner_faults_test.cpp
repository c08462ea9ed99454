// A runner over a log that fails, state that is damaged, and a sink that is away.
#include "runtime/dispatching/dispatch_fixture.hpp"

#include <gtest/gtest.h>

#include <latch>

namespace sluice::runtime {
namespace {

using test::Call;
using test::poison;
using test::RunnerRig;
using test::Seen;
using Ids = std::vector<std::string>;

/// Waits for the runner to end by itself, and answers what it said.
Error ends_with(RunnerRig& rig) {
    rig.wait_for([&] { return rig.ended().has_value(); });
    const auto ended = rig.ended();
    if (!ended || *ended) return Error{};
    return ended->error();
}

TEST(RunnerFaults, WhatCanBeMendedIsMended) {
    struct Case {
        Call call;
        ErrorCode code;
        std::uint64_t passing;
    };

    for (const Case& one :
         {Case{Call::kTake, ErrorCode::kUnavailable, 0},
          Case{Call::kEnds, ErrorCode::kUnavailable, 0},
          Case{Call::kRead, ErrorCode::kUnavailable, 1},
          Case{Call::kWrite, ErrorCode::kFull, 0},
          Case{Call::kWrite, ErrorCode::kFenced, 0},
          Case{Call::kWrite, ErrorCode::kUnavailable, 0}}) {
        SCOPED_TRACE(fmt::format("call {}", static_cast<int>(one.call)));
        RunnerRig rig;
        Seen seen;
        rig.subscribe("model", seen, poison({"b/2"}));
        rig.log().fail({one.call, {one.code, "for now"}, one.passing, 4});
        rig.start();
        for (std::uint64_t at = 1; at <= 20; ++at) {
            rig.append("a", at, at);
            rig.append("b", at, at);
        }
        rig.wait_for([&] { return rig.log().failed() > 0; });
        rig.log().heal();
        rig.settle();
        EXPECT_EQ(seen.of("a").size(), 20U);
        EXPECT_EQ(seen.of("b"), (Ids{"b/1"}));
        EXPECT_EQ(seen.holes, 0U);
        EXPECT_EQ(rig.backlog("model", "b").size(), 19U);
        EXPECT_TRUE(rig.stop().has_value());
    }
}

TEST(RunnerFaults, WhatCannotBeMendedEndsIt) {
    struct Case {
        Call call;
        ErrorCode code;
    };

    for (const Case& one :
         {Case{Call::kTake, ErrorCode::kIo},
          Case{Call::kRead, ErrorCode::kCorrupt},
          Case{Call::kRead, ErrorCode::kNotFound},
          Case{Call::kWrite, ErrorCode::kIo},
          Case{Call::kEnds, ErrorCode::kCorrupt}}) {
        RunnerRig rig;
        Seen seen;
        rig.subscribe("model", seen);
        rig.subscribe("other", seen);
        rig.append("a", 1, 3);
        rig.log().fail({.call = one.call, .error = {one.code, "for good"}, .times = 1});
        rig.start();
        const Error error = ends_with(rig);
        EXPECT_EQ(error.code, one.code);
        EXPECT_NE(error.message.find("for good"), std::string::npos) << error.message;
    }
}

TEST(RunnerFaults, ANewSubscriptionBeginsWhereRetentionHasLeftTheTopic) {
    RunnerRig rig;
    Seen first;
    rig.subscribe("first", first);
    rig.append("a", 1, 3);
    rig.start();
    rig.settle();
    rig.restart();
    ASSERT_TRUE(rig.log().trim(RunnerRig::ordered_at(HomeId{0}), Offset{2}).has_value());
    Seen second;
    rig.subscribe("first", first);
    rig.subscribe("second", second);
    rig.append("a", 4, 4);
    rig.start();
    rig.settle();
    EXPECT_EQ(second.of("a"), (Ids{"a/3", "a/4"}));
    EXPECT_EQ(rig.probe(1).holes, 0U) << "what came before it is no hole";
    EXPECT_EQ(first.of("a").size(), 4U);
}

TEST(RunnerFaults, WhatANewSubscriptionNeedsIsKeptForItBeforeItReads) {
    RunnerRig rig;
    Seen old;
    rig.subscribe("old", old);
    rig.append("a", 1, 9);
    rig.start();
    rig.settle();
    const log::PartitionRef ordered{ordered_topic("shop"), PartitionId{0}};
    ASSERT_EQ(rig.log().consumed_by(runner_group("shop"), ordered).value(), Offset{9});
    rig.restart();
    Seen late;
    std::latch go{1};
    rig.subscribe("old", old);
    rig.subscribe("late", late, [&](const std::string&, std::uint32_t) {
        go.wait();
        return std::optional<dispatch::Failure>{};
    });
    rig.start();
    rig.wait_for([&] {
        return rig.log().consumed_by(runner_group("shop"), ordered).value() == Offset{0};
    });
    EXPECT_EQ(rig.log().trim(ordered, Offset{9}).error().code, ErrorCode::kConflict);
    go.count_down();
    rig.settle();
    EXPECT_EQ(late.total(), 9U);
    EXPECT_TRUE(rig.log().trim(ordered, Offset{9}).has_value());
}

TEST(RunnerFaults, DamagedStateIsRefusedWithTheSubscriptionsName) {
    const std::string entry = encode_entry({Position{1}, Offset{0}, 10, ""});
    const dispatch::Line parked{
        dispatch::LineState::kParked, Position{1}, 1, Instant{1}, Instant{0}, "no", true, 1, 10};
    const log::StateChange cases[]{
        {HomeId{0}, table::kProgress, subscription_key("model"), "?"},
        {HomeId{0}, table::kProgress, subscription_key("model"), ""},
        {HomeId{0}, table::kLines, line_key("model", "a"), "?"},
        {HomeId{0}, table::kLines, line_key("model", "a") + "?", encode(parked)},
        {HomeId{0}, table::kBacklogIndex, backlog_key("model", "a", Position{1}), "?"},
        {HomeId{0}, table::kBacklogIndex, line_key("model", "a"), entry},
    };
    for (const log::StateChange& damage : cases) {
        RunnerRig rig;
        rig.write(runner_group("shop"), damage);
        Seen seen;
        rig.subscribe("model", seen);
        rig.start();
        const Error error = ends_with(rig);
        EXPECT_EQ(error.code, ErrorCode::kCorrupt);
        EXPECT_EQ(error.message.find("model: "), 0U) << error.message;
    }
}

TEST(RunnerFaults, ACopyThatIsGoneIsToldWithItsSubject) {
    RunnerRig rig;
    Seen seen;
    dispatch::DispatcherOptions options;
    options.retry.in_place_max = Milliseconds{0};
    const test::Judge away = [](const std::string&, std::uint32_t) {
        return std::optional{test::retry("away", Milliseconds{1'000})};
    };
    rig.subscribe("model", seen, away, options);
    rig.append("a", 1, 2);
    rig.start();
    rig.settle();
    rig.restart();
    rig.write(
        runner_group("shop"),
        {HomeId{0}, table::kBacklog, backlog_key("model", "a", Position{2}), std::nullopt}
    );
    rig.subscribe("model", seen, away, options);
    rig.clock().advance(Milliseconds{1'000});
    rig.start();
    const Error error = ends_with(rig);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_EQ(error.message, "the backlog of model lacks an event of subject a");
}

TEST(RunnerFaults, ASinkThatIsAwayParksNobody) {
    RunnerRig rig{2};
    Seen seen;
    std::atomic<bool> away{true};
    dispatch::DispatcherOptions options;
    options.retry.attempts_max = 1;
    rig.subscribe(
        "model",
        seen,
        [&](const std::string& id, std::uint32_t) {
            return away ? std::optional{test::dead("every handler throws: " + id)} : std::nullopt;
        },
        options
    );
    for (int s = 0; s < 100; ++s) rig.append(fmt::format("s{}", s), 1, 2);
    rig.start();
    rig.wait_for([&] { return rig.probe().breaker_open_now == 1; });
    for (int pause = 0; pause < 5; ++pause) {
        const std::uint64_t runs = rig.probe().runs;
        rig.wait_for([&] {
            rig.clock().advance(Milliseconds{30'000});
            return rig.probe().runs > runs;  // it is tried now and then
        });
    }
    EXPECT_EQ(rig.probe().parked_now, 0U);
    EXPECT_EQ(rig.probe().backlog_events_now, 0U);
    away = false;
    rig.wait_for([&] {
        rig.clock().advance(Milliseconds{1'000});
        return seen.total() == 200;
    });
    rig.settle();
    EXPECT_EQ(seen.holes, 0U);
    rig.wait_for([&] { return rig.probe().breaker_open_now == 0; });
    EXPECT_EQ(rig.probe().parked_now, 0U);
}

TEST(RunnerFaults, ASinkThatIsAwayHoldsNoOtherSubscription) {
    RunnerRig rig;
    Seen away;
    Seen well;
    rig.subscribe("away", away, [](const std::string&, std::uint32_t) {
        return std::optional{test::retry("no connection")};
    });
    rig.subscribe("well", well);
    for (int s = 0; s < 100; ++s) rig.append(fmt::format("s{}", s), 1, 1);
    rig.start();
    rig.wait_for([&] { return well.total() == 100 && rig.probe(0).breaker_open_now == 1; });
    EXPECT_EQ(rig.probe(1).breaker_open_now, 0U);
    EXPECT_EQ(away.total(), 0U);
}

TEST(RunnerFaults, AStopWhileTheSinkIsAwayLosesNothing) {
    RunnerRig rig;
    Seen seen;
    rig.subscribe("model", seen, [](const std::string&, std::uint32_t) {
        return std::optional{test::dead("every handler throws")};
    });
    for (int s = 0; s < 100; ++s) rig.append(fmt::format("s{}", s), 1, 1);
    rig.start();
    rig.wait_for([&] { return rig.probe().breaker_open_now == 1; });
    rig.restart();
    rig.subscribe("model", seen);
    rig.start();
    rig.settle();
    EXPECT_EQ(seen.total(), 100U);
}

}  // namespace
}  // namespace sluice::runtime
