// One input: what is decided, in which order, and what a release says.

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

TEST(Turn, SaysFirstWhatBecameOfTheArrival) {
    World world;
    const auto waits = world.offer(numbered("/a", 2));
    EXPECT_TRUE(is<Waits>(waits));
    const auto released = world.offer(numbered("/a", 1));
    ASSERT_EQ(released.size(), 2U);
    EXPECT_EQ(World::id_of(std::get<Release>(released[0])), "/a-1");
    EXPECT_EQ(World::id_of(std::get<Release>(released[1])), "/a-2");
}

TEST(Turn, ArrivalThatOvertakesWhatWaitsForItIsReleasedAtOnce) {
    World world;
    world.come({after(carrying(unnumbered("/c", "x"), "x"), "y")});
    const auto decisions = world.offer(carrying(unnumbered("/c", "y"), "y"));
    EXPECT_EQ(decisions.size(), 2U);
    EXPECT_EQ(world.order, (Names{"y", "x"}));
}

TEST(Turn, OfWhatMayGoTheEarliestArrivalGoesFirst) {
    World world;
    world.come(
        {with_stamp(numbered("/c", 1), "/a", 1),
         with_stamp(numbered("/b", 1), "/a", 1),
         with_stamp(unnumbered("/u", "u"), "/a", 1),
         numbered("/a", 2),
         numbered("/a", 1)}
    );
    EXPECT_EQ(world.order, (Names{"/a-1", "/c-1", "/b-1", "u", "/a-2"}));
}

TEST(Turn, WhatAReleaseUnblocksGoesInTheSameTurnHoweverLongTheChain) {
    World world;
    constexpr std::uint64_t kLinks = 200;
    for (std::uint64_t n = 2; n <= kLinks; ++n) {  // each source waits for the one before it
        world.come({with_stamp(numbered(fmt::format("/s{}", n), 1), fmt::format("/s{}", n - 1), 1)}
        );
    }
    EXPECT_EQ(world.offer(numbered("/s1", 1)).size(), kLinks);
    EXPECT_TRUE(world.subject.settled());
}

TEST(Turn, AReleaseCarriesItsFactsItsRecordAndHowLongItWaited) {
    World world;
    Arrival second = carrying(closing(numbered("/a", 2)), "done");
    world.come({second});
    world.pass(Milliseconds{500});
    world.come({numbered("/a", 1)});
    ASSERT_EQ(world.releases.size(), 2U);
    const Release& release = world.releases[1];
    EXPECT_EQ(release.facts.kind, OrderedKind::kEvent);
    EXPECT_EQ(release.facts.subject, "s");
    EXPECT_EQ(release.facts.position, Position{2});
    EXPECT_EQ(release.facts.source, "/a");
    EXPECT_EQ(release.facts.number, SourceNumber{2});
    EXPECT_EQ(release.facts.id_hash, id_hash(second));
    EXPECT_EQ(release.facts.content_hash, second.content_hash);
    EXPECT_EQ(release.facts.marks, std::vector{mark_of("done")});
    EXPECT_TRUE(release.facts.closes);
    EXPECT_EQ(release.facts.released_at, Instant{1'500});
    EXPECT_EQ(release.facts.origin, second.origin);
    EXPECT_EQ(release.record, second.record);
    EXPECT_EQ(release.type, "done");
    EXPECT_EQ(release.waited_since, Instant{1'000});
    EXPECT_FALSE(world.releases[0].waited_since.has_value());
    EXPECT_EQ(release.chosen, "");
}

TEST(Turn, AGapSaysWhichNumbersAndStandsWhereTheyWould) {
    World world;
    world.come({numbered("/a", 4)});
    static_cast<void>(world.adopt());
    const OrderedFacts& gap = world.releases[0].facts;
    EXPECT_EQ(gap.kind, OrderedKind::kGap);
    EXPECT_EQ(gap.subject, "s");
    EXPECT_EQ(gap.position, Position{1});
    EXPECT_EQ(gap.source, "/a");
    EXPECT_EQ(gap.skipped_from, SourceNumber{1});
    EXPECT_EQ(gap.number, SourceNumber{3});
    EXPECT_EQ(gap.wanted, "/a 1 to 3");
    EXPECT_EQ(gap.released_at, world.now);
    EXPECT_TRUE(world.releases[0].record.headers.empty());
}

TEST(Turn, SettledSubjectsStartCountingArrivalsAnew) {
    World world;
    world.come({numbered("/a", 2), numbered("/a", 1), numbered("/a", 3)});
    EXPECT_TRUE(world.subject.settled());
    EXPECT_EQ(world.subject.arrivals, 0U) << "equal histories have equal states";
}

TEST(Turn, SourcesAndIdsAreAnyText) {
    World world;
    for (const std::string& source :
         {std::string{"/\xC3\xA4\xE2\x82\xAC"},
          std::string{"a b, c"},
          std::string{"\0x", 2},
          std::string(10'000, 'x')}) {
        world.come({numbered(source, 2), numbered(source, 1)});
        EXPECT_TRUE(world.subject.settled());
        EXPECT_TRUE(is<Duplicate>(world.offer(numbered(source, 2))));
    }
    EXPECT_EQ(world.order.size(), 8U);
}

TEST(Turn, ClosingWhileOthersWaitClosesAndTheyStillGo) {
    World world;
    world.come({closing(numbered("/a", 1)), numbered("/b", 2), numbered("/b", 1)});
    EXPECT_EQ(world.order, (Names{"/a-1", "/b-1", "/b-2"}));
    EXPECT_FALSE(world.subject.history.closed) << "a number of any source reopens";
}

}  // namespace
}  // namespace sluice::sequence
