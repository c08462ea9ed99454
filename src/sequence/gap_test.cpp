#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

// The gap clock and its policies; the histories about them: histories_b_test.cpp.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

TEST(GapClock, TimeAloneProvesNothing) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 2)));
    world.pass(std::chrono::hours{24 * 365});
    EXPECT_FALSE(world.subject.gap->proven_at.has_value());
    EXPECT_FALSE(world.subject.gap->act_after.has_value());
    EXPECT_TRUE(world.order.empty());
}

TEST(GapClock, SweepThatBeganBeforeTheGapProvesNothing) {
    World world{policy(GapAction::kSkip)};
    world.next_sweep = SweepId{5};  // sweep 4 is under way
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(
        world.take(world.sequencer.sweep_ended(world.subject, SweepId{4}, world.now, SweepId{5}))
    );
    EXPECT_FALSE(world.subject.gap->proven_at.has_value());
    static_cast<void>(world.sweep());
    EXPECT_EQ(world.subject.gap->proven_at, world.now);
}

TEST(GapClock, OneMoreSweepCompletesBeforeItActs) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 3)));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{999});
    EXPECT_FALSE(world.subject.gap->act_after.has_value());
    world.next_sweep = SweepId{8};  // sweep 7 is under way when the time is over
    world.pass(Milliseconds{1});
    EXPECT_EQ(world.subject.gap->act_after, SweepId{8});
    static_cast<void>(
        world.take(world.sequencer.sweep_ended(world.subject, SweepId{7}, world.now, SweepId{8}))
    );
    EXPECT_TRUE(world.order.empty());
    static_cast<void>(world.sweep());
    EXPECT_EQ(world.order, (Names{"gap(/a 1 to 2)", "/a-3"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(GapClock, NextGapBeginsToCountAnew) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 4)));
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{900});
    static_cast<void>(world.offer(numbered("/a", 1)));
    ASSERT_TRUE(world.subject.gap.has_value());
    EXPECT_EQ(std::get<NeedNumber>(world.subject.gap->missing).number, SourceNumber{3});
    EXPECT_EQ(world.subject.gap->opened_at, world.now);
    EXPECT_FALSE(world.subject.gap->proven_at.has_value());
    static_cast<void>(world.offer(numbered("/a", 3)));
    EXPECT_TRUE(world.subject.settled());
}

TEST(GapClock, KeepsWhatItHasCountedWhenItsHomeIsOpenedAgain) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(world.sweep());
    for (int opening = 0; opening < 4; ++opening) {
        world.pass(Milliseconds{240});
        Sequencer::restored(world.subject);
        world.next_sweep = SweepId{1};
    }
    EXPECT_EQ(world.subject.gap->proven_for, Milliseconds{960});
    EXPECT_FALSE(world.subject.gap->act_after.has_value());
    world.pass(Milliseconds{40});
    EXPECT_EQ(world.subject.gap->act_after, SweepId{1});
}

TEST(GapClock, UnprovenGapNeedsASweepOfThisProcess) {
    World world{policy(GapAction::kSkip)};
    world.next_sweep = SweepId{50};
    static_cast<void>(world.offer(numbered("/a", 2)));
    Sequencer::restored(world.subject);
    static_cast<void>(  // it began before the home was opened
        world.take(world.sequencer.sweep_ended(world.subject, SweepId{3}, world.now, SweepId{4}))
    );
    EXPECT_FALSE(world.subject.gap->proven_at.has_value());
    EXPECT_EQ(world.subject.gap->opened_before, SweepId{4});
}

TEST(GapClock, ClockGoingBackTakesNothingAway) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{600});
    world.pass(Milliseconds{-10'000});
    EXPECT_EQ(world.subject.gap->proven_for, Milliseconds{600});
    world.pass(Milliseconds{400});
    EXPECT_TRUE(world.subject.gap->act_after.has_value());
}

TEST(GapPolicy, WaitNeverActs) {
    World world{policy(GapAction::kWait)};
    static_cast<void>(world.offer(numbered("/a", 2)));
    for (int round = 0; round < 5; ++round) run_out(world);
    EXPECT_TRUE(world.order.empty());
    EXPECT_EQ(world.subject.gap->proven_for, Milliseconds{5'000});
    EXPECT_FALSE(world.subject.hold.has_value());
}

TEST(GapPolicy, ParkHoldsUntilTheMissingEventComes) {
    World world{policy(GapAction::kPark)};
    static_cast<void>(world.offer(numbered("/a", 2)));
    run_out(world);
    EXPECT_EQ(world.parked, 1U);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kGap);
    EXPECT_EQ(world.subject.hold->detail, "/a 1 has not come");
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/b", 1)))) << "the subject as a whole stands";
    run_out(world);
    EXPECT_EQ(world.parked, 1U) << "once";
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order, (Names{"/b-1", "/a-1", "/a-2"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(GapPolicy, ParkedAndFullSubjectStillTakesTheMissingEvent) {
    SequencerOptions options = policy(GapAction::kPark);
    options.waiting_events_max = 2;
    World world{options};
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(world.offer(numbered("/a", 3)));
    run_out(world);
    static_cast<void>(world.offer(numbered("/a", 4)));
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kGap);
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order.size(), 3U);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kFlooded);
    static_cast<void>(world.offer(numbered("/a", 4)));
    EXPECT_TRUE(world.subject.settled());
}

TEST(GapPolicy, SkippedNumberThatComesAfterAllIsLate) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 3)));
    run_out(world);
    static_cast<void>(world.offer(numbered("/a", 2)));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kLateNumber});
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 3))));
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 4))));
}

TEST(GapPolicy, SkipOfARuleReleasesAllThatWaitedForIt) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(after(unnumbered("/r", "one"), "placed")));
    static_cast<void>(world.offer(after(unnumbered("/r", "two"), "placed")));
    static_cast<void>(world.offer(after(unnumbered("/r", "other"), "paid")));
    run_out(world);
    EXPECT_EQ(world.order, (Names{"gap(placed)", "one", "two"}));
    EXPECT_EQ(std::get<NeedMark>(world.subject.gap->missing).wanted, "paid");
}

TEST(GapPolicy, SkipOfAStampDoesNotMoveTheOtherSource) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 2)));
    static_cast<void>(world.offer(with_stamp(numbered("/c", 1), "/a", 1)));
    run_out(world);
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/b-1", "/c-1"}));
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(world.order.back(), "/a-1") << "not late: its own place is still there";
}

TEST(GapPolicy, SkipOfANumberOtherEventsAreStampedWith) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 2)));
    static_cast<void>(world.offer(numbered("/a", 3)));
    run_out(world);
    EXPECT_EQ(world.order, (Names{"gap(/a 1 to 2)", "/b-1", "/a-3"}));
}

TEST(GapPolicy, NothingIsSkippedWhileAPersonIsToChoose) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(numbered("/a", 1)));
    static_cast<void>(world.offer(numbered("/a", 3)));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{1'000});
    static_cast<void>(world.offer(changed(numbered("/a", 1))));
    static_cast<void>(world.sweep());
    run_out(world);
    EXPECT_EQ(world.order, Names{"/a-1"});
}

TEST(GapPolicy, GapBehindACircleIsNotSkipped) {
    World world{policy(GapAction::kSkip)};
    static_cast<void>(world.offer(with_stamp(numbered("/a", 1), "/b", 1)));
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 1)));
    static_cast<void>(world.offer(numbered("/a", 3)));
    run_out(world);
    EXPECT_TRUE(world.order.empty());
    EXPECT_FALSE(world.subject.gap.has_value()) << "giving up 2 would give up 1";
    EXPECT_EQ(world.sequencer.missing(world.subject).size(), 2U);
}

}  // namespace
}  // namespace sluice::sequence
