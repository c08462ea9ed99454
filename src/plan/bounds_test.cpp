// Each value that a plan is made from, at both of its ends and a step beyond them.

#include "plan/ranges.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace sluice::plan {
namespace {

struct Asked {
    Load load;
    Capacity capacity;
};

struct Bound {
    std::string name;
    std::function<void(Asked&, double)> set;
    double least;
    double most;
    double step;  ///< to the next value outside
};

Milliseconds millis(double seconds) {
    return Milliseconds{std::llround(seconds * 1e3)};
}

template <class Number>
Number whole(double value) {
    return static_cast<Number>(std::llround(value));
}

std::vector<Bound> bounds_of_load() {
    constexpr double kMonth = 30 * 86'400.0;
    return {
        {"events a second",
         [](Asked& at, double x) { at.load.events_per_second = x; },
         0.001,
         1e8,
         0.0005},
        {"peak factor", [](Asked& at, double x) { at.load.peak_factor = x; }, 1, 1'000, 0.01},
        {"events a second of the busiest subject",
         [](Asked& at, double x) { at.load.hottest_per_second = x; },
         0,
         100,
         0.01},
        {"bytes of an event",
         [](Asked& at, double x) { at.load.event_bytes = whole<std::uint64_t>(x); },
         1,
         8'388'608,
         1},
        {"seconds of a handler",
         [](Asked& at, double x) {
             at.load.handler = std::chrono::microseconds{std::llround(x * 1e6)};
         },
         0,
         3'600,
         1e-6},
        {"subscriptions",
         [](Asked& at, double x) { at.load.subscriptions = whole<std::uint32_t>(x); },
         1,
         10'000,
         1},
        {"seconds of lag",
         [](Asked& at, double x) { at.load.lag_max = millis(x); },
         0.001,
         86'400,
         0.001},
        {"seconds of an outage",
         [](Asked& at, double x) { at.load.outage = millis(x); },
         0,
         kMonth,
         0.001},
        {"seconds to recover",
         [](Asked& at, double x) { at.load.recovery = millis(x); },
         1,
         kMonth,
         0.001},
        {"share that takes the detour",
         [](Asked& at, double x) { at.load.detour = x; },
         0,
         1,
         1e-6},
        {"seconds of retention",
         [](Asked& at, double x) { at.load.retention = millis(x); },
         60,
         3'650 * 86'400.0,
         0.001},
        {"copies",
         [](Asked& at, double x) { at.load.replication = whole<std::uint32_t>(x); },
         1,
         15,
         1},
    };
}

std::vector<Bound> bounds_of_capacity() {
    return {
        {"events a second that a core sequences",
         [](Asked& at, double x) { at.capacity.sequenced_per_core = x; },
         1,
         1e8,
         0.5},
        {"events a second that a core dispatches",
         [](Asked& at, double x) { at.capacity.dispatched_per_core = x; },
         1,
         1e8,
         0.5},
        {"cores of an instance",
         [](Asked& at, double x) { at.capacity.cores = whole<std::uint32_t>(x); },
         1,
         1'024,
         1},
        {"handlers of an instance",
         [](Asked& at, double x) { at.capacity.handlers = whole<std::uint32_t>(x); },
         1,
         1e6,
         1},
        {"bytes a second of a partition",
         [](Asked& at, double x) { at.capacity.partition_bytes_per_second = x; },
         1'000,
         1e10,
         1},
        {"bytes a second of a broker",
         [](Asked& at, double x) { at.capacity.broker_bytes_per_second = x; },
         1'000,
         1e11,
         1},
        {"seconds of a step",
         [](Asked& at, double x) { at.capacity.step = millis(x); },
         0.001,
         60,
         0.001},
        {"share of a capacity", [](Asked& at, double x) { at.capacity.share = x; }, 0.1, 1, 0.001},
    };
}

Status judged(const Bound& bound, double value) {
    Asked at;
    at.load.events_per_second = 100;
    bound.set(at, value);
    return in_range(at.load, at.capacity);
}

void hold(const Bound& bound) {
    SCOPED_TRACE(bound.name);
    for (const double end : {bound.least, bound.most}) {
        const Status good = judged(bound, end);
        EXPECT_TRUE(good) << good.error().message;
    }
    for (const double outside : {bound.least - bound.step, bound.most + bound.step}) {
        const Status refused = judged(bound, outside);
        ASSERT_FALSE(refused) << outside;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
        const std::string& text = refused.error().message;
        EXPECT_TRUE(text.starts_with(bound.name + ": ")) << text;
        EXPECT_TRUE(text.ends_with(fmt::format(" is not from {} to {}", bound.least, bound.most)))
            << text;
    }
}

TEST(PlanBounds, EveryValueOfALoadHasTwoEnds) {
    for (const Bound& bound : bounds_of_load()) hold(bound);
}

TEST(PlanBounds, EveryValueOfACapacityHasTwoEnds) {
    for (const Bound& bound : bounds_of_capacity()) hold(bound);
}

TEST(PlanBounds, TheBusiestSubjectIsAPartOfTheLoad) {
    Load load;
    load.events_per_second = 7;
    load.hottest_per_second = 7;
    EXPECT_TRUE(in_range(load, {})) << "it may be all of it";
    load.events_per_second = 6;
    ASSERT_FALSE(in_range(load, {}));
    EXPECT_EQ(
        in_range(load, {}).error().message,
        "events a second of the busiest subject: 7 is not from 0 to 6"
    );
}

TEST(PlanBounds, OfSeveralThatAreOffTheFirstIsNamed) {
    Load load;
    load.events_per_second = 100;
    load.replication = 0;
    load.detour = 2;
    Capacity capacity;
    capacity.share = 0;
    const auto refused = make_plan(load, capacity);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.starts_with("share that takes the detour: 2 "))
        << refused.error().message;
}

}  // namespace
}  // namespace sluice::plan
