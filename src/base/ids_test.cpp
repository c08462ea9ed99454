#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace sluice {
namespace {

static_assert(!std::is_convertible_v<Offset, Position>);
static_assert(!std::is_convertible_v<Position, SourceNumber>);
static_assert(!std::is_convertible_v<PartitionId, HomeId>, "both are partitions, of other topics");
static_assert(!std::is_convertible_v<std::uint64_t, Position>);
static_assert(!std::is_constructible_v<Position, Offset>);

TEST(StrongId, BeginsAtZeroWhichIsBeforeTheFirst) {
    EXPECT_EQ(Position{}.next(), Position{1});
    EXPECT_LT(Position{}, Position{1});
    EXPECT_EQ(SourceNumber{}.value, 0U);
}

TEST(StrongId, IsOrderedByItsValueToTheLast) {
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(Position{last - 1}.next(), Position{last});
    EXPECT_LT(Position{1}, Position{last});
    EXPECT_LT(Offset{-1}, Offset{0}) << "librdkafka's marks, such as END, are negative";
    EXPECT_EQ(Offset{-1}.next(), Offset{0});
}

TEST(StrongId, IsAKey) {
    std::unordered_set<HomeId> homes;
    for (std::uint32_t home = 0; home < 8; ++home) homes.insert(HomeId{home % 4});
    EXPECT_EQ(homes.size(), 4U);
    EXPECT_TRUE(homes.contains(HomeId{3}));
    EXPECT_FALSE(homes.contains(HomeId{4}));
}

}  // namespace
}  // namespace sluice
