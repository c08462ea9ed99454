#include "outbox/pace.hpp"

#include <gtest/gtest.h>

namespace sluice::outbox {
namespace {

constexpr Pace::Options kOptions{Milliseconds{10}, Milliseconds{1'000}, Milliseconds{200}};

TEST(OutboxPace, AwakeItLooksOften) {
    Pace pace{kOptions};
    for (const std::int64_t at : {0, 10, 999}) {
        const Pace::Rest rest = pace.rest(Instant{at});
        EXPECT_EQ(rest.time, Milliseconds{10});
        EXPECT_FALSE(rest.asleep);
        EXPECT_FALSE(rest.changed);
    }
}

TEST(OutboxPace, BeforeItSleepsItSaysSoAndLooksOnceMore) {
    Pace pace{kOptions};
    static_cast<void>(pace.rest(Instant{0}));
    const Pace::Rest falling = pace.rest(Instant{1'000});
    EXPECT_TRUE(falling.changed);
    EXPECT_TRUE(falling.asleep);
    EXPECT_EQ(falling.time, Milliseconds{0});
    const Pace::Rest sleeping = pace.rest(Instant{1'001});
    EXPECT_FALSE(sleeping.changed);
    EXPECT_EQ(sleeping.time, Milliseconds{200});
}

TEST(OutboxPace, WhatIsFoundWakesItAndIsToldOnce) {
    Pace pace{kOptions};
    EXPECT_FALSE(pace.found(Instant{0})) << "it was awake";
    static_cast<void>(pace.rest(Instant{2'000}));
    EXPECT_TRUE(pace.found(Instant{2'100}));
    EXPECT_FALSE(pace.found(Instant{2'200}));
    EXPECT_EQ(pace.rest(Instant{3'100}).time, Milliseconds{10}) << "awake for a second again";
    EXPECT_TRUE(pace.rest(Instant{3'200}).changed);
}

}  // namespace
}  // namespace sluice::outbox
