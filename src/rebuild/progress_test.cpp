#include "rebuild/progress.hpp"

#include <gtest/gtest.h>

namespace sluice::rebuild {
namespace {

TEST(Pacemeter, TheFirstLookKnowsNoRate) {
    Pacemeter meter;
    EXPECT_EQ(meter.look(500, 10'000, Instant{1'000}), (Progress{500, 10'000, 0, {}}));
}

TEST(Pacemeter, ARateAndWhatIsLeftAtIt) {
    Pacemeter meter;
    static_cast<void>(meter.look(0, 10'000, Instant{0}));
    EXPECT_EQ(
        meter.look(1'000, 9'000, Instant{1'000}),
        (Progress{1'000, 9'000, 1'000, Milliseconds{9'000}})
    );
    EXPECT_EQ(meter.look(3'000, 7'000, Instant{2'000}).events_per_second, 1'300U);
}

TEST(Pacemeter, AtTheEndNothingIsLeft) {
    Pacemeter meter;
    EXPECT_EQ(meter.look(70, 0, Instant{0}).time_left, Milliseconds{0});
}

TEST(Pacemeter, WhatStandsSaysSo) {
    Pacemeter meter;
    static_cast<void>(meter.look(10, 100, Instant{0}));
    EXPECT_EQ(meter.look(10, 100, Instant{1'000}).time_left, std::nullopt);
}

TEST(Pacemeter, AClockThatJumpsBackChangesNoRate) {
    Pacemeter meter;
    static_cast<void>(meter.look(0, 100, Instant{10'000}));
    static_cast<void>(meter.look(10, 90, Instant{11'000}));
    EXPECT_EQ(meter.look(20, 80, Instant{9'000}).events_per_second, 10U);
    EXPECT_EQ(meter.look(30, 70, Instant{10'000}).events_per_second, 10U);
}

}  // namespace
}  // namespace sluice::rebuild
