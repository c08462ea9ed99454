#include "sequence/source_loads.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sequence {
namespace {

TEST(SourceLoads, CountsEventsAndBytesOfEachSourceAndOfAll) {
    SourceLoads loads;
    loads.add("/b", 10);
    loads.add("/a", 3);
    loads.add("/b", 5);
    EXPECT_EQ(loads.by_source(), (std::vector<SourceLoad>{{"/a", 1, 3}, {"/b", 2, 15}}));
    EXPECT_EQ(loads.events(), 3U);
    EXPECT_EQ(loads.bytes(), 18U);
    EXPECT_TRUE(loads.has("/a"));
    EXPECT_FALSE(loads.has("/"));
}

TEST(SourceLoads, ASourceGoesWithItsLastEvent) {
    SourceLoads loads;
    loads.add("/a", 3);
    loads.add("/a", 0);
    loads.remove("/a", 3);
    EXPECT_TRUE(loads.has("/a"));
    loads.remove("/a", 0);
    EXPECT_FALSE(loads.has("/a"));
    EXPECT_EQ(loads, SourceLoads{});
}

TEST(SourceLoads, OfAStoredOneNoSourceStandsTwiceAndNoneIsEmpty) {
    SourceLoads loads;
    EXPECT_TRUE(loads.add({"/b", 2, 15}));
    EXPECT_TRUE(loads.add({"/a", 1, 0}));
    EXPECT_FALSE(loads.add({"/b", 1, 1}));
    EXPECT_FALSE(loads.add({"/c", 0, 1}));
    EXPECT_EQ(loads.by_source(), (std::vector<SourceLoad>{{"/a", 1, 0}, {"/b", 2, 15}}));
    EXPECT_EQ(loads.events(), 3U);
    EXPECT_EQ(loads.bytes(), 15U);
}

TEST(SourceLoadsModel, IsTheSumOfWhatIsThere) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    SourceLoads loads;
    std::vector<std::pair<std::string, std::size_t>> there;
    for (int step = 0; step < 3'000; ++step) {
        if (random() % 5 < 3 || there.empty()) {
            there.emplace_back(std::string(1 + random() % 3, 'a'), random() % 100);
            loads.add(there.back().first, there.back().second);
        } else {
            std::swap(there[random() % there.size()], there.back());
            loads.remove(there.back().first, there.back().second);
            there.pop_back();
        }
        std::map<std::string, SourceLoad> sums;
        std::size_t bytes = 0;
        for (const auto& [source, size] : there) {
            SourceLoad& sum = sums[source];
            sum.source = source;
            ++sum.events;
            sum.bytes += size;
            bytes += size;
        }
        std::vector<SourceLoad> expected;
        for (const auto& [source, sum] : sums) expected.push_back(sum);
        ASSERT_EQ(loads.by_source(), expected);
        ASSERT_EQ(loads.events(), there.size());
        ASSERT_EQ(loads.bytes(), bytes);
    }
}

}  // namespace
}  // namespace sluice::sequence
