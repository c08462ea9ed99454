#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

World closed_world() {
    World world;
    world.now = Instant{3 * 86'400'000LL + 5};
    static_cast<void>(world.offer(numbered("/a", 1)));
    static_cast<void>(world.offer(numbered("/b", 1)));
    static_cast<void>(world.offer(numbered("/b", 2)));
    static_cast<void>(world.offer(closing(numbered("/a", 2))));
    return world;
}

TEST(Tombstone, KeepsPositionNumbersAndDay) {
    const Tombstone tombstone = Sequencer::entomb(closed_world().subject);
    EXPECT_EQ(tombstone.last, Position{4});
    EXPECT_EQ(tombstone.closed_day, 3);
    EXPECT_EQ(
        tombstone.sources,
        (std::vector<std::pair<std::uint32_t, SourceNumber>>{
            {source_hash("/a"), SourceNumber{2}}, {source_hash("/b"), SourceNumber{2}}})
    );
    EXPECT_EQ(decode_tombstone(encode_tombstone(tombstone)).value(), tombstone);
}

TEST(Tombstone, EntombedAgainItIsTheSame) {
    const Tombstone tombstone = Sequencer::entomb(closed_world().subject);
    for (const char* source : {"/a", "/b", "/never seen"}) {
        const Subject again = Sequencer::reopen(tombstone, numbered(source, 1));
        EXPECT_EQ(Sequencer::entomb(again), tombstone) << source;
    }
}

TEST(Tombstone, EverySourceGoesOnWhereItWasWhoeverComesFirst) {
    World world;
    world.subject = Sequencer::reopen(Sequencer::entomb(closed_world().subject), numbered("/b", 3));
    EXPECT_TRUE(is<Release>(world.offer(numbered("/b", 3))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 2))));
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 3))));
    EXPECT_TRUE(is<Release>(world.offer(numbered("/c", 1))));
    EXPECT_EQ(world.releases.back().facts.position, Position{7});
    for (const SourceHistory& source : world.subject.history.sources) {
        EXPECT_FALSE(source.source.empty());
        EXPECT_EQ(source.hash_if_unnamed, 0U);
    }
}

TEST(Tombstone, NumberFurtherOnWaitsAndKeepsTheSubjectClosed) {
    World world;
    world.subject = Sequencer::reopen(Sequencer::entomb(closed_world().subject), numbered("/a", 4));
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 4))));
    EXPECT_TRUE(world.subject.history.closed);
    static_cast<void>(world.offer(numbered("/a", 3)));
    EXPECT_FALSE(world.subject.history.closed);
}

}  // namespace
}  // namespace sluice::sequence
