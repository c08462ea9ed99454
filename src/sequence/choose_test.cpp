// Each choice of an operator: what it does, and what it refuses.

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

SequencerOptions parking() {
    SequencerOptions options;
    options.gap_action = GapAction::kPark;
    options.gap_wait = Milliseconds{0};
    return options;
}

/// /a 2 waits and its gap is parked; /b 1 stands behind it.
World parked() {
    World world{parking()};
    world.come({numbered("/a", 2)});
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{1});
    static_cast<void>(world.sweep());
    world.come({numbered("/b", 1)});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kGap);
    return world;
}

/// /a 1 is released, /a 1 with other content stands against it, /a 2 waits.
World in_conflict() {
    World world;
    world.come({numbered("/a", 1), changed(numbered("/a", 1)), numbered("/a", 2)});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
    return world;
}

TEST(Choose, WhatIsRefusedSaysWhyAndChangesNothing) {
    World gaps;
    gaps.come({numbered("/a", 2), numbered("/a", 5), unnumbered("/u", "u1")});
    World closed;
    closed.come(numbers("/a", 1, 80));

    struct Row {
        World world;
        Choice choice;
        std::string why;
    };

    const std::vector<Row> rows{
        {gaps, SkipMissing{"/a 2"}, "nothing waits for /a 2 (any more)"},
        {gaps, SkipMissing{""}, "nothing waits for  (any more)"},
        {gaps, SkipMissing{"/a 3 to 4"}, "/a 3 to 4 is not next: /a 1 comes first"},
        {gaps, ReleaseNow{ref_of(numbered("/a", 5))}, "/a 5 is not next: /a 1 comes first"},
        {gaps, ReleaseNow{ref_of(numbered("/a", 1))}, "/a id /a-1 does not wait (any more)"},
        {gaps,
         ReleaseNow{ref_of(changed(numbered("/a", 2)))},
         "/a id /a-2 does not wait (any more)"},
        {gaps, DropWaiting{ref_of(unnumbered("/u", "u1"))}, "/u id u1 does not wait (any more)"},
        {gaps,
         SettleConflict{ref_of(numbered("/a", 2)), Winner::kNewcomer},
         "no conflict over /a id /a-2 (any more)"},
        {gaps, TakeBack{numbered("/a", 5)}, "/a id /a-5 is here"},
        {gaps,
         TakeBack{changed(numbered("/a", 5))},
         "/a 5 has come twice with different content: one waits, the newcomer is id /a-5"},
        {closed,
         TakeBack{numbered("/a", 3)},
         "/a 3 is past and cannot be compared any more: publish it as a new event"},
        {gaps,
         Repair{ref_of(numbered("/a", 1)), numbered("/a", 1)},
         "/a id /a-1 does not wait (any more)"},
        {gaps,
         Repair{ref_of(numbered("/a", 2)), numbered("/a", 3)},
         "the copy has another source, id or number than /a id /a-2"},
        {closed, AdoptSubject{}, "nothing that is waited for lies before a beginning"},
        {closed, ClearFlood{}, "the subject is not flooded"},
    };
    for (const Row& row : rows) {
        World world = row.world;
        EXPECT_EQ(refusal(world.choose(row.choice)), row.why);
        EXPECT_EQ(world.subject, row.world.subject) << row.why;
    }
}

TEST(Choose, WhileAConflictStandsOnlyItIsChosenAbout) {
    const World world = in_conflict();
    const std::string why =
        "the subject stands: /a 1 has come twice with different content: one is released, the "
        "newcomer is id /a-1; choose about that first";
    const EventRef waiting = ref_of(numbered("/a", 2));
    for (const Choice& choice :
         {Choice{SkipMissing{"/a 3"}},
          Choice{ReleaseNow{waiting}},
          Choice{DropWaiting{waiting}},
          Choice{TakeBack{numbered("/b", 1)}},
          Choice{AdoptSubject{}}}) {
        World asked = world;
        EXPECT_EQ(refusal(asked.choose(choice)), why);
        EXPECT_EQ(asked.subject, world.subject);
    }
}

TEST(Choose, TheSameChoiceTwiceIsCarriedOutOnce) {
    World world = in_conflict();
    const Choice choice = SettleConflict{ref_of(changed(numbered("/a", 1))), Winner::kNewcomer};
    EXPECT_EQ(refusal(world.choose(choice)), "");
    const Names after = world.order;
    EXPECT_NE(refusal(world.choose(choice)), "");
    EXPECT_EQ(world.order, after);
}

TEST(Choose, SkipNeedsNoProofAndLiftsAPark) {
    World world = parked();
    EXPECT_EQ(refusal(world.choose(SkipMissing{"/a 1"})), "");
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2", "/b-1"}));
    EXPECT_EQ(world.releases[0].chosen, "c-1 alice: the row was given up");
    EXPECT_EQ(world.releases[1].chosen, "") << "only what was chosen";
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, SkipOfOneThingKeepsTheClockOfAnother) {
    World world;
    world.come({numbered("/a", 2), after(unnumbered("/r", "x"), "placed")});
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{700});
    EXPECT_EQ(refusal(world.choose(SkipMissing{"placed"})), "");
    EXPECT_EQ(world.order, (Names{"gap(placed)", "x"}));
    ASSERT_TRUE(world.subject.gap.has_value());
    EXPECT_EQ(world.subject.gap->proven_for, Milliseconds{700});
}

TEST(Choose, SkipByNameGivesUpAllThatIsCalledSo) {
    World world;  // "sent with the same parcel": another mark for each parcel
    for (const std::string parcel : {"1", "2"}) {
        Arrival done = unnumbered("/d", "done-" + parcel);
        done.needs.emplace_back(NeedMark{{mark_of("sent", "/p", parcel)}, "sent, same /p", false});
        done.ordered_by_rule = true;
        world.come({done});
    }
    EXPECT_EQ(world.wanted(), Names{"sent, same /p"});
    EXPECT_EQ(refusal(world.choose(SkipMissing{"sent, same /p"})), "");
    EXPECT_EQ(world.order.size(), 4U);
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, ReleaseNowForgetsTheNeedsOfThatEventAlone) {
    World world;
    world.come(
        {after(unnumbered("/r", "one"), "placed"),
         after(with_stamp(unnumbered("/r", "two"), "/a", 3), "placed"),
         numbered("/a", 1)}
    );
    EXPECT_EQ(refusal(world.choose(ReleaseNow{ref_of(unnumbered("/r", "two"))})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "gap(/a 3)", "gap(placed)", "two"}));
    EXPECT_EQ(world.wanted(), Names{"placed"});
    world.come({carrying(numbered("/a", 2), "placed")});
    EXPECT_EQ(world.order.back(), "one");
}

TEST(Choose, ReleaseNowOvertakesItsChannel) {
    World world;
    world.come({with_stamp(unnumbered("/c", "first"), "/a", 1), unnumbered("/c", "second")});
    EXPECT_EQ(refusal(world.choose(ReleaseNow{ref_of(unnumbered("/c", "second"))})), "");
    EXPECT_EQ(world.order, Names{"second"}) << "it waited for no one by name: no gap to tell";
    EXPECT_NE(world.releases[0].chosen, "");
}

TEST(Choose, WhoParkedForAnEventThatWasReleasedAnywayStandsNoLonger) {
    World world{parking()};
    world.come({after(unnumbered("/r", "x"), "placed")});
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{1});
    static_cast<void>(world.sweep());
    world.come({numbered("/b", 1)});
    ASSERT_TRUE(world.subject.stopped());
    EXPECT_EQ(refusal(world.choose(ReleaseNow{ref_of(unnumbered("/r", "x"))})), "");
    EXPECT_EQ(world.order, (Names{"gap(placed)", "x", "/b-1"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, DropOfTheNextNumberGivesItUpForGood) {
    World world{SequencerOptions{}};
    world.come({with_stamp(numbered("/a", 1), "/never", 9), numbered("/a", 2)});
    EXPECT_EQ(refusal(world.choose(DropWaiting{ref_of(numbered("/a", 1))})), "");
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2"}));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kDropped});
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.aside.back(), AsideReason::kLateNumber);
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, DropOfAFarNumberIsAsIfItHadNotCome) {
    World world;
    world.come({numbered("/a", 1'000'000'000)});
    EXPECT_EQ(refusal(world.choose(DropWaiting{ref_of(numbered("/a", 1'000'000'000))})), "");
    EXPECT_TRUE(world.order.empty());
    EXPECT_TRUE(world.subject.settled());
    world.come(numbers("/a", 1, 2));
    EXPECT_EQ(world.order.size(), 2U);
}

TEST(Choose, NewcomerTakesThePlaceOfTheOneThatWaits) {
    World world;
    const Arrival other = renamed(numbered("/a", 2), "other");
    world.come({numbered("/a", 2), other, numbered("/a", 3)});
    EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(other), Winner::kNewcomer})), "");
    EXPECT_EQ(world.aside_ids, Names{"/a-2"});
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.order, (Names{"/a-1", "other", "/a-3"}));
    EXPECT_TRUE(is<Duplicate>(world.offer(other)));
    EXPECT_TRUE(is<Conflict>(world.offer(numbered("/a", 2)))) << "the one that was not chosen";
}

TEST(Choose, WhatWasInConflictOnlyWithTheDroppedOneTakesItsOwnPlace) {
    World world;
    const Arrival both =
        renamed(numbered("/a", 2), "/a-3");  // the number of one, the id of another
    const Arrival third = changed(numbered("/a", 3));
    world.come({numbered("/a", 2), numbered("/a", 3), both, third});
    ASSERT_EQ(world.subject.conflicts.size(), 2U);
    EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(both), Winner::kNewcomer})), "");
    EXPECT_EQ(world.aside_ids, (Names{"/a-2", "/a-3"}));
    ASSERT_EQ(world.subject.conflicts.size(), 1U) << "one id under two numbers";
    EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(third), Winner::kFirst})), "");
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-3"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, BothOfAReleasedConflictAreKnownAfterwards) {
    World world = in_conflict();
    const Arrival other = changed(numbered("/a", 1));
    EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(other), Winner::kNewcomer})), "");
    EXPECT_EQ(world.releases[1].facts.kind, OrderedKind::kLate);
    EXPECT_EQ(world.order.back(), "/a-2") << "what stood goes on";
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 1))));
    EXPECT_TRUE(is<Duplicate>(world.offer(other)));
    EXPECT_TRUE(is<Conflict>(world.offer(changed(other))));
}

TEST(Choose, InvalidEventAndAConflictAreChosenAboutOneAfterTheOther) {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    World world{options};
    world.come({invalid(numbered("/a", 1)), changed(numbered("/a", 1)), numbered("/a", 2)});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    EXPECT_EQ(refusal(world.choose(ReleaseNow{ref_of(numbered("/a", 1))})), "");
    EXPECT_EQ(world.order, Names{"/a-1"});
    ASSERT_EQ(world.subject.hold->cause, HoldCause::kConflict);
    const EventRef newcomer = ref_of(changed(numbered("/a", 1)));
    EXPECT_EQ(refusal(world.choose(SettleConflict{newcomer, Winner::kFirst})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2"}));
}

TEST(Choose, RepairedCopyTakesThePlaceAndTheOriginalIsStillKnown) {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    World world{options};
    world.come({invalid(numbered("/a", 1)), numbered("/a", 2)});
    Arrival copy = changed(numbered("/a", 1));
    copy.record.value = "value of mended";
    EXPECT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 1)), copy})), "");
    EXPECT_EQ(world.order, (Names{"mended", "/a-2"}));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kRepaired});
    EXPECT_EQ(world.releases[0].invalid, "");
    EXPECT_TRUE(world.subject.settled());
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 1)))) << "its producer sends it again";
}

TEST(Choose, RepairOfAnEventThatWaitsForAnotherWaitsOn) {
    World world;
    world.come({numbered("/a", 2)});
    EXPECT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), numbered("/a", 2)})), "");
    EXPECT_TRUE(world.order.empty());
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2"}));
}

TEST(Choose, TakenBackMarksWakeWhoWaitedForThem) {
    World world;
    world.come({closing(numbered("/a", 1)), after(numbered("/a", 2), "thanks")});
    EXPECT_EQ(world.order, Names{"/a-1"});
    EXPECT_EQ(refusal(world.choose(TakeBack{carrying(unnumbered("/u", "u"), "thanks")})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "u", "/a-2"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(Choose, WhatIsTakenBackFillsAParkedGap) {
    World world = parked();
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 1)})), "");
    EXPECT_EQ(world.order, (Names{"/b-1", "/a-1", "/a-2"})) << "earliest first";
    EXPECT_TRUE(world.subject.settled());
}

}  // namespace
}  // namespace sluice::sequence
