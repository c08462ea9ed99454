#include "sequence/sequencer.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

// The ways of ordering. The histories that a wrong design breaks on: histories_*_test.cpp.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

TEST(BySequence, ReleasesInNumberOrderWhateverTheOrderOfArrival) {
    World world;
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 3))));
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 2))));
    EXPECT_EQ(world.offer(numbered("/a", 1)).size(), 3U);
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "/a-3"}));
    EXPECT_TRUE(world.subject.settled());
    EXPECT_EQ(world.releases[2].facts.position, Position{3});
    EXPECT_FALSE(world.releases[0].waited_since.has_value());
    EXPECT_EQ(world.releases[1].waited_since, Instant{1'000});
}

TEST(BySequence, SourcesCountForThemselves) {
    World world;
    static_cast<void>(world.offer(numbered("/b", 2)));
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, Names{"/a-1"});
    static_cast<void>(world.offer(numbered("/b", 1)));
    EXPECT_EQ(world.order, (Names{"/a-1", "/b-1", "/b-2"}));
}

TEST(ByStamp, WaitsForTheOtherSource) {
    World world;
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 2)));
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, Names{"/a-1"});
    static_cast<void>(world.offer(numbered("/a", 2)));
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "/b-1"}));
}

TEST(ByRule, WaitsForOneOfTheTypesAndForTheSameValue) {
    World world;
    Arrival review = unnumbered("/r", "review");
    review.needs.emplace_back(NeedMark{{mark_of("x"), mark_of("y")}, "x or y", false});
    static_cast<void>(world.offer(review));
    Arrival completed = unnumbered("/d", "completed-2");
    completed.needs.emplace_back(NeedMark{{mark_of("sent", "/p", "2")}, "sent, same /p", false});
    completed.ordered_by_rule = true;
    static_cast<void>(world.offer(completed));
    Arrival sent = unnumbered("/d", "sent-1");
    sent.marks = {mark_of("sent", "/p", "1")};
    static_cast<void>(world.offer(carrying(sent, "sent")));
    static_cast<void>(world.offer(carrying(unnumbered("/z", "why"), "y")));
    sent = unnumbered("/d", "sent-2");
    sent.marks = {mark_of("sent", "/p", "2")};
    static_cast<void>(world.offer(sent));
    // sent-1 waits behind nothing that is bound; completed-2 is ordered by its rule, so it is no
    // bar to anything that it waits for, but keeps its channel's order against the rest.
    EXPECT_EQ(world.order, (Names{"why", "review", "sent-2", "completed-2", "sent-1"}));
}

TEST(ByRule, IfSeenWaitsOnlyForWhatIsHere) {
    World world;
    EXPECT_TRUE(is<Release>(world.offer(after(unnumbered("/r", "early"), "paid", true))));
    static_cast<void>(world.offer(carrying(numbered("/a", 2), "paid")));
    EXPECT_TRUE(is<Waits>(world.offer(after(unnumbered("/r", "late"), "paid", true))));
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, (Names{"early", "/a-1", "/a-2", "late"}));
}

TEST(ByChannel, UnnumberedEventsKeepTheOrderOfTheirPartition) {
    World world;
    static_cast<void>(world.offer(with_stamp(unnumbered("/c", "first"), "/a", 1)));
    EXPECT_TRUE(is<Waits>(world.offer(unnumbered("/c", "second"))));
    Arrival elsewhere = unnumbered("/c", "elsewhere");
    elsewhere.origin.partition = PartitionId{1};
    EXPECT_TRUE(is<Release>(world.offer(elsewhere)));
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, (Names{"elsewhere", "/a-1", "first", "second"}));
}

TEST(HistoryE1, ReplayOfWhatIsReleasedIsDuplicateAndLosesNothing) {
    World world;  // the input is read again after an abort: the state is that of the last commit
    const Subject committed = world.subject;
    static_cast<void>(world.offer(numbered("/a", 1)));
    world.subject = committed;
    world.order.clear();
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, Names{"/a-1"}) << "the aborted release left no trace";
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 1))));
}

TEST(Options, RefuseWhatIsOutOfRangeByName) {
    SequencerOptions options;
    EXPECT_TRUE(options.validate().has_value());
    options.waiting_events_max = 0;
    ASSERT_FALSE(options.validate().has_value());
    EXPECT_EQ(
        options.validate().error().message, "waiting_events_max is 0; allowed are 1 to 1000000"
    );
    options = {};
    options.gap_wait = Milliseconds{-1};
    EXPECT_NE(options.validate().error().message.find("gap_wait is -1 ms"), std::string::npos);
    options = {};
    options.waiting_bytes_max = 1;
    EXPECT_NE(options.validate().error().message.find("waiting_bytes_max is 1"), std::string::npos);
}

}  // namespace
}  // namespace sluice::sequence
