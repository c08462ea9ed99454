#include "sim/play.hpp"

#include "base/test_seed.hpp"
#include "sim/draw.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace sluice::sim {
namespace {

TEST(Play, ManySmallHistoriesKeepEveryPromise) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 60; ++i) {
        const Played played = play(draw(seed + i, 600));
        ASSERT_TRUE(played.violations.empty())
            << "seed " << seed + i << "\n"
            << fmt::format("{}", fmt::join(played.violations, "\n"));
    }
}

}  // namespace
}  // namespace sluice::sim
