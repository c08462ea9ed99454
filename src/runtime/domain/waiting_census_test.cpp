#include "runtime/domain/waiting_census.hpp"

#include "base/test_seed.hpp"
#include "sequence/sequencer.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using sequence::Subject;
using sequence::test::after;
using sequence::test::numbered;
using sequence::test::renamed;
using sequence::test::unnumbered;
using sequence::test::World;

constexpr std::uint64_t kMuch = std::numeric_limits<std::uint64_t>::max();

std::uint64_t kept(const WaitingCensus& census, const std::string& source) {
    for (std::uint64_t events = 1;; ++events) {
        if (!census.is_full(source, 0, {events, kMuch})) return events - 1;
    }
}

TEST(WaitingCensus, CountsEventsAndBytesBySource) {
    World world;
    world.come({numbered("/a", 2), numbered("/a", 3), numbered("/b", 9)});
    const std::size_t bytes = numbered("/a", 2).size_bytes();
    WaitingCensus census;
    census.add(share_of(world.subject));
    EXPECT_FALSE(census.is_full("/a", 0, {3, kMuch}));
    EXPECT_TRUE(census.is_full("/a", 0, {2, kMuch}));
    EXPECT_FALSE(census.is_full("/a", bytes, {kMuch, 3 * bytes}));
    EXPECT_TRUE(census.is_full("/a", bytes + 1, {kMuch, 3 * bytes}));
    EXPECT_FALSE(census.is_full("/c", 0, {1, kMuch})) << "nothing of it waits";
    EXPECT_EQ(census.fullest_per_mille({4, kMuch}), 500U);
    census.remove(share_of(world.subject));
    EXPECT_FALSE(census.is_full("/a", 0, {1, kMuch}));
    EXPECT_EQ(census.fullest_per_mille({4, kMuch}), 0U);
}

TEST(WaitingCensus, ConflictsWaitAsWell) {
    World world;
    world.come({numbered("/a", 1), renamed(numbered("/a", 1), "other")});
    WaitingCensus census;
    census.add(share_of(world.subject));
    EXPECT_EQ(kept(census, "/a"), 1U);
}

TEST(WaitingCensus, AGapIsSharedBySourceOrByRule) {
    WaitingCensus census;
    std::vector<CensusShare> shares(5);
    for (std::uint64_t at = 0; at < 5; ++at) {
        World world;
        if (at < 3) {
            world.come({numbered("/a", 2 + at)});  // whichever number is missing
        } else {
            world.come({after(unnumbered("/u", "x"), "placed")});
        }
        shares[at] = share_of(world.subject);
        census.add(shares[at]);
    }
    EXPECT_EQ(census.shared_gaps(9), (std::vector<SharedGap>{{"/a", 3}, {"placed", 2}}));
    EXPECT_EQ(census.shared_gaps(1), (std::vector<SharedGap>{{"/a", 3}}));
    for (const CensusShare& share : shares) census.remove(share);
    EXPECT_TRUE(census.shared_gaps(9).empty());
}

TEST(WaitingCensus, AShareIsThatOfItsHomesAndNeverNothing) {
    const SourceLimits whole{100, kMuch};
    EXPECT_EQ(whole.share(1, 3).events_max, 33U);
    EXPECT_EQ(whole.share(3, 3).events_max, 100U);
    EXPECT_EQ(whole.share(1, 4096).events_max, 1U);
    EXPECT_EQ(whole.share(3, 3).bytes_max, kMuch);
}

/// Against counting all subjects anew, whatever happens to them.
TEST(WaitingCensusModel, IsTheSumOfItsSubjects) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    WaitingCensus census;
    std::vector<World> worlds(6);
    for (int step = 0; step < 2'000; ++step) {
        const std::size_t at = random() % worlds.size();
        const char* source = random() % 2 == 0 ? "/a" : "/b";
        census.remove(share_of(worlds[at].subject));
        if (random() % 40 == 0) {
            worlds[at] = World{};
        } else {
            worlds[at].come({numbered(source, 1 + random() % 30)});
        }
        census.add(share_of(worlds[at].subject));
        std::map<std::string, std::uint64_t> events;
        std::map<std::string, std::uint64_t> gaps;
        for (const World& world : worlds) {
            for (const auto& one : world.subject.waiting) ++events[one.arrival.source];
            const std::string gap = shared_name(world.subject);
            if (!gap.empty()) ++gaps[gap];
        }
        for (const char* name : {"/a", "/b"}) ASSERT_EQ(kept(census, name), events[name]);
        std::map<std::string, std::uint64_t> shared;
        for (const SharedGap& one : census.shared_gaps(9)) shared[one.wanted] = one.subjects;
        ASSERT_EQ(shared, gaps);
    }
}

}  // namespace
}  // namespace sluice::runtime
