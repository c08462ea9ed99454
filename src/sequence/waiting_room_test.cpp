#include "sequence/waiting_room.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using Orders = WaitingRoom::Orders;

constexpr std::uint64_t kManyEvents = 10'000;

WaitingEvent at(ArrivalOrder order, Arrival arrival) {
    return WaitingEvent{std::move(arrival), Instant{}, order};
}

TEST(WaitingRoom, FindsByNumberIdAndNeighbour) {
    WaitingRoom room;
    room.add(at(3, numbered("/a", 5)));
    room.add(at(1, numbered("/a", 9)));
    room.add(at(2, numbered("/b", 7)));
    EXPECT_EQ(room.begin()->order, 1U);
    EXPECT_EQ(room.numbered("/a", SourceNumber{5})->order, 3U);
    EXPECT_EQ(room.numbered("/a", SourceNumber{6}), nullptr);
    EXPECT_EQ(room.with_id(id_hash(numbered("/b", 7)))->order, 2U);
    EXPECT_EQ(room.at_or_below("/a", SourceNumber{8})->order, 3U);
    EXPECT_EQ(room.at_or_below("/a", SourceNumber{4}), nullptr);
    EXPECT_EQ(room.at_or_below("/b", SourceNumber{6}), nullptr) << "not another source's";
    EXPECT_EQ(room.above("/a", SourceNumber{5})->order, 1U);
    EXPECT_EQ(room.above("/a", SourceNumber{9}), nullptr);
}

TEST(WaitingRoom, KnowsHowMuchOfEachSourceWaits) {
    WaitingRoom room;
    const std::size_t bytes = numbered("/a", 5).size_bytes();
    room.add(at(1, numbered("/b", 5)));
    room.add(at(2, numbered("/a", 5)));
    room.add(at(3, numbered("/b", 7)));
    EXPECT_EQ(
        room.loads().by_source(), (std::vector<SourceLoad>{{"/a", 1, bytes}, {"/b", 2, 2 * bytes}})
    );
    static_cast<void>(room.take(1));
    static_cast<void>(room.take(2));
    EXPECT_EQ(room.loads().by_source(), (std::vector<SourceLoad>{{"/b", 1, bytes}}));
}

TEST(WaitingRoom, KnowsWhoWantsWhat) {
    WaitingRoom room;
    room.add(at(1, with_stamp(numbered("/a", 5), "/b", 2)));
    room.add(at(2, after(unnumbered("/r", "x"), "placed")));
    room.add(at(3, carrying(numbered("/c", 2), "placed")));
    EXPECT_EQ(room.wanting("/a", SourceNumber{4}, SourceNumber{4}), Orders{1});
    EXPECT_EQ(room.wanting("/b", SourceNumber{1}, SourceNumber{3}), Orders{1});
    EXPECT_TRUE(room.wanting("/b", SourceNumber{3}, SourceNumber{9}).empty());
    EXPECT_TRUE(room.is_wanted("/b", SourceNumber{2}));
    EXPECT_FALSE(room.is_wanted("/b", SourceNumber{3}));
    EXPECT_EQ(room.wanting(mark_of("placed")), Orders{2});
    EXPECT_TRUE(room.carried(mark_of("placed"), 9));
    EXPECT_FALSE(room.carried(mark_of("placed"), 3)) << "only by itself";
    EXPECT_TRUE(room.contested().empty()) << "no channel holds it back";
}

TEST(WaitingRoom, LanesTellWhoIsBoundAndContestedMarksShow) {
    WaitingRoom room;
    room.add(at(1, after(unnumbered("/c", "ruled"), "m")));
    room.add(at(2, carrying(unnumbered("/c", "bound"), "m")));
    const auto* lane = room.lane(unnumbered("/c", "any").origin);
    ASSERT_NE(lane, nullptr);
    EXPECT_EQ(lane->all, (std::set<ArrivalOrder>{1, 2}));
    EXPECT_EQ(lane->bound, std::set<ArrivalOrder>{2});
    EXPECT_EQ(room.contested(), std::set<Mark>{mark_of("m")});
    static_cast<void>(room.take(1));
    EXPECT_TRUE(room.contested().empty());
}

TEST(WaitingRoom, TakenEventsLeaveNothingBehind) {
    WaitingRoom room;
    const WaitingEvent first = at(1, with_stamp(carrying(numbered("/a", 5), "t"), "/b", 2));
    const WaitingEvent second = at(2, after(carrying(unnumbered("/c", "x"), "u"), "t"));
    room.add(first);
    room.add(second);
    EXPECT_GT(room.bytes(), 0U);
    EXPECT_EQ(room.take(1), first);
    EXPECT_EQ(room.take(2), second);
    EXPECT_TRUE(room.empty());
    EXPECT_EQ(room.bytes(), 0U);
    EXPECT_TRUE(room.loads().by_source().empty());
    EXPECT_FALSE(room.is_wanted("/b", SourceNumber{0}));
    EXPECT_FALSE(room.is_wanted("/a", SourceNumber{0}));
    EXPECT_TRUE(room.wanting(mark_of("t")).empty());
    EXPECT_FALSE(room.carried(mark_of("t"), 9));
    EXPECT_TRUE(room.lanes().empty());
    EXPECT_EQ(room.with_id(id_hash(first.arrival)), nullptr);
}

TEST(WaitingRoom, AcceptsNoOrderAndNoNumberTwice) {
    WaitingRoom room;
    room.add(at(1, numbered("/a", 5)));
    EXPECT_FALSE(room.accepts(at(1, numbered("/a", 6))));
    EXPECT_FALSE(room.accepts(at(2, numbered("/a", 5))));
    EXPECT_TRUE(room.accepts(at(2, numbered("/a", 6))));
}

TEST(WaitingRoom, TenThousandInReverseGoOutInOrder) {
    World world;
    for (std::uint64_t n = kManyEvents; n >= 1; --n) {
        static_cast<void>(world.offer(numbered("/a", n)));
    }
    ASSERT_EQ(world.releases.size(), kManyEvents);
    for (std::uint64_t n = 1; n <= kManyEvents; ++n) {
        ASSERT_EQ(world.releases[n - 1].facts.number, SourceNumber{n});
    }
}

WaitingRoom::Orders orders(const std::vector<const WaitingEvent*>& events) {
    WaitingRoom::Orders orders;
    for (const WaitingEvent* event : events) orders.push_back(event->order);
    return orders;
}

TEST(WaitingRoom, WhatCameOrWentIsToldOnceAndAnEmptyRoomIsTwoPointers) {
    static_assert(sizeof(WaitingRoom) == 2 * sizeof(void*));
    WaitingRoom room;
    EXPECT_TRUE(room.take_changes().came.empty());
    for (const ArrivalOrder order : {7U, 3U, 5U}) {
        room.add(WaitingEvent{numbered("/a", order), Instant{1}, order});
    }
    static_cast<void>(room.take(5));
    const WaitingRoom copy = room;
    const WaitingRoom::Changes first = room.take_changes();
    EXPECT_EQ(orders(first.came), (WaitingRoom::Orders{3, 7})) << "5 came and went";
    ASSERT_EQ(first.gone.size(), 1U);
    EXPECT_EQ(first.gone[0].order, 5U);
    EXPECT_EQ(first.gone[0].id_hash, id_hash(numbered("/a", 5)));
    EXPECT_EQ(first.gone[0].source, "/a");
    EXPECT_EQ(first.gone[0].number, SourceNumber{5});
    EXPECT_TRUE(room.take_changes().came.empty());
    EXPECT_TRUE(room.take_changes().gone.empty());
    EXPECT_EQ(room, copy) << "what was told is no part of the value";
    static_cast<void>(room.take(3));
    static_cast<void>(room.take(7));
    EXPECT_EQ(room.take_changes().gone.size(), 2U);
    EXPECT_TRUE(room.empty());
    EXPECT_EQ(room.bytes(), 0U);
    EXPECT_EQ(room, WaitingRoom{});
}

/// Of three events, unread; with them.
std::pair<WaitingRoom, std::vector<WaitingEvent>> three_unread() {
    std::vector<WaitingEvent> events{
        at(3, numbered("/a", 4)), at(1, numbered("/b", 2)), at(2, unnumbered("/u", "u1"))};
    WaitingRoom room;
    for (const WaitingEvent& event : events) room.add(event);
    return {WaitingRoom::unread(room.loads(), room.has_bound()), std::move(events)};
}

TEST(WaitingRoom, UnreadItKnowsItsSums) {
    const auto [room, events] = three_unread();
    EXPECT_FALSE(room.is_read());
    EXPECT_FALSE(room.empty());
    EXPECT_TRUE(room.has_bound());
    EXPECT_EQ(room.size(), 3U);
    EXPECT_EQ(room.loads().by_source().size(), 3U);
    EXPECT_EQ(
        room.bytes(),
        events[0].arrival.size_bytes() + events[1].arrival.size_bytes() +
            events[2].arrival.size_bytes()
    );
    EXPECT_NE(room, WaitingRoom{});
}

TEST(WaitingRoom, WhatJoinsIsToldOnceAndForgottenWhenItIsStored) {
    auto [room, events] = three_unread();
    room.join(at(4, numbered("/a", 5)));
    room.join(at(5, numbered("/a", 6)));
    EXPECT_EQ(orders(room.take_changes().came), (WaitingRoom::Orders{4, 5}));
    EXPECT_TRUE(room.take_changes().came.empty());
    EXPECT_EQ(room.joined().size(), 2U);
    room.forget_joined();
    EXPECT_TRUE(room.joined().empty());
    EXPECT_EQ(room.size(), 5U) << "it still waits";
    room.join(at(6, numbered("/a", 7)));
    EXPECT_EQ(orders(room.take_changes().came), WaitingRoom::Orders{6});
}

TEST(WaitingRoom, ReadItHoldsWhatLayElsewhereAndWhatHasJoined) {
    auto [room, events] = three_unread();
    room.join(at(4, numbered("/a", 5)));
    ASSERT_TRUE(room.read(std::move(events)));
    EXPECT_TRUE(room.is_read());
    EXPECT_EQ(room.size(), 4U);
    EXPECT_EQ(room.begin()->order, 1U);
    EXPECT_EQ(room.numbered("/a", SourceNumber{5})->order, 4U);
    EXPECT_EQ(orders(room.take_changes().came), WaitingRoom::Orders{4}) << "the rest is stored";
    room.forget_joined();
    EXPECT_EQ(room.size(), 4U);
}

TEST(WaitingRoom, OtherEventsThanTheSumsAreOfAreNotTaken) {
    const auto tried = [](auto change) {
        auto [room, events] = three_unread();
        change(events);
        return room.read(std::move(events));
    };
    using Events = std::vector<WaitingEvent>;
    EXPECT_TRUE(tried([](Events&) {}));
    EXPECT_FALSE(tried([](Events& events) { events.pop_back(); }));
    EXPECT_FALSE(tried([](Events& events) { events.push_back(at(9, numbered("/a", 9))); }));
    EXPECT_FALSE(tried([](Events& events) { events[0].arrival.source = "/c"; }));
    EXPECT_FALSE(tried([](Events& events) { events[0].arrival.id += "x"; }));
    EXPECT_FALSE(tried([](Events& events) { events[2].arrival.ordered_by_rule = true; }));
    EXPECT_FALSE(tried([](Events& events) { events[1].order = events[0].order; }));
}

}  // namespace
}  // namespace sluice::sequence
