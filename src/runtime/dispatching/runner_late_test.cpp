// Sinks whose answers take a while: what is under way, and what becomes of it.

#include "runtime/dispatching/late_sink_fixture.hpp"
#include "runtime/dispatching/subscription_worker.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::LateSink;
using test::RunnerRig;
using test::Seen;
using LateIds = std::vector<std::string>;

class RunnerLate : public testing::Test {
protected:
    LateSink& subscribe(test::Judge judge = test::fine, dispatch::BreakerOptions breaker = {}) {
        auto made = std::make_unique<LateSink>(seen_, std::move(judge), 7);
        LateSink& sink = *made;
        rig_.subscribe_sink("late", std::move(made), {}, breaker);
        return sink;
    }

    Seen seen_;
    RunnerRig rig_{2};
};

TEST_F(RunnerLate, ManySubjectsAreUnderWayAtOnceAndASlowOneHoldsUpNoOther) {
    LateSink& sink = subscribe();
    sink.holds = true;
    rig_.start();
    for (int s = 0; s < 50; ++s) rig_.append(fmt::format("s{}", s), 1, 3);
    rig_.wait_for([&] { return sink.most_at_once == 50; });
    rig_.append("more", 1, 1);
    rig_.wait_for([&] { return sink.most_at_once == 51; });
    sink.holds = false;
    rig_.settle();
    EXPECT_EQ(seen_.total(), 151U);
    EXPECT_EQ(seen_.of("s7"), (LateIds{"s7/1", "s7/2", "s7/3"}));
    EXPECT_EQ(seen_.repeated, 0U);
    EXPECT_EQ(rig_.probe().delivered, 151U);
}

TEST_F(RunnerLate, NoMoreBeginThanThereIsRoomFor) {
    LateSink& sink = subscribe();
    sink.room_max = 5;
    rig_.start();
    for (int s = 0; s < 30; ++s) rig_.append(fmt::format("s{}", s), 1, 1);
    rig_.settle();
    EXPECT_EQ(seen_.total(), 30U);
    EXPECT_LE(sink.most_at_once, 5U);
}

TEST_F(RunnerLate, NoMoreIsReadThanACallOfTheSinkTakes) {
    LateSink& sink = subscribe();
    sink.room_max = 5;
    sink.holds = true;
    for (int s = 0; s < 2'000; ++s) rig_.append(fmt::format("s{}", s), 1, 1);
    rig_.start();
    constexpr std::uint64_t kTaken = 5 + SubscriptionWorker::kEventsPerCallMax;
    rig_.wait_for([&] { return rig_.probe().in_flight_now >= kTaken; });
    EXPECT_EQ(rig_.probe().in_flight_now, kTaken);
    sink.holds = false;
    rig_.settle();
    EXPECT_EQ(seen_.total(), 2'000U);
}

TEST_F(RunnerLate, ASubjectWithMoreEventsThanACallTakesHoldsUpNoneBehindIt) {
    LateSink& sink = subscribe();
    sink.holds = true;
    rig_.append("hot", 1, 2 * SubscriptionWorker::kEventsPerCallMax);
    for (int s = 0; s < 20; ++s) rig_.append(fmt::format("s{}", s), 1, 1);
    rig_.start();
    rig_.wait_for([&] { return sink.most_at_once == 21; });
    sink.holds = false;
    rig_.settle();
    EXPECT_EQ(seen_.total(), 2 * SubscriptionWorker::kEventsPerCallMax + 20);
}

TEST_F(RunnerLate, AStopWaitsForWhatIsUnderWay) {
    LateSink& sink = subscribe();
    sink.holds = true;
    rig_.start();
    rig_.append("s", 1, 2);
    rig_.wait_for([&] { return sink.most_at_once == 1; });
    std::jthread release{[&] {
        std::this_thread::sleep_for(Milliseconds{200});
        sink.holds = false;
    }};
    EXPECT_TRUE(rig_.stop());
    EXPECT_EQ(sink.drained, 1U);
    EXPECT_EQ(sink.abandoned, 0U);
    EXPECT_EQ(seen_.total(), rig_.probe().delivered);
    const auto done = rig_.progress("late", home_of("s", 2)).next;
    EXPECT_EQ(done, Offset{static_cast<std::int64_t>(seen_.total())}) << "and it is written";
}

TEST_F(RunnerLate, WhatTakesTooLongForAStopIsGivenUpAndGoesAgain) {
    LateSink& sink = subscribe();
    sink.holds = true;
    rig_.start();
    rig_.append("s", 1, 2);
    rig_.wait_for([&] { return sink.most_at_once == 1; });
    EXPECT_TRUE(rig_.stop());
    EXPECT_EQ(sink.abandoned, 1U);
    rig_.restart();
    subscribe();
    rig_.start();
    rig_.settle();
    EXPECT_EQ(seen_.of("s"), (LateIds{"s/1", "s/2"})) << "in order, at least once";
}

TEST_F(RunnerLate, AFailureOfTheLogGivesUpWhatIsUnderWayAtOnce) {
    LateSink& sink = subscribe();
    rig_.start();
    rig_.append("a", 1, 1);
    rig_.settle();
    sink.holds = true;
    rig_.append("b", 1, 1);
    rig_.append("c", 1, 1);
    rig_.wait_for([&] { return sink.most_at_once >= 2; });
    rig_.log().fail(
        {.call = test::Call::kRead, .error = {ErrorCode::kUnavailable, "gone"}, .times = 50}
    );
    rig_.append("d", 1, 1);
    rig_.wait_for([&] { return sink.abandoned > 0; });
    rig_.log().heal();
    sink.holds = false;
    rig_.settle();
    for (const char* subject : {"a", "b", "c", "d"}) EXPECT_EQ(seen_.of(subject).size(), 1U);
}

TEST_F(RunnerLate, ABreakerThatTriesWaitsForItsTrial) {
    std::atomic<bool> works{false};
    const test::Judge judge = [&](const std::string&, std::uint32_t) {
        return works ? std::nullopt : std::optional{test::retry("away")};
    };
    LateSink& sink = subscribe(judge, {.subjects_max = 10, .trial_runs = 3});
    rig_.start();
    for (int s = 0; s < 40; ++s) rig_.append(fmt::format("s{}", s), 1, 1);
    rig_.wait_for([&] { return rig_.probe().breaker_open_now == 1; });
    sink.most_at_once = 0;
    rig_.wait_for([&] {
        rig_.clock().advance(Milliseconds{100});
        return sink.most_at_once > 0;
    });
    EXPECT_LE(sink.most_at_once, 3U);
    works = true;
    rig_.wait_for([&] {
        rig_.clock().advance(Milliseconds{500});
        return seen_.total() == 40;
    });
    EXPECT_EQ(rig_.probe().breaker_open_now, 0U);
}

TEST_F(RunnerLate, ATargetThatWantsNothingMorePausesItsSubscription) {
    LateSink& sink = subscribe();
    rig_.start();
    rig_.append("a", 1, 1);
    rig_.settle();
    sink.refuse("410 Gone");
    rig_.append("b", 1, 1);
    rig_.wait_for([&] { return rig_.probe().standing_now == 2; });  // both homes
    rig_.append("b", 2, 5);
    EXPECT_TRUE(rig_.stop());
    rig_.restart();
    subscribe();
    rig_.start();
    rig_.wait_for([&] { return rig_.probe().standing_now == 2; });  // still
    EXPECT_EQ(rig_.entries(table::kHolds).size(), 1U);
}

}  // namespace
}  // namespace sluice::runtime
