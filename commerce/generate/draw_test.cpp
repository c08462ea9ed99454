#include "commerce/generate/draw.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

namespace sluice::commerce {
namespace {

TEST(Draw, IsSplitMix64) {
    // The first outputs for seed 1234567, as published with the algorithm's reference code.
    Draw draw{1'234'567};
    EXPECT_EQ(draw.next(), 6'457'827'717'110'365'317ULL);
    EXPECT_EQ(draw.next(), 3'203'168'211'198'807'973ULL);
    EXPECT_EQ(draw.next(), 9'817'491'932'198'370'423ULL);
}

TEST(Draw, NeighboursDrawDifferently) {
    std::set<std::uint64_t> first;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        for (std::uint64_t number = 0; number < 50; ++number)
            first.insert(Draw{seed, number}.next());
    }
    EXPECT_EQ(first.size(), 2'500U);
}

TEST(DrawModel, StaysWithinItsBoundsAndNearItsShares) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Draw draw{seed};
    const std::array<std::int64_t, 3> weights{70, 0, 30};
    std::array<int, 3> drawn{};
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t between = draw.between(-3, 4);
        ASSERT_GE(between, -3);
        ASSERT_LE(between, 4);
        ++drawn.at(draw.weighted(weights));
    }
    EXPECT_EQ(drawn[1], 0);
    EXPECT_NEAR(drawn[0], 70'000, 1'500);
}

TEST(DrawModel, QuantilesAreThoseOfTheTable) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Draw draw{seed};
    const std::array<Quantile, 3> table{{{0, -100}, {900, 0}, {1'000, 5'000}}};
    int at_most_zero = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t value = draw.from(table);
        ASSERT_GE(value, -100);
        ASSERT_LT(value, 5'000);
        if (value < 0 || value == 0) ++at_most_zero;
    }
    EXPECT_NEAR(at_most_zero, 90'000, 1'500);
}

TEST(InventedId, LooksRealAndDependsOnAllItsParts) {
    const std::string id = invented_id(1, "order", 7);
    EXPECT_EQ(id.size(), 32U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(id, invented_id(1, "order", 7));
    EXPECT_NE(id, invented_id(2, "order", 7));
    EXPECT_NE(id, invented_id(1, "member", 7));
    EXPECT_NE(id, invented_id(1, "order", 8));
}

}  // namespace
}  // namespace sluice::commerce
