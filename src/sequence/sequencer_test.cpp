#include "sequence/sequencer.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

// The ways of ordering, and the histories that a wrong design breaks on, one test each.

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

TEST(HistoryA1, InvalidEventTakesItsPlaceAndNobodyWaits) {
    World world;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        Arrival arrival = numbered("/orders", n);
        static_cast<void>(world.offer(n == 2 ? invalid(arrival) : arrival));
    }
    EXPECT_EQ(world.order.size(), 5U);
    EXPECT_EQ(world.releases[1].invalid, "field `amount` is missing");
    EXPECT_EQ(world.releases[2].invalid, "");
    EXPECT_TRUE(world.subject.settled());
}

TEST(HistoryA1, ByPolicyInvalidEventHoldsItsSubjectWhenItsTurnComes) {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    World world{options};
    static_cast<void>(world.offer(invalid(numbered("/orders", 2))));
    EXPECT_FALSE(world.subject.hold.has_value()) << "it waits for 1 as any other";
    static_cast<void>(world.offer(numbered("/orders", 3)));
    static_cast<void>(world.offer(numbered("/orders", 1)));
    EXPECT_EQ(world.order, Names{"/orders-1"});
    ASSERT_TRUE(world.subject.hold.has_value());
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    EXPECT_EQ(world.subject.hold->detail, "field `amount` is missing");
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/other", 1))));
    EXPECT_EQ(world.subject.waiting.size(), 3U);
}

TEST(HistoryA2, ConflictStopsTheSubject) {
    World world;
    for (std::uint64_t n = 1; n <= 10; ++n) static_cast<void>(world.offer(numbered("/a", n)));
    for (std::uint64_t n = 8; n <= 10; ++n) {
        EXPECT_TRUE(is<Conflict>(world.offer(renamed(numbered("/a", n), fmt::format("new-{}", n))))
        );
    }
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 11)))) << "10 and 11 never happened together";
    EXPECT_EQ(world.order.size(), 10U);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
    EXPECT_NE(world.subject.hold->detail.find("/a 8"), std::string::npos);
    EXPECT_EQ(world.subject.conflicts.size(), 3U);
}

TEST(HistoryA2, IdsMadeFromTheNumberHideNothing) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_TRUE(is<Conflict>(world.offer(changed(numbered("/a", 1)))));
}

TEST(HistoryA3, ClosedSubjectsKnowTheirDuplicatesAndGoOnCounting) {
    World world;
    for (std::uint64_t n = 1; n <= 4; ++n) static_cast<void>(world.offer(numbered("/a", n)));
    static_cast<void>(world.offer(closing(numbered("/a", 5))));
    ASSERT_TRUE(world.subject.history.closed);
    const Tombstone tombstone = Sequencer::entomb(world.subject);
    world.subject = Sequencer::reopen(tombstone, numbered("/a", 3));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 3))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 1))));
    static_cast<void>(world.offer(unnumbered("/a", "thanks")));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kLateClosed});
    EXPECT_TRUE(world.subject.history.closed);
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 6)))) << "a late refund";
    EXPECT_EQ(world.releases.back().facts.position, Position{6});
    EXPECT_FALSE(world.subject.history.closed);
}

TEST(HistoryA5, StampsInACircleAreShownAndRunNoClock) {
    World world;
    static_cast<void>(world.offer(with_stamp(numbered("/a", 1), "/b", 1)));
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 1)));
    static_cast<void>(world.offer(numbered("/a", 2)));
    EXPECT_TRUE(world.order.empty());
    EXPECT_FALSE(world.subject.gap.has_value());
    const auto missing = world.sequencer.missing(world.subject);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_TRUE(missing[0].cycle);
    EXPECT_EQ(missing[0].wanted, "one another: /a 1, /b 1, /a 2");
    EXPECT_EQ(missing[0].waiting_events, 3U);
}

TEST(HistoryA5, ChannelOrderNeverClosesACircleWithARule) {
    World world;  // one partition carries x, then y; the rule says x after y
    static_cast<void>(world.offer(after(carrying(unnumbered("/c", "x"), "x"), "y")));
    static_cast<void>(world.offer(carrying(unnumbered("/c", "y"), "y")));
    EXPECT_EQ(world.order, (Names{"y", "x"}));
}

TEST(HistoryA5, ChannelOrderYieldsToARuleThroughOthers) {
    World world;  // first waits for /a 1, which waits by rule for what came behind first
    static_cast<void>(world.offer(with_stamp(unnumbered("/c", "first"), "/a", 1)));
    static_cast<void>(world.offer(unnumbered("/c", "between")));
    EXPECT_TRUE(is<Waits>(world.offer(carrying(unnumbered("/c", "y"), "y"))));
    static_cast<void>(world.offer(after(numbered("/a", 1), "y")));
    EXPECT_EQ(world.order, (Names{"y", "/a-1", "first", "between"}));
}

TEST(HistoryA6, StampOnAForeignSourceIsInvalidAtOnce) {
    SequencerOptions options;
    options.sources = {"/orders", "/deliveries"};
    World world{options};
    static_cast<void>(world.offer(with_stamp(numbered("/orders", 1), "/payments", 4)));
    ASSERT_EQ(world.releases.size(), 1U);
    EXPECT_EQ(
        world.releases[0].invalid,
        "dependson names /payments; the domain carries /orders, /deliveries"
    );
}

TEST(HistoryA6, StampOnItsOwnNumberIsInvalidAtOnce) {
    World world;
    static_cast<void>(world.offer(with_stamp(numbered("/orders", 1), "/orders", 1)));
    ASSERT_EQ(world.releases.size(), 1U);
    EXPECT_EQ(world.releases[0].invalid, "dependson names /orders 1; the event itself is number 1");
}

TEST(HistoryA8, FloodStopsOnlyItselfAndStillDrains) {
    SequencerOptions options;
    options.waiting_events_max = 3;
    World world{options};
    for (std::uint64_t n = 2; n <= 6; ++n) static_cast<void>(world.offer(numbered("/a", n)));
    EXPECT_EQ(world.aside, (std::vector{AsideReason::kFlooded, AsideReason::kFlooded}));
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kFlooded);
    EXPECT_TRUE(is<Release>(world.offer(numbered("/b", 1)))) << "nothing keeps it";
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, (Names{"/b-1", "/a-1", "/a-2", "/a-3", "/a-4"}));
    ASSERT_TRUE(world.subject.hold.has_value()) << "5 and 6 are aside";
    static_cast<void>(world.offer(numbered("/a", 7)));
    EXPECT_EQ(world.sequencer.missing(world.subject).at(0).wanted, "/a 5 to 6");
    static_cast<void>(world.offer(numbered("/a", 5)));
    EXPECT_TRUE(world.subject.hold.has_value());
    static_cast<void>(world.offer(numbered("/a", 6)));
    EXPECT_EQ(world.order.back(), "/a-7");
    EXPECT_TRUE(world.subject.settled());
}

TEST(HistoryA8, BytesAreBoundedToo) {
    SequencerOptions options;
    options.waiting_bytes_max = std::size_t{64} << 10;
    World world{options};
    for (std::uint64_t n = 2; n <= 9; ++n) {
        Arrival big = numbered("/a", n);
        big.record.value = std::string(std::size_t{10} << 10, 'x');
        static_cast<void>(world.offer(big));
    }
    EXPECT_EQ(world.subject.waiting.size(), 6U);
    EXPECT_EQ(world.aside.size(), 2U);
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
