#include "dispatch/retry.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sluice::dispatch {
namespace {

TEST(Retry, GrowsByItsFactorUpToItsLongestWait) {
    RetryPolicy policy;
    policy.jitter = 0;
    policy.wait_max = Milliseconds{1'000};
    EXPECT_EQ(wait_after(policy, 1, 7).count(), 100);
    EXPECT_EQ(wait_after(policy, 2, 7).count(), 200);
    EXPECT_EQ(wait_after(policy, 4, 7).count(), 800);
    EXPECT_EQ(wait_after(policy, 5, 7).count(), 1'000);
    EXPECT_EQ(wait_after(policy, 1'000, 7).count(), 1'000);
}

TEST(Retry, JitterStretchesAndIsNotChance) {
    const RetryPolicy policy;
    std::set<std::int64_t> waits;
    for (std::uint64_t salt = 0; salt < 1'000; ++salt) {
        const auto wait = wait_after(policy, 3, salt);
        EXPECT_EQ(wait, wait_after(policy, 3, salt));
        EXPECT_GE(wait.count(), 400);
        EXPECT_LT(wait.count(), 480);
        waits.insert(wait.count());
    }
    EXPECT_GT(waits.size(), 60U);  // of 80 possible: spread out
}

TEST(Retry, ValidateNamesFieldValueAndRange) {
    EXPECT_TRUE(RetryPolicy{}.validate().has_value());
    const auto message = [](auto change) {
        RetryPolicy policy;
        change(policy);
        const Status status = policy.validate();
        return status.has_value() ? std::string{"valid"} : status.error().message;
    };
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.attempts_max = 0; }),
        "retry.attempts_max: 0 is out of range; allowed is 1 to 1000"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.factor = 0.5; }),
        "retry.factor: 0.5 is out of range; allowed is 1.0 to 10.0"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.jitter = 1.5; }),
        "retry.jitter: 1.5 is out of range; allowed is 0.0 to 1.0"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.first = Milliseconds{0}; }),
        "retry.first: 0 ms is out of range; allowed is 1 ms to 604800000 ms"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.wait_max = Milliseconds{10}; }),
        "retry.wait_max: 10 ms is out of range; allowed is 100 ms to 604800000 ms"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.in_place_max = Milliseconds{-1}; }),
        "retry.in_place_max: -1 ms is out of range; allowed is 0 ms to 604800000 ms"
    );
}

}  // namespace
}  // namespace sluice::dispatch
