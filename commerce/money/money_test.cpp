#include "commerce/money/money.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace sluice::commerce {
namespace {

using Amounts = std::vector<std::int64_t>;

TEST(HalfUp, RoundsHalvesUp) {
    EXPECT_EQ(half_up(0, 2), 0);
    EXPECT_EQ(half_up(1, 2), 1);
    EXPECT_EQ(half_up(1, 3), 0);
    EXPECT_EQ(half_up(5, 10), 1);
    EXPECT_EQ(half_up(4, 10), 0);
}

TEST(HalfUp, Case7aVatOfThreeThousandFifteenIsTwoHundredSeventyFour) {
    EXPECT_EQ(half_up_product(3015, 1000, 11000), 274);
    EXPECT_EQ(apportion(274, Amounts{1005, 1005, 1005}), (Amounts{92, 91, 91}));
}

TEST(HalfUp, AProductBeyondSixtyFourBits) {
    const std::int64_t huge = 1'000'000'000'000'000;
    EXPECT_EQ(half_up_product(huge, 10'000, 10'000), huge);
    EXPECT_EQ(half_up_product(huge + 1, 5'000, 10'000), huge / 2 + 1);
}

TEST(Apportion, Case1aSharesOfFiveLines) {
    EXPECT_EQ(
        apportion(1500, Amounts{1990, 3550, 777, 5000, 1235}), (Amounts{238, 424, 93, 597, 148})
    );
}

TEST(Apportion, Case2TiesGoToTheLowerPlace) {
    EXPECT_EQ(apportion(100, Amounts{999, 999, 999}), (Amounts{34, 33, 33}));
}

TEST(Apportion, Case3EachBearerByItself) {
    EXPECT_EQ(apportion(10, Amounts{600, 600, 200}), (Amounts{4, 4, 2}));
    EXPECT_EQ(apportion(1, Amounts{600, 600, 200}), (Amounts{1, 0, 0}));
}

TEST(Apportion, Case4aAGiftTakesNothing) {
    EXPECT_EQ(apportion(5000, Amounts{3000, 2000, 0}), (Amounts{3000, 2000, 0}));
}

TEST(Apportion, Case5ADiscountIsSharedByGoodsWithoutShipping) {
    EXPECT_EQ(apportion(830, Amounts{4000, 2500, 1800}), (Amounts{400, 250, 180}));
}

TEST(Apportion, Case7bTaxableAndExemptAlike) {
    EXPECT_EQ(apportion(1650, Amounts{11000, 5500}), (Amounts{1100, 550}));
    EXPECT_EQ(half_up_product(9900, 1000, 11000), 900);
}

TEST(Apportion, Case8aSellerSharesAndCommission) {
    EXPECT_EQ(apportion(600, Amounts{3333, 3333, 3333}), (Amounts{200, 200, 200}));
    EXPECT_EQ(apportion(400, Amounts{3333, 3333, 3333}), (Amounts{134, 133, 133}));
    EXPECT_EQ(half_up_product(3333 - 134, 1200, 10'000), 384);
    EXPECT_EQ(half_up_product(3333 - 133, 1200, 10'000), 384);
}

TEST(Apportion, NoWeightNoShare) {
    EXPECT_EQ(apportion(5, Amounts{0, 0}), (Amounts{0, 0}));
    EXPECT_EQ(apportion(5, Amounts{}), Amounts{});
}

/// The same by giving one unit at a time to whoever is furthest below his exact part.
Amounts slow_apportion(std::int64_t total, const Amounts& weights) {
    const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    Amounts shares(weights.size(), 0);
    if (sum == 0) return shares;
    for (std::size_t i = 0; i < weights.size(); ++i) shares[i] = total * weights[i] / sum;
    std::int64_t given = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
    for (; given < total; ++given) {
        std::size_t best = 0;
        std::int64_t best_lack = -1;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::int64_t lack = total * weights[i] - shares[i] * sum;
            if (lack > best_lack) {
                best = i;
                best_lack = lack;
            }
        }
        ++shares[best];
    }
    return shares;
}

TEST(Apportion, AgreesWithGivingOneByOneAndSumsUp) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 20'000; ++round) {
        Amounts weights(1 + random() % 8);
        const std::uint64_t range = 1 + random() % (round % 2 == 0 ? 5 : 100'000);
        for (auto& weight : weights) weight = static_cast<std::int64_t>(random() % range);
        const auto total = static_cast<std::int64_t>(random() % 100'000);
        const Amounts shares = apportion(total, weights);
        ASSERT_EQ(shares, slow_apportion(total, weights));
        const bool weightless =
            std::all_of(weights.begin(), weights.end(), [](auto w) { return w == 0; });
        ASSERT_EQ(
            std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), weightless ? 0 : total
        );
    }
}

/// The weights in another order: each still gets its exact part, cut or rounded up, never less than
/// 0, nothing for no weight; the sum does not know the order. Up to the largest amounts there are.
TEST(Apportion, EveryShareIsItsExactPartCutOrRoundedUpInWhateverOrder) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::uint64_t kLargest = 1'000'000'000'000'000;
    for (int round = 0; round < 5'000; ++round) {
        Amounts weights(1 + random() % 30);
        for (auto& weight : weights)
            weight = random() % 4 == 0 ? 0 : static_cast<std::int64_t>(random() % kLargest);
        weights.back() = 1 + static_cast<std::int64_t>(random() % kLargest);
        const auto total = static_cast<std::int64_t>(random() % (kLargest + 1));
        std::shuffle(weights.begin(), weights.end(), random);
        const Amounts shares = apportion(total, weights);
        ASSERT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), total);
        const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        for (std::size_t i = 0; i < weights.size(); ++i) {
            __extension__ using Wide = __int128;
            const Wide exact = Wide{total} * weights[i];
            const Wide given = Wide{shares[i]} * sum;
            ASSERT_TRUE(given > exact - sum && given < exact + sum) << i;
            ASSERT_GE(shares[i], 0);
            ASSERT_TRUE(weights[i] > 0 || shares[i] == 0) << i;
        }
    }
}

}  // namespace
}  // namespace sluice::commerce
