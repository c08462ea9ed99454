// Histories A6 to A10 of docs/architecture/histories.md: foreign numbers, odd input, floods, late
// events, and choices of operators.

#include "event/command_frame.hpp"
#include "sequence/command.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

SequencerOptions room_for(std::size_t events) {
    SequencerOptions options;
    options.waiting_events_max = events;
    return options;
}

/// /a 2 was given up and comes now: it lies aside.
World with_late_number() {
    World world;
    world.come({numbered("/a", 1), numbered("/a", 3)});
    static_cast<void>(world.choose(SkipMissing{"/a 2"}));
    world.come({numbered("/a", 2)});
    return world;
}

TEST(HistoryA, A6StampOnAForeignSourceIsInvalidAtOnce) {
    SequencerOptions options;
    options.sources = {"/orders", "/deliveries"};
    World world{options};
    world.come({with_stamp(numbered("/orders", 1), "/payments", 4)});
    ASSERT_EQ(world.releases.size(), 1U);
    EXPECT_EQ(
        world.releases[0].invalid,
        "dependson names /payments; the domain carries /orders, /deliveries"
    );
}

TEST(HistoryA, A6StampOnItsOwnNumberIsInvalidAtOnce) {
    World world;
    world.come({with_stamp(numbered("/orders", 1), "/orders", 1)});
    ASSERT_EQ(world.releases.size(), 1U);
    EXPECT_EQ(world.releases[0].invalid, "dependson names /orders 1; the event itself is number 1");
}

TEST(HistoryA, A6ANumberOfAForeignTopicIsNamedAsTheGapThatItIs) {
    World world;  // order.viewed is numbered too, and its topic is not in the domain
    world.come({numbered("/orders", 1), numbered("/orders", 3), numbered("/orders", 4)});
    const auto missing = world.sequencer.missing(world.subject);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0], (Missing{"/orders 2", 2, false}));
}

TEST(HistoryA, A7HighestNumberThereIsStopsOnlyItsOwnSubject) {
    constexpr std::uint64_t kHighest = kHighestNumber.value;
    World world;
    world.come({with_stamp(numbered("/b", 1), "/a", kHighest), numbered("/a", kHighest)});
    EXPECT_EQ(world.wanted(), Names{fmt::format("/a 1 to {}", kHighest - 1)});
    world.come({numbered("/c", 1)});
    EXPECT_EQ(world.order, Names{"/c-1"});
    static_cast<void>(world.choose(SkipMissing{world.wanted().front()}));
    EXPECT_EQ(world.order.size(), 4U);
    EXPECT_TRUE(world.subject.settled()) << "no number comes after it, and none is asked for";
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", kHighest))));
}

TEST(HistoryA, A8FloodStopsOnlyItselfAndStillDrains) {
    World world{room_for(3)};
    world.come(numbers("/a", 2, 6));
    EXPECT_EQ(world.aside, (std::vector{AsideReason::kFlooded, AsideReason::kFlooded}));
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kFlooded);
    EXPECT_TRUE(is<Release>(world.offer(numbered("/b", 1)))) << "nothing keeps it";
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.order, (Names{"/b-1", "/a-1", "/a-2", "/a-3", "/a-4"}));
    ASSERT_TRUE(world.subject.hold.has_value()) << "5 and 6 are aside";
    world.come({numbered("/a", 7)});
    EXPECT_EQ(world.wanted(), Names{"/a 5 to 6"});
    world.come({numbered("/a", 5)});
    EXPECT_TRUE(world.subject.hold.has_value());
    world.come({numbered("/a", 6)});
    EXPECT_EQ(world.order.back(), "/a-7");
    EXPECT_TRUE(world.subject.settled());
}

TEST(HistoryA, A8WhatAFloodPutAsideComesBackIntoItsPlaceByAChoice) {
    World world{room_for(1)};
    world.come(numbers("/a", 2, 3));
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.aside_ids, Names{"/a-3"});
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 3)})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "/a-3"}));
    EXPECT_EQ(world.releases.back().facts.kind, OrderedKind::kEvent) << "not late";
    EXPECT_TRUE(world.subject.settled()) << "the flood is over";
}

/// Taken back it would go aside once more, and whoever looks would take it for done.
TEST(HistoryA, A8WhileAsMuchWaitsAsMayNothingIsTakenBackThatWouldWaitToo) {
    World world{room_for(1)};
    world.come(numbers("/a", 2, 3));
    const Subject before = world.subject;
    EXPECT_EQ(
        refusal(world.choose(TakeBack{numbered("/a", 3)})),
        "there is no room for /a id /a-3: 1 waits; what is waited for comes first"
    );
    EXPECT_EQ(world.subject, before);
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 1)})), "") << "this one goes at once";
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 3)})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "/a-3"}));
}

TEST(HistoryA, A8BytesAreBoundedToo) {
    SequencerOptions options;
    options.waiting_bytes_max = std::size_t{64} << 10;
    World world{options};
    for (std::uint64_t n = 2; n <= 9; ++n) {
        Arrival big = numbered("/a", n);
        big.record.value = std::string(std::size_t{10} << 10, 'x');
        world.come({big});
    }
    EXPECT_EQ(world.subject.waiting.size(), 6U);
    EXPECT_EQ(world.aside.size(), 2U);
}

TEST(HistoryA, A8WhatCannotBeToldToHaveComeAgainIsClearedByAPerson) {
    World world{room_for(1)};
    world.come({numbered("/a", 2), with_stamp(unnumbered("/u", "aside"), "/a", 1)});
    ASSERT_EQ(world.subject.flood->others, 1U);
    world.come({numbered("/a", 1)});
    EXPECT_FALSE(world.subject.settled()) << "an event without a number is aside";
    EXPECT_EQ(refusal(world.choose(ClearFlood{})), "");
    EXPECT_TRUE(world.subject.settled());
    EXPECT_EQ(refusal(world.choose(ClearFlood{})), "the subject is not flooded");
}

TEST(HistoryA, A8OfASourceOfWhichTooMuchWaitsOnlyWhatCannotGoGoesAside) {
    World world;
    world.come({numbered("/a", 1)});
    EXPECT_TRUE(is<Aside>(world.offer(numbered("/a", 3), SourceRoom::kNone)));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kFloodedSource});
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 2), SourceRoom::kNone)))
        << "nothing keeps it";
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 2), SourceRoom::kNone)));
    ASSERT_TRUE(world.subject.flood.has_value()) << "3 is aside";
    world.come({numbered("/a", 3)});
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2", "/a-3"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(HistoryA, A8WithoutRoomItsSourceFillsGapsAllTheSame) {
    World world;
    world.come({numbered("/a", 2)});
    static_cast<void>(world.offer(numbered("/a", 1), SourceRoom::kNone));
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2"}));
}

TEST(HistoryA, A8ALiarWithARandomSubjectForEachEventLeavesNoMarkOfThem) {
    World world;
    EXPECT_TRUE(is<Aside>(world.offer(numbered("/a", kHighestNumber.value), SourceRoom::kNone)));
    EXPECT_TRUE(is<Aside>(world.offer(with_stamp(unnumbered("/u", "x"), "/a", 7), SourceRoom::kNone)
    ));
    EXPECT_EQ(world.subject, Subject{});
}

TEST(HistoryA, A8AConflictWithoutRoomGoesAsideAndHoldsItsSubject) {
    World world;
    world.come({numbered("/a", 1)});
    static_cast<void>(world.offer(renamed(numbered("/a", 1), "other"), SourceRoom::kNone));
    EXPECT_EQ(world.aside, std::vector{AsideReason::kFloodedSource});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
}

TEST(HistoryA, A9AGapIsAnEventOfATypeOfItsOwn) {
    const World world = with_late_number();
    const Record record = to_ordered(world.releases[1]);
    EXPECT_EQ(record.header("ce_type"), kGapType);
    EXPECT_EQ(record.header("ce_subjectposition"), "2");
}

TEST(HistoryA, A9ALateNumberGoesAsideAndByAChoiceToTheEnd) {
    World world = with_late_number();
    EXPECT_EQ(world.aside, std::vector{AsideReason::kLateNumber});
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 2)})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "gap(/a 2)", "/a-3", "/a-2"}));
    const Record record = to_ordered(world.releases.back());
    EXPECT_EQ(record.header("ce_subjectlate"), "true");
    EXPECT_EQ(record.header("ce_subjectposition"), "4");
    EXPECT_EQ(record.header("sluice-chosen"), "c-1 alice: the row was given up");
    EXPECT_EQ(refusal(world.choose(TakeBack{numbered("/a", 2)})), "/a id /a-2 is here");
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 2)))) << "it is known now";
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 4)))) << "its number moved nothing";
}

TEST(HistoryA, A9AnUnnumberedEventOfAClosedSubjectGoesToTheEndAndLeavesItClosed) {
    World world;
    world.come({closing(numbered("/a", 1)), unnumbered("/u", "thanks")});
    EXPECT_EQ(world.aside, std::vector{AsideReason::kLateClosed});
    EXPECT_EQ(refusal(world.choose(TakeBack{unnumbered("/u", "thanks")})), "");
    EXPECT_EQ(world.releases.back().facts.kind, OrderedKind::kLate);
    EXPECT_TRUE(world.subject.history.closed);
    EXPECT_TRUE(is<Duplicate>(world.offer(unnumbered("/u", "thanks"))));
}

TEST(HistoryA, A10AVoidTakesThePlaceOfTheRowThatWasGivenUp) {
    World world;  // HTTP refused 2 after the service had committed it; someone gave the row up
    world.come({numbered("/orders", 1), numbered("/orders", 3)});
    Arrival voided = carrying(numbered("/orders", 2), "sluice.void");
    EXPECT_EQ(world.offer(voided).size(), 2U);
    EXPECT_EQ(world.order, (Names{"/orders-1", "/orders-2", "/orders-3"}));
    EXPECT_EQ(world.releases[1].type, "sluice.void");
}

TEST(HistoryA, A10AChoiceIsARecordAmongTheSubjectsEvents) {
    World world;
    world.come({numbered("/a", 2)});
    // It is read where it stands: an event before it may make it pointless, one behind it late.
    const Record chosen = to_record(World::command(SkipMissing{"/a 1"}, world.now));
    World in_time = world;
    ASSERT_TRUE(sluice::event::is_command(chosen));
    static_cast<void>(in_time.choose(command_of(chosen).value().choice));
    in_time.come({numbered("/a", 1)});
    EXPECT_EQ(in_time.order, (Names{"gap(/a 1)", "/a-2"}));
    EXPECT_EQ(in_time.aside, std::vector{AsideReason::kLateNumber});
    World too_late = world;
    too_late.come({numbered("/a", 1)});
    const Subject before = too_late.subject;
    EXPECT_EQ(
        refusal(too_late.choose(command_of(chosen).value().choice)),
        "nothing waits for /a 1 (any more)"
    );
    EXPECT_EQ(too_late.subject, before);
    EXPECT_EQ(too_late.order, (Names{"/a-1", "/a-2"}));
}

TEST(HistoryA, A10WhatWasChosenIsFoldedFromTheOrderedRecordsAlone) {
    World world = with_late_number();
    static_cast<void>(world.choose(TakeBack{numbered("/a", 2)}));
    SubjectHistory fold;
    for (const Release& release : world.releases) {
        ASSERT_TRUE(apply(fold, facts_of(to_ordered(release)).value()).has_value());
    }
    EXPECT_EQ(fold, world.subject.history);
}

}  // namespace
}  // namespace sluice::sequence
