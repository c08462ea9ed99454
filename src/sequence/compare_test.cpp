#include "sequence/compare.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

/// /a 1 to 70 released, /a 72 waits; without numbers u1 released; /a 1 to 6 can no longer be
/// compared.
World prepared() {
    World world;
    for (std::uint64_t n = 1; n <= 70; ++n) static_cast<void>(world.offer(numbered("/a", n)));
    static_cast<void>(world.offer(unnumbered("/a", "u1")));
    static_cast<void>(world.offer(numbered("/a", 72)));
    return world;
}

enum class Expected : std::uint8_t { kNew, kSame, kNotCompared, kConflict };

struct Comparison {
    std::string what;
    Arrival arrival;
    Expected expected{};
};

Expected outcome(const Subject& subject, const Arrival& arrival) {
    const Verdict verdict = compare(subject, arrival);
    if (std::holds_alternative<Contradicts>(verdict)) return Expected::kConflict;
    if (const auto* duplicate = std::get_if<IsDuplicate>(&verdict)) {
        return duplicate->compared == Compared::kSame ? Expected::kSame : Expected::kNotCompared;
    }
    return Expected::kNew;
}

TEST(Compare, TableOfDecisions) {
    const World world = prepared();
    const std::vector<Comparison> rows{
        {"next number", numbered("/a", 71), Expected::kNew},
        {"number of another source", numbered("/b", 1), Expected::kNew},
        {"same id at another source", renamed(numbered("/b", 1), "/a-70"), Expected::kNew},
        {"released again", numbered("/a", 70), Expected::kSame},
        {"released, other content", changed(numbered("/a", 70)), Expected::kConflict},
        {"released, other id", renamed(numbered("/a", 70), "x"), Expected::kConflict},
        {"released id, next number", renamed(numbered("/a", 71), "/a-70"), Expected::kConflict},
        {"oldest compared", changed(numbered("/a", 7)), Expected::kConflict},
        {"beyond what is remembered", changed(numbered("/a", 6)), Expected::kNotCompared},
        {"waits already", numbered("/a", 72), Expected::kSame},
        {"waits with other content", changed(numbered("/a", 72)), Expected::kConflict},
        {"waiting id, other number", renamed(numbered("/a", 71), "/a-72"), Expected::kConflict},
        {"unnumbered again", unnumbered("/a", "u1"), Expected::kSame},
        {"unnumbered, other content", changed(unnumbered("/a", "u1")), Expected::kConflict},
        {"unnumbered id now with a number", renamed(numbered("/a", 71), "u1"), Expected::kConflict},
        {"numbered id now without, same content", unnumbered("/a", "/a-70"), Expected::kSame},
        {"the same of one that waits", unnumbered("/a", "/a-72"), Expected::kSame},
        {"new id", unnumbered("/a", "u2"), Expected::kNew},
    };
    for (const Comparison& row : rows) {
        EXPECT_EQ(outcome(world.subject, row.arrival), row.expected) << row.what;
    }
}

TEST(Compare, NewcomerOfAConflictComesTwiceAndIsKeptOnce) {
    World world = prepared();
    EXPECT_TRUE(is<Conflict>(world.offer(changed(numbered("/a", 70)))));
    EXPECT_TRUE(is<Duplicate>(world.offer(changed(numbered("/a", 70)))));
    EXPECT_TRUE(is<Conflict>(world.offer(changed(changed(numbered("/a", 70))))));
    EXPECT_EQ(world.subject.conflicts.size(), 2U);
}

TEST(Compare, DuplicatesAreKnownWhileTheSubjectStands) {
    World world = prepared();
    static_cast<void>(world.offer(changed(numbered("/a", 70))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 70))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 72))));
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 71))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 71))));
}

TEST(Compare, ConflictsAreBoundedAsWhatWaits) {
    SequencerOptions options;
    options.waiting_events_max = 2;
    World world{options};
    static_cast<void>(world.offer(numbered("/a", 1)));
    for (std::uint64_t n = 1; n <= 3; ++n) {
        static_cast<void>(world.offer(renamed(numbered("/a", 1), fmt::format("other-{}", n))));
    }
    EXPECT_EQ(world.subject.conflicts.size(), 2U);
    EXPECT_EQ(world.aside, std::vector{AsideReason::kFlooded});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
}

TEST(Compare, DetailNamesSourceNumberAndIds) {
    World world = prepared();
    static_cast<void>(world.offer(renamed(numbered("/a", 71), "/a-70")));
    EXPECT_EQ(
        world.subject.hold->detail, "/a id /a-70 has come under two numbers: 70 (released) and 71"
    );
}

}  // namespace
}  // namespace sluice::sequence
