#include "runtime/domain/activity.hpp"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <thread>

namespace sluice::runtime {
namespace {

constexpr auto kForEver = std::chrono::steady_clock::time_point::max();

TEST(Activity, WhoHasMissedAMoveDoesNotWaitForTheNext) {
    Activity activity;
    const std::uint64_t seen = activity.version();
    activity.moved();
    activity.wait_until(seen, kForEver);
    EXPECT_NE(activity.version(), seen);
}

TEST(Activity, NobodyWaitsBeyondTheTimeThatWasSaid) {
    const Activity activity;
    activity.wait_until(activity.version(), std::chrono::steady_clock::now());
    activity.wait_until(activity.version(), std::chrono::steady_clock::time_point::min());
}

TEST(Activity, AMoveWakesAllWhoWait) {
    Activity activity;
    std::latch waiting{3};
    std::array<std::jthread, 3> waiters;
    for (std::jthread& waiter : waiters) {
        waiter = std::jthread{[&] {
            const std::uint64_t seen = activity.version();
            waiting.count_down();
            activity.wait_until(seen, kForEver);
        }};
    }
    waiting.wait();
    activity.moved();  // all have seen the version before it
}

/// Every move of many threads is a version of its own: a waiter that asks for one after the other
/// comes to the end.
TEST(Activity, NoMoveIsLostAmongMany) {
    Activity activity;
    constexpr std::uint64_t kMoves = 2'000;
    std::array<std::jthread, 3> movers;
    for (std::jthread& mover : movers) {
        mover = std::jthread{[&] {
            for (std::uint64_t move = 0; move < kMoves; ++move) activity.moved();
        }};
    }
    for (std::uint64_t seen = 0; seen < 3 * kMoves; seen = activity.version()) {
        activity.wait_until(seen, kForEver);
    }
    EXPECT_EQ(activity.version(), 3 * kMoves);
}

}  // namespace
}  // namespace sluice::runtime
