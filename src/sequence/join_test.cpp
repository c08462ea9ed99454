#include "sequence/join_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// What joins a waiting room that is not read, and what needs it read. One case for each condition;
// that they are enough is the model's to say (join_model_test.cpp).

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

/// Whether the arrival joins the world's subject unread.
bool joins(const World& world, Arrival arrival) {
    Subject head = unread(world.subject);
    const Subject before = head;
    const InLine found = in_line(world.subject, arrival);
    const auto decided = world.sequencer.join(head, arrival, found, world.now);
    if (!decided) {
        EXPECT_EQ(head, before) << "what is not decided has changed nothing";
        return false;
    }
    EXPECT_TRUE(is<Waits>(*decided));
    EXPECT_EQ(head.waiting.size(), before.waiting.size() + 1);
    return true;
}

World with(std::vector<Arrival> arrivals, SequencerOptions options = {}) {
    World world{std::move(options)};
    world.come(arrivals);
    return world;
}

TEST(Join, WhatWaitsForTheSameGapOrForAnother) {
    const World world = with({numbered("/a", 1), numbered("/a", 3), numbered("/a", 9)});
    EXPECT_TRUE(joins(world, numbered("/a", 4)));
    EXPECT_TRUE(joins(world, numbered("/a", 8))) << "also between what waits";
    EXPECT_TRUE(joins(world, numbered("/a", 10)));
    EXPECT_TRUE(joins(world, numbered("/b", 2)));
    EXPECT_TRUE(joins(world, after(unnumbered("/u", "u1"), "placed")));
    EXPECT_TRUE(joins(world, with_stamp(numbered("/b", 1), "/a", 7)));
}

TEST(Join, NotWhatFillsTheGap) {
    EXPECT_FALSE(joins(with({numbered("/a", 2)}), numbered("/a", 1)));
    const World ruled = with({after(unnumbered("/u", "u1"), "placed")});
    EXPECT_FALSE(joins(ruled, carrying(with_stamp(numbered("/b", 1), "/b", 0), "placed")));
}

TEST(Join, NotWhatCanGo) {
    const World world = with({numbered("/a", 2)});
    EXPECT_FALSE(joins(world, numbered("/b", 1)));
    EXPECT_FALSE(joins(world, after(unnumbered("/u", "u1"), "seen", /*if_seen=*/true)))
        << "whether one is here, only the room can tell";
}

TEST(Join, NotWhatMayHaveBeenHereBefore) {
    const World world = with({numbered("/a", 1), numbered("/a", 3)});
    EXPECT_FALSE(joins(world, numbered("/a", 3)));
    EXPECT_FALSE(joins(world, renamed(numbered("/a", 3), "other")));
    EXPECT_FALSE(joins(world, renamed(numbered("/a", 4), "/a-3")));
    EXPECT_FALSE(joins(world, numbered("/a", 1))) << "it is released";
    EXPECT_FALSE(joins(world, renamed(numbered("/a", 4), "/a-1")));
}

TEST(Join, NotWhatHasJoinedAlready) {
    const World world = with({numbered("/a", 2)});
    Subject head = unread(world.subject);
    const auto join = [&](Arrival arrival) {
        const InLine found = in_line(world.subject, arrival);
        return world.sequencer.join(head, arrival, found, world.now).has_value();
    };
    EXPECT_TRUE(join(numbered("/a", 3)));
    EXPECT_FALSE(join(numbered("/a", 3)));
    EXPECT_FALSE(join(renamed(numbered("/a", 5), "/a-3")));
    EXPECT_TRUE(join(numbered("/a", 5)));
    EXPECT_EQ(head.waiting.joined().size(), 2U);
}

TEST(Join, NotBehindOrBesideWhatItsChannelHoldsBack) {
    World world = with({with_stamp(unnumbered("/u", "u1"), "/a", 1)});
    ASSERT_TRUE(world.subject.waiting.has_bound());
    EXPECT_FALSE(joins(world, numbered("/a", 3)));
    world = with({numbered("/a", 2)});
    EXPECT_FALSE(joins(world, with_stamp(unnumbered("/u", "u1"), "/a", 2)));
}

TEST(Join, WithoutAGapOnlyRightBehindWhatWaits) {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    const World held = with({invalid(numbered("/a", 1)), numbered("/a", 2)}, options);
    ASSERT_TRUE(held.subject.stopped() && !held.subject.gap.has_value());
    EXPECT_TRUE(joins(held, numbered("/a", 3)));
    EXPECT_FALSE(joins(held, numbered("/a", 4))) << "3 is missing: a gap opens";
    EXPECT_FALSE(joins(held, with_stamp(numbered("/a", 3), "/b", 1)));
}

/// What becomes of it, unread: nothing, if only the room can tell.
std::optional<Decisions> decided(
    const World& world, Arrival arrival, SourceRoom room = SourceRoom::kLeft
) {
    Subject head = unread(world.subject);
    const InLine found = in_line(world.subject, arrival);
    auto decisions = world.sequencer.join(head, arrival, found, world.now, room);
    if (decisions) {
        EXPECT_EQ(head.waiting.size(), world.subject.waiting.size());
        EXPECT_TRUE(head.flood.has_value());
    }
    return decisions;
}

AsideReason reason(const std::optional<Decisions>& decisions) {
    return std::get<Aside>(decisions.value().front()).reason;
}

TEST(Join, BeyondTheLimitsItGoesAsideUnread) {
    SequencerOptions options;
    options.waiting_events_max = 2;
    EXPECT_TRUE(joins(with({numbered("/a", 2)}, options), numbered("/a", 3)));
    const World full = with({numbered("/a", 2), numbered("/a", 3)}, options);
    EXPECT_EQ(reason(decided(full, numbered("/a", 4))), AsideReason::kFlooded);
    EXPECT_FALSE(decided(full, numbered("/a", 1)).has_value()) << "it fills the gap";
    World many;
    for (std::size_t s = 0; s < kWaitingSourcesMax; ++s) {
        many.come({numbered(fmt::format("/{}", s), 2)});
    }
    EXPECT_TRUE(joins(many, numbered("/0", 3)));
    EXPECT_EQ(reason(decided(many, numbered("/more", 2))), AsideReason::kFlooded);
}

TEST(Join, WithoutRoomForItsSourceItGoesAsideUnread) {
    const World world = with({numbered("/a", 2)});
    const auto decisions = decided(world, numbered("/a", 3), SourceRoom::kNone);
    EXPECT_EQ(reason(decisions), AsideReason::kFloodedSource);
}

TEST(Join, NotToOneThatIsBusy) {
    const World world = with({numbered("/a", 2)});
    Subject head = unread(world.subject);
    std::uint64_t joined = 0;
    for (std::uint64_t n = 3; n < 3 + 2 * kJoinedMax; ++n) {
        Arrival arrival = numbered("/a", n);
        if (world.sequencer.join(head, arrival, {}, world.now)) ++joined;
    }
    EXPECT_EQ(joined, kJoinedMax);
    static_cast<void>(head.waiting.take_changes());
    head.waiting.forget_joined();
    Arrival next = numbered("/a", 3 + kJoinedMax);
    EXPECT_TRUE(world.sequencer.join(head, next, {}, world.now).has_value());
}

TEST(Join, NotWithoutANumberOnceItIsClosed) {
    World world = with({closing(numbered("/a", 1)), numbered("/a", 3)});
    ASSERT_TRUE(world.subject.history.closed);
    EXPECT_FALSE(joins(world, after(unnumbered("/u", "u1"), "placed")));
    EXPECT_TRUE(joins(world, numbered("/a", 4)));
}

TEST(Join, ASweepActsOnARoomThatIsReadOnly) {
    SequencerOptions options;
    options.gap_action = GapAction::kSkip;
    options.gap_wait = Milliseconds{100};
    World world = with({numbered("/a", 2)}, options);
    EXPECT_FALSE(Sequencer::sweep_may_act(world.subject, world.next_sweep));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{200});
    ASSERT_TRUE(world.subject.gap->act_after.has_value());
    EXPECT_TRUE(Sequencer::sweep_may_act(world.subject, world.next_sweep));
    Subject head = unread(world.subject);
    world.sequencer.tick(head, world.now, world.next_sweep);
    EXPECT_EQ(head.gap, world.subject.gap) << "the clock runs without the room";
}

}  // namespace
}  // namespace sluice::sequence
