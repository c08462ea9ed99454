#include "plan/ranges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace sluice::plan {
namespace {

using Change = std::function<void(Load&, Capacity&)>;

std::string refusal(const Change& change) {
    Load load;
    load.events_per_second = 100;
    Capacity capacity;
    change(load, capacity);
    const auto plan = make_plan(load, capacity);
    if (plan) return "planned";
    EXPECT_EQ(plan.error().code, ErrorCode::kInvalidArgument);
    return plan.error().message;
}

TEST(PlanRanges, NameTheValueAndWhatIsAllowed) {
    EXPECT_EQ(
        refusal([](Load& load, Capacity&) { load.events_per_second = 0; }),
        "events a second: 0 is not from 0.001 to 100000000"
    );
    EXPECT_EQ(
        refusal([](Load& load, Capacity&) { load.peak_factor = 0.5; }),
        "peak factor: 0.5 is not from 1 to 1000"
    );
    EXPECT_EQ(
        refusal([](Load& load, Capacity&) { load.hottest_per_second = 101; }),
        "events a second of the busiest subject: 101 is not from 0 to 100"
    );
}

TEST(PlanRanges, TakeTheirEnds) {
    EXPECT_EQ(refusal([](Load& load, Capacity&) { load.detour = 1; }), "planned");
    EXPECT_EQ(refusal([](Load& load, Capacity&) { load.detour = 0; }), "planned");
    EXPECT_EQ(refusal([](Load& load, Capacity&) { load.outage = Milliseconds{0}; }), "planned");
    EXPECT_EQ(refusal([](Load& load, Capacity&) { load.replication = 15; }), "planned");
}

TEST(PlanRanges, NothingThatIsNoNumberPasses) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    for (const double value : {nan, infinite, -infinite, -1.0}) {
        EXPECT_NE(
            refusal([&](Load& load, Capacity&) { load.events_per_second = value; }), "planned"
        );
        EXPECT_NE(refusal([&](Load& load, Capacity&) { load.detour = value; }), "planned");
        EXPECT_NE(refusal([&](Load&, Capacity& at) { at.sequenced_per_core = value; }), "planned");
        EXPECT_NE(refusal([&](Load&, Capacity& at) { at.share = value; }), "planned");
    }
    EXPECT_NE(refusal([](Load&, Capacity& at) { at.cores = 0; }), "planned");
    EXPECT_NE(refusal([](Load&, Capacity& at) { at.handlers = 0; }), "planned");
    EXPECT_NE(refusal([](Load& load, Capacity&) { load.recovery = Milliseconds{0}; }), "planned");
}

}  // namespace
}  // namespace sluice::plan
