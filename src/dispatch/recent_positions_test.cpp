#include "dispatch/recent_positions.hpp"

#include "base/hash.hpp"
#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace sluice::dispatch {
namespace {

TEST(RecentPositions, TellsHolesAndReuse) {
    RecentPositions recent{16};
    EXPECT_EQ(recent.check(1, Position{5}), "");
    EXPECT_EQ(recent.check(1, Position{6}), "");
    EXPECT_EQ(recent.check(1, Position{6}), "hole: position 6 is used again; 7 was expected");
    EXPECT_EQ(recent.check(1, Position{9}), "hole: position 9 came; 7 was expected");
    EXPECT_EQ(recent.check(1, Position{10}), "");  // one alarm for one hole
    EXPECT_EQ(recent.check(2, Position{1}), "");
}

TEST(RecentPositions, WhereTheyOnlyRiseHolesAreFineAndRepetitionsAreTold) {
    RecentPositions recent{16};
    EXPECT_TRUE(recent.rises(1, Position{5}));
    EXPECT_TRUE(recent.rises(1, Position{9}));
    for (const std::uint64_t old : {9U, 8U, 1U})
        EXPECT_FALSE(recent.rises(1, Position{old})) << old;
    EXPECT_TRUE(recent.rises(1, Position{10})) << "a repetition moves nothing";
    EXPECT_TRUE(recent.rises(2, Position{1}));
    EXPECT_EQ(recent.size(), 2U);
    RecentPositions none{0};
    EXPECT_TRUE(none.rises(1, Position{5}));
    EXPECT_TRUE(none.rises(1, Position{5})) << "not looked for";
}

/// Subjects give way to others, so that a repetition may pass; nothing new is ever taken for one.
TEST(RecentPositions, OfManySubjectsNothingNewIsTakenForARepetition) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    RecentPositions recent{1U << 10U};
    std::mt19937_64 random{seed};
    std::map<std::uint64_t, std::uint64_t> last;
    std::uint64_t told = 0;
    for (int n = 0; n < 20'000; ++n) {
        const std::uint64_t subject = hash64(std::to_string(random() % 3'000));
        const std::uint64_t position = 1 + random() % 100;
        if (recent.rises(subject, Position{position})) {
            last[subject] = std::max(last[subject], position);
            continue;
        }
        ++told;
        ASSERT_LE(position, last[subject]);
    }
    EXPECT_GT(told, 1'000U);
}

TEST(RecentPositions, AHoleAtEachSideOfWhatIsExpected) {
    struct Case {
        std::uint64_t position;
        bool fine;
    };

    for (const Case& one :
         {Case{1, false},
          Case{9, false},
          Case{10, false},
          Case{11, true},
          Case{12, false},
          Case{~std::uint64_t{0}, false}}) {
        RecentPositions recent{16};
        static_cast<void>(recent.check(7, Position{10}));
        EXPECT_EQ(recent.check(7, Position{one.position}).empty(), one.fine) << one.position;
    }
}

TEST(RecentPositions, AReusedPositionMovesNothing) {
    RecentPositions recent{16};
    static_cast<void>(recent.check(7, Position{10}));
    for (const std::uint64_t old : {10U, 3U, 1U}) {
        EXPECT_FALSE(recent.check(7, Position{old}).empty());
    }
    EXPECT_EQ(recent.check(7, Position{11}), "");
}

TEST(RecentPositions, InARoomOfOneTheLastSubjectStays) {
    RecentPositions recent{1};
    EXPECT_EQ(recent.check(7, Position{1}), "");
    EXPECT_EQ(recent.check(8, Position{5}), "") << "takes its place";
    EXPECT_EQ(recent.check(8, Position{7}).empty(), false);
    EXPECT_EQ(recent.check(7, Position{9}), "") << "and is checked anew from here on";
    EXPECT_EQ(recent.size(), 1U);
}

TEST(RecentPositions, SubjectsWhoseHashesMeetAreKeptApart) {
    RecentPositions recent{1'024};
    for (std::uint64_t at = 0; at < 8; ++at) {  // the same slot, all of them
        EXPECT_EQ(recent.check(at << 32U, Position{at + 1}), "");
    }
    for (std::uint64_t at = 0; at < 8; ++at) {
        EXPECT_EQ(recent.check(at << 32U, Position{at + 2}), "");
        EXPECT_FALSE(recent.check(at << 32U, Position{at + 2}).empty());
    }
}

TEST(RecentPositions, NoneMeansNoCheck) {
    RecentPositions recent{0};
    EXPECT_EQ(recent.check(1, Position{5}), "");
    EXPECT_EQ(recent.check(1, Position{9}), "");
    EXPECT_EQ(recent.size(), 0U);
}

TEST(RecentPositionsModel, GrowsWithoutForgettingMuchAndStaysInItsBounds) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    RecentPositions recent{1'024};
    std::map<std::uint64_t, std::uint64_t> reference;
    int holes = 0;
    int shown = 0;
    for (int round = 0; round < 50'000; ++round) {
        const std::uint64_t subject = random() % 400;  // well below the limit
        std::uint64_t& last = reference[subject];
        const bool hole = last > 0 && random() % 100 == 0;
        last += hole ? 2 : 1;
        const std::uint64_t hash = hash64(std::to_string(subject));
        const std::string told = recent.check(hash, Position{last});
        ASSERT_TRUE(hole || told.empty()) << told;  // never a false alarm
        holes += hole ? 1 : 0;
        shown += told.empty() ? 0 : 1;
    }
    EXPECT_GT(holes, 0);
    EXPECT_GE(shown * 100, holes * 95);
    for (std::uint64_t subject = 0; subject < 100'000; ++subject) {
        ASSERT_EQ(recent.check(hash64(std::to_string(subject + 1'000)), Position{1}), "");
    }
    EXPECT_LE(recent.size(), 1'024U);
}

}  // namespace
}  // namespace sluice::dispatch
