#include "grow/interleaving.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace sluice::grow {
namespace {

/// The homes in the order in which their records, released at those times, are taken.
std::vector<std::uint32_t> taken(const std::vector<std::vector<std::int64_t>>& times, int grain) {
    Interleaving order{static_cast<std::uint32_t>(times.size()), Milliseconds{grain}};
    std::vector<std::size_t> next(times.size());
    const auto offer = [&](HomeId home) {
        std::size_t& at = next[home.value];
        if (at < times[home.value].size()) order.offer(home, Instant{times[home.value][at++]});
    };
    for (HomeId home{0}; home.value < times.size(); home = home.next()) offer(home);
    std::vector<std::uint32_t> homes;
    while (const auto home = order.take()) {
        homes.push_back(home->value);
        offer(*home);
    }
    return homes;
}

TEST(Interleaving, TakesByTheTimeOfRelease) {
    EXPECT_EQ(taken({{10, 30, 50}, {20, 40}}, 1), (std::vector<std::uint32_t>{0, 1, 0, 1, 0}));
}

TEST(Interleaving, WithinAGrainAHomesRecordsStayTogether) {
    EXPECT_EQ(
        taken({{10, 30, 110}, {20, 40, 120}}, 100), (std::vector<std::uint32_t>{0, 0, 1, 1, 0, 1})
    );
}

TEST(Interleaving, AClockThatWasSetBackHoldsNothingUp) {
    EXPECT_EQ(taken({{50, 10, 60}, {20, 55}}, 1), (std::vector<std::uint32_t>{1, 0, 0, 1, 0}));
}

TEST(Interleaving, NoHomeHasOne) {
    EXPECT_TRUE(taken({{}, {}}, 1).empty());
    EXPECT_TRUE(taken({}, 1).empty());
}

TEST(Interleaving, AGrainIsAPartOfTheSpanAndAtMostAMinute) {
    EXPECT_EQ(Interleaving::grain_of(Instant{5}, Instant{5}), Milliseconds{1});
    EXPECT_EQ(Interleaving::grain_of(Instant{9}, Instant{5}), Milliseconds{1});
    EXPECT_EQ(Interleaving::grain_of(Instant{0}, Instant{2'048'000}), Milliseconds{1'000});
    EXPECT_EQ(Interleaving::grain_of(Instant{0}, Instant{1'800'000'000'000}), Milliseconds{60'000});
}

}  // namespace
}  // namespace sluice::grow
