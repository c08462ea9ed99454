#include "runtime/domain/probe.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace sluice::runtime {
namespace {

using std::chrono::microseconds;

TEST(Durations, ABoundTakesWhatIsEqualToItAndTheLastBucketTheRest) {
    Durations durations;
    std::uint64_t sum = 0;
    const auto took = [&](std::uint64_t micros) {
        durations.took(microseconds{micros});
        sum += micros;
    };
    for (const std::uint64_t bound : Durations::kBoundsMicros) {
        took(bound);
        took(bound + 1);
    }
    took(0);
    const std::vector<std::uint64_t> counts{durations.counts.begin(), durations.counts.end()};
    std::vector<std::uint64_t> expected(
        counts.size(), 2
    );  // its bound, and what follows the one before
    expected.back() = 1;
    EXPECT_EQ(counts, expected);
    EXPECT_EQ(durations.sum_micros, sum);
}

TEST(Durations, BoundsAscend) {
    const auto& bounds = Durations::kBoundsMicros;
    for (std::size_t i = 1; i < bounds.size(); ++i) EXPECT_LT(bounds[i - 1], bounds[i]);
}

}  // namespace
}  // namespace sluice::runtime
