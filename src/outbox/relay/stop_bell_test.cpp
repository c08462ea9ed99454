#include "outbox/relay/stop_bell.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::outbox {
namespace {

TEST(StopBell, OnceRungItIsForEver) {
    StopBell bell;
    EXPECT_FALSE(bell.rung());
    EXPECT_FALSE(bell.wait_ms(1));
    bell.ring();
    bell.ring();
    EXPECT_TRUE(bell.rung());
    EXPECT_TRUE(bell.wait_ms(60'000));
}

TEST(StopBell, WakesWhoWaits) {
    StopBell bell;
    std::thread other{[&bell] { bell.ring(); }};
    EXPECT_TRUE(bell.wait_ms(60'000));
    other.join();
}

}  // namespace
}  // namespace sluice::outbox
