// What each policy does about each kind of missing thing, and where policies meet the rest.

#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

/// Another process takes the subject over, from what is stored.
void restart(World& world) {
    auto stored = read_waiting(stored_waiting(world.subject), world.subject.history);
    world.subject = std::move(stored).value();
    Sequencer::restored(world.subject);
    world.next_sweep = SweepId{1};
}

struct PolicyCase {
    std::string what;
    std::vector<Arrival> waits;
    Arrival missing;
    std::string gap;
    Names skipped;  ///< what is released after the gap record
};

std::vector<PolicyCase> rows() {
    return {
        {"one number", {numbered("/a", 2)}, numbered("/a", 1), "/a 1", {"/a-2"}},
        {"several numbers",
         {numbered("/a", 2), numbered("/a", 3)},
         numbered("/a", 1),
         "/a 1",
         {"/a-2", "/a-3"}},
        {"a stamp", {with_stamp(numbered("/b", 1), "/a", 1)}, numbered("/a", 1), "/a 1", {"/b-1"}},
        {"a stamp below what waits",
         {with_stamp(numbered("/b", 1), "/a", 1), numbered("/a", 2)},
         numbered("/a", 1),
         "/a 1",
         {"/b-1", "/a-2"}},
        {"a rule",
         {after(unnumbered("/r", "r"), "m")},
         carrying(numbered("/z", 1), "m"),
         "m",
         {"r"}},
        {"what its channel holds back",
         {with_stamp(unnumbered("/c", "first"), "/a", 1), unnumbered("/c", "second")},
         numbered("/a", 1),
         "/a 1",
         {"first", "second"}},
    };
}

TEST(GapPolicies, WaitKeepsEverythingUntilItComes) {
    for (const PolicyCase& row : rows()) {
        World world{policy(GapAction::kWait)};
        world.come(row.waits);
        run_out(world, 3);
        EXPECT_TRUE(world.order.empty()) << row.what;
        EXPECT_EQ(world.wanted(), Names{row.gap}) << row.what;
        world.come({row.missing});
        EXPECT_EQ(world.order.size(), row.waits.size() + 1) << row.what;
        EXPECT_TRUE(world.subject.settled()) << row.what;
    }
}

TEST(GapPolicies, SkipPutsAGapInItsPlace) {
    for (const PolicyCase& row : rows()) {
        World world{policy(GapAction::kSkip)};
        world.come(row.waits);
        run_out(world);
        Names expected{"gap(" + row.gap + ")"};
        expected.insert(expected.end(), row.skipped.begin(), row.skipped.end());
        EXPECT_EQ(world.order, expected) << row.what;
        EXPECT_TRUE(world.subject.settled()) << row.what;
    }
}

TEST(GapPolicies, ParkStandsStillUntilItComesAlsoOverARestart) {
    for (const PolicyCase& row : rows()) {
        World world{policy(GapAction::kPark)};
        world.come(row.waits);
        run_out(world);
        EXPECT_EQ(world.parked, 1U) << row.what;
        restart(world);
        EXPECT_TRUE(is<Waits>(world.offer(numbered("/other", 1)))) << row.what;
        run_out(world, 3);
        EXPECT_EQ(world.parked, 1U) << row.what << ": told once";
        world.come({row.missing});
        EXPECT_EQ(world.order.size(), row.waits.size() + 2) << row.what;
        EXPECT_TRUE(world.subject.settled()) << row.what;
    }
}

TEST(GapPolicies, EachMissingThingHasItsOwnTime) {
    World world{policy(GapAction::kSkip)};
    world.come({numbered("/a", 2), numbered("/b", 2), after(unnumbered("/r", "r"), "m")});
    run_out(world);
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2"}));
    EXPECT_FALSE(world.subject.gap->proven_at.has_value()) << "the next one begins anew";
    run_out(world);
    EXPECT_EQ(world.order.size(), 4U);
    run_out(world);
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2", "gap(/b 1)", "/b-2", "gap(m)", "r"}));
}

TEST(GapPolicies, SkipGoesOnFromGapToGapOfOneSource) {
    World world{policy(GapAction::kSkip)};
    world.come({numbered("/a", 3), numbered("/a", 7), numbered("/a", 6)});
    run_out(world, 2);
    EXPECT_EQ(world.order, (Names{"gap(/a 1 to 2)", "/a-3", "gap(/a 4 to 5)", "/a-6", "/a-7"}));
    for (const std::uint64_t late : {1U, 2U, 4U, 5U}) world.come({numbered("/a", late)});
    EXPECT_EQ(world.aside, std::vector(4, AsideReason::kLateNumber));
}

TEST(GapPolicies, NoTimeToWaitStillWantsTheProofAndOneMoreSweep) {
    SequencerOptions options = policy(GapAction::kSkip);
    options.gap_wait = Milliseconds{0};
    World world{options};
    world.come({numbered("/a", 2)});
    static_cast<void>(world.sweep());
    EXPECT_TRUE(world.order.empty()) << "proven, and over at once: one more sweep is asked for";
    static_cast<void>(world.sweep());
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2"}));
}

TEST(GapPolicies, SkipMeetsAnEventThatIsInvalidAndWaits) {
    SequencerOptions options = policy(GapAction::kSkip);
    options.invalid = InvalidPolicy::kWait;
    World world{options};
    world.come({invalid(numbered("/a", 2)), numbered("/a", 3)});
    run_out(world);
    EXPECT_EQ(world.order, Names{"gap(/a 1)"});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    run_out(world, 3);
    EXPECT_EQ(world.order, Names{"gap(/a 1)"}) << "a person is to choose";
}

TEST(GapPolicies, ParkGivesWayToAConflictAndTakesItsTurnAgain) {
    World world{policy(GapAction::kPark)};
    world.come({numbered("/a", 1), numbered("/a", 3)});
    run_out(world);
    ASSERT_EQ(world.subject.hold->cause, HoldCause::kGap);
    world.come({changed(numbered("/a", 1))});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
    EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(changed(numbered("/a", 1)))})), "");
    run_out(world);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kGap);
    world.come({numbered("/a", 2)});
    EXPECT_TRUE(world.subject.settled());
}

TEST(GapPolicies, WhatAFloodPutAsideIsSkippedLikeAnyOther) {
    SequencerOptions options = policy(GapAction::kSkip);
    options.waiting_events_max = 1;
    World world{options};
    world.come({numbered("/a", 2), numbered("/a", 3), numbered("/a", 1), numbered("/a", 4)});
    ASSERT_EQ(world.aside_ids, Names{"/a-3"});
    run_out(world);
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "gap(/a 3)", "/a-4"}));
    EXPECT_TRUE(world.subject.settled()) << "given up is no longer looked for";
}

TEST(GapPolicies, AdoptionFreesAParkedSubject) {
    World world{policy(GapAction::kPark)};
    world.come({numbered("/a", 5)});
    run_out(world);
    ASSERT_TRUE(world.subject.stopped());
    static_cast<void>(world.adopt());
    EXPECT_EQ(world.order, (Names{"gap(/a 1 to 4)", "/a-5"}));
    EXPECT_TRUE(world.subject.settled());
}

}  // namespace
}  // namespace sluice::sequence
