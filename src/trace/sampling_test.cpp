#include "trace/sampling.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

namespace sluice::trace {
namespace {

TEST(SamplingTest, AnEventBelongsToOneTraceWhoeverAsks) {
    EXPECT_EQ(trace_of_event("/orders", "a-1"), trace_of_event("/orders", "a-1"));
    EXPECT_NE(trace_of_event("/orders", "a-1"), trace_of_event("/orders", "a-2"));
    EXPECT_NE(trace_of_event("/orders", "a-1"), trace_of_event("/other", "a-1"));
    EXPECT_NE(trace_of_event("/ordersa", "-1"), trace_of_event("/orders", "a-1"));
    EXPECT_FALSE(trace_of_event("", "").is_none());
}

TEST(SamplingTest, TheEndsOfTheRatioTakeAllAndNone) {
    for (const std::uint64_t low : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
        EXPECT_TRUE(is_in_ratio({1, low}, 1.0));
        EXPECT_TRUE(is_in_ratio({1, low}, 7.0));
        EXPECT_FALSE(is_in_ratio({1, low}, 0.0));
        EXPECT_FALSE(is_in_ratio({1, low}, -1.0));
    }
}

TEST(SamplingTest, OnlyTheLast56BitsDecide) {
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 55;
    EXPECT_TRUE(is_in_ratio({0, kHalf}, 0.5));
    EXPECT_FALSE(is_in_ratio({0, kHalf - 1}, 0.5));
    EXPECT_TRUE(is_in_ratio({~std::uint64_t{0}, kHalf | (std::uint64_t{1} << 63)}, 0.5));
    EXPECT_FALSE(is_in_ratio({~std::uint64_t{0}, (kHalf - 1) | (std::uint64_t{1} << 63)}, 0.5));
}

TEST(SamplingTest, AShareOfEventsIsSampledAndAHigherRatioKeepsThem) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    constexpr int kEvents = 20'000;
    constexpr double kRatio = 0.1;
    int sampled = 0;
    for (int i = 0; i < kEvents; ++i) {
        const TraceId trace = trace_of_event(std::to_string(seed), std::to_string(i));
        if (!is_in_ratio(trace, kRatio)) continue;
        ++sampled;
        EXPECT_TRUE(is_in_ratio(trace, 0.3));
    }
    const double deviation = std::sqrt(kEvents * kRatio * (1 - kRatio));
    EXPECT_NEAR(sampled, kEvents * kRatio, 6 * deviation);
}

TEST(SamplingTest, SpanIdsComeFromTheSeedNoneTwiceAndNever0) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    SpanIds ids{seed};
    SpanIds again{seed};
    std::set<SpanId> seen{SpanId{0}};
    for (int i = 0; i < 10'000; ++i) {
        const SpanId id = ids.next();
        ASSERT_EQ(id, again.next());
        ASSERT_TRUE(seen.insert(id).second);
    }
    // The counter's step, and with it the mixed 0, is met at once from this seed.
    EXPECT_NE(SpanIds{~std::uint64_t{0x9e3779b97f4a7c15} + 1}.next(), SpanId{0});
}

}  // namespace
}  // namespace sluice::trace
