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
        (std::vector<BuriedSource>{
            {source_hash("/a"), SourceNumber{2}, {}}, {source_hash("/b"), SourceNumber{2}, {}}})
    );
    EXPECT_EQ(decode_tombstone(encode_tombstone(tombstone)).value(), tombstone);
}

TEST(Tombstone, EntombedAgainItIsTheSame) {
    const Tombstone tombstone = Sequencer::entomb(closed_world().subject);
    for (const char* source : {"/a", "/b", "/never seen"}) {
        const Subject again = Sequencer::reopen(tombstone, source);
        EXPECT_EQ(Sequencer::entomb(again), tombstone) << source;
    }
}

TEST(Tombstone, EverySourceGoesOnWhereItWasWhoeverComesFirst) {
    World world;
    world.subject = Sequencer::reopen(Sequencer::entomb(closed_world().subject), "/b");
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
    world.subject = Sequencer::reopen(Sequencer::entomb(closed_world().subject), "/a");
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 4))));
    EXPECT_TRUE(world.subject.history.closed);
    static_cast<void>(world.offer(numbered("/a", 3)));
    EXPECT_FALSE(world.subject.history.closed);
}

TEST(Tombstone, OneOfManySourcesComesBackEqualFromItsBytes) {
    World world;
    for (int n = 0; n < 200; ++n) {
        world.come(numbers(fmt::format("/s{}", n), 1, static_cast<std::uint64_t>(n % 3) + 1));
    }
    world.come({closing(numbered("/s0", 2))});
    const Tombstone tombstone = Sequencer::entomb(world.subject);
    EXPECT_EQ(tombstone.sources.size(), 200U);
    EXPECT_EQ(decode_tombstone(encode_tombstone(tombstone)).value(), tombstone);
}

TEST(Tombstone, ForgetsHashesIdsAndMarksAndSaysSo) {
    World world;
    world.come(
        {carrying(numbered("/a", 1), "placed"), unnumbered("/u", "u1"), closing(numbered("/a", 2))}
    );
    world.subject = Sequencer::reopen(Sequencer::entomb(world.subject), "/a");
    const auto again = world.offer(changed(numbered("/a", 1)));
    ASSERT_TRUE(is<Duplicate>(again));
    EXPECT_EQ(std::get<Duplicate>(again.front()).compared, Compared::kNotCompared);
    EXPECT_TRUE(is<Waits>(world.offer(after(numbered("/a", 3), "placed")))) << "unknown again";
    EXPECT_EQ(world.wanted(), Names{"placed"});
}

TEST(Tombstone, GivenUpNumbersAreLateAfterItAndNotDuplicates) {
    for (const char* first : {"/a", "/b"}) {
        World world;
        world.come({numbered("/b", 1), closing(numbered("/a", 6))});
        static_cast<void>(world.adopt());
        ASSERT_TRUE(world.subject.history.closed);
        const Tombstone tombstone = Sequencer::entomb(world.subject);
        const std::string bytes = encode_tombstone(tombstone);
        EXPECT_EQ(decode_tombstone(bytes).value(), tombstone);
        EXPECT_FALSE(decode_tombstone(bytes.substr(0, bytes.size() - 1)).has_value());
        world.subject = Sequencer::reopen(decode_tombstone(bytes).value(), first);
        EXPECT_EQ(Sequencer::entomb(world.subject), tombstone);
        EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 6))));
        EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/b", 1))));
        EXPECT_TRUE(is<Aside>(world.offer(numbered("/a", 4))));
        EXPECT_EQ(world.aside, std::vector{AsideReason::kLateNumber});
        EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 4)})), "");
        EXPECT_EQ(world.order.back(), "/a-4");
    }
}

TEST(TombstoneDeath, OnlyAClosedAndSettledSubjectIsBuried) {
    World open;
    open.come({numbered("/a", 1)});
    EXPECT_DEATH(static_cast<void>(Sequencer::entomb(open.subject)), "closed");
    World waiting;
    waiting.come({closing(numbered("/a", 1)), numbered("/a", 3)});
    EXPECT_DEATH(static_cast<void>(Sequencer::entomb(waiting.subject)), "settled");
}

}  // namespace
}  // namespace sluice::sequence
