#include "dispatch/retry.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

TEST(Retry, NeverLessThanTheFirstNorMoreThanTheLongestWaitWithItsJitter) {
    for (const double factor : {1.0, 2.0, 10.0}) {
        for (const double jitter : {0.0, 0.5, 1.0}) {
            RetryPolicy policy;
            policy.factor = factor;
            policy.jitter = jitter;
            const auto longest = static_cast<double>(policy.wait_max.count()) * (1.0 + jitter);
            for (const std::uint32_t attempt : {0U, 1U, 2U, 50U, 1'000U, ~0U}) {
                for (const std::uint64_t salt : {std::uint64_t{0}, ~std::uint64_t{0}}) {
                    const auto wait = wait_after(policy, attempt, salt);
                    EXPECT_GE(wait, policy.first) << attempt;
                    EXPECT_LE(static_cast<double>(wait.count()), longest) << attempt;
                }
            }
        }
    }
}

TEST(Retry, AFactorOfOneWaitsTheSameEachTime) {
    RetryPolicy policy;
    policy.factor = 1.0;
    policy.jitter = 0.0;
    for (std::uint32_t attempt = 1; attempt < 100; ++attempt) {
        EXPECT_EQ(wait_after(policy, attempt, 3), policy.first);
    }
}

TEST(Retry, SubjectsThatFailTogetherComeBackApart) {
    const RetryPolicy policy;
    std::set<std::int64_t> of_subjects;
    std::set<std::int64_t> of_attempts;
    for (std::uint64_t at = 1; at <= 5; ++at) {
        RetryPolicy flat = policy;
        flat.factor = 1.0;
        flat.first = flat.wait_max;
        of_subjects.insert(wait_after(flat, 1, at).count());
        of_attempts.insert(wait_after(flat, static_cast<std::uint32_t>(at), 1).count());
    }
    EXPECT_EQ(of_subjects.size(), 5U);
    EXPECT_EQ(of_attempts.size(), 5U);
}

TEST(Retry, PoliciesTakeTheirLimitsAndNothingBeyond) {
    const auto valid = [](auto change) {
        RetryPolicy policy;
        change(policy);
        return policy.validate().has_value();
    };
    constexpr Milliseconds kWeek{std::chrono::hours{24 * 7}};
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.attempts_max = 1; }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.attempts_max = 1'000; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.attempts_max = 1'001; }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.factor = 1.0; }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.factor = 10.0; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.factor = 0.999; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.factor = std::nan(""); }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.jitter = 1.0; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.jitter = -0.001; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.jitter = std::nan(""); }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.first = of.wait_max; }));
    EXPECT_FALSE(valid([](RetryPolicy& of) { of.first = of.wait_max + Milliseconds{1}; }));
    EXPECT_TRUE(valid([&](RetryPolicy& of) { of.wait_max = kWeek; }));
    EXPECT_FALSE(valid([&](RetryPolicy& of) { of.wait_max = kWeek + Milliseconds{1}; }));
    EXPECT_TRUE(valid([](RetryPolicy& of) { of.in_place_max = Milliseconds{0}; }));
    EXPECT_TRUE(valid([&](RetryPolicy& of) { of.in_place_max = kWeek; }));
    EXPECT_FALSE(valid([&](RetryPolicy& of) { of.in_place_max = kWeek + Milliseconds{1}; }));
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
        message([](RetryPolicy& policy) { policy.age_max = Milliseconds{-1}; }),
        "retry.age_max: -1 ms is out of range; allowed is 0 ms to 604800000 ms"
    );
    EXPECT_EQ(
        message([](RetryPolicy& policy) { policy.in_place_max = Milliseconds{-1}; }),
        "retry.in_place_max: -1 ms is out of range; allowed is 0 ms to 604800000 ms"
    );
}

}  // namespace
}  // namespace sluice::dispatch
