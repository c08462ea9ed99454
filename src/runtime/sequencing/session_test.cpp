#include "base/hash.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/sequencing/sequencing_session.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/ordered.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::closing;
using test::event;
using test::kDay;
using test::SessionRig;
using Ids = std::vector<std::string>;

TEST(Session, AStepHoldsOutputsOffsetsAndStateAlike) {
    SessionRig rig{test::shop_plan()};
    rig.store_histories_at_once();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.made", "s2", "/a", 2)});
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(rig.entries(table::kSubjects), 1U) << "nothing of s2 is released";
    EXPECT_EQ(rig.entries(table::kWaiting), 1U);
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"})) << "nothing is read twice";
    rig.publish({event("a.made", "s2", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s2"), (Ids{"s2/a.1", "s2/a.2"}));
    EXPECT_EQ(rig.entries(table::kWaiting), 0U);
}

TEST(Session, WhatWasFencedIsAsIfItHadNotBeen) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.settle();
    SequencingProbe probe;
    const DomainPlan plan = test::shop_plan();
    const sequence::Sequencer sequencer{plan.sequencer};
    auto other =
        SequencingSession::open({rig.log(), rig.clock(), plan, sequencer, probe}, rig.options());
    ASSERT_TRUE(other.has_value());
    rig.publish({event("a.made", "s1", "/a", 1)});
    ASSERT_TRUE(other.value()->step().has_value());
    other.value().reset();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"}));
    rig.open();  // the fenced session goes; a new one believes the log only
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

TEST(Session, SubjectsOutOfTheCacheAreReadAgain) {
    SessionRig rig{test::shop_plan()};
    rig.options().cached.subjects_max = 4;
    rig.open();
    for (std::uint64_t number : {2U, 1U, 4U, 3U}) {
        std::vector<Event> events;
        for (int s = 0; s < 30; ++s) {
            events.push_back(event("a.made", fmt::format("s{}", s), "/a", number));
        }
        rig.publish(events);
        rig.settle();
    }
    EXPECT_LT(rig.probe().subjects_cached_now, 60U);
    for (int s = 0; s < 30; ++s) {
        const std::string name = fmt::format("s{}", s);
        EXPECT_EQ(
            rig.ordered(name), (Ids{name + "/a.1", name + "/a.2", name + "/a.3", name + "/a.4"})
        );
    }
}

TEST(Session, UnreadableRecordsLieAsideByteForByteAndHoldNobody) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    Event odd = event("a.made", "s1", "/a", 1);
    odd.extensions["sourcesequence"] = "first";
    const Record record = event::to_record(odd, "s1");
    std::vector<log::Append> appends{{{"shop.a", PartitionId{2}}, {record}}};
    ASSERT_TRUE(rig.log().publish(std::move(appends)).has_value());
    rig.publish({event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(rig.probe().unreadable, 1U);
    const auto read = rig.log().read({"shop.aside", PartitionId{2}}, Offset{0}, {});
    ASSERT_EQ(read.value().size(), 1U);
    Record aside = read.value()[0].record;
    const auto origin = take_origin(aside);
    ASSERT_TRUE(origin.has_value());
    EXPECT_EQ(origin.value(), (sequence::Origin{"shop.a", PartitionId{2}, Offset{0}}));
    EXPECT_TRUE(aside.header(kAsideHeader)->starts_with("unreadable: sourcesequence"));
    aside.headers.pop_back();
    EXPECT_EQ(aside, record);
}

TEST(Session, TheDetourLeavesHeadersAsTheyWere) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    std::vector<Event> events;
    for (int s = 0; s < 40; ++s) events.push_back(event("b.sent", fmt::format("s{}", s), "/b", 1));
    rig.publish(events);
    rig.settle();
    EXPECT_GT(rig.probe().repartitioned, 0U);
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        const auto read = rig.log().read({"shop.ordered", PartitionId{home.value}}, Offset{0}, {});
        for (const log::StoredRecord& stored : read.value()) {
            EXPECT_FALSE(stored.record.header(kOriginHeader).has_value());
            const auto facts = sequence::facts_of(stored.record);
            ASSERT_TRUE(facts.has_value());
            EXPECT_EQ(facts.value().origin.channel, "shop.b") << "where it was published";
        }
    }
}

TEST(Session, RepartitionIsTrimmedWhenItIsRead) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    std::vector<Event> events;
    for (int s = 0; s < 40; ++s) events.push_back(event("b.sent", fmt::format("s{}", s), "/b", 1));
    rig.publish(events);
    rig.settle();
    rig.clock().advance(Milliseconds{60'000});
    rig.settle();
    for (PartitionId p{0}; p.value < 3; p = p.next()) {
        const auto ends = rig.log().ends({"shop.repartition", p});
        EXPECT_EQ(ends.value().first, ends.value().committed);
    }
}

TEST(ClosedSubject, BecomesATombstoneThatStillKnowsNumbersAndPositions) {
    SessionRig rig{closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.cancelled", "s1", "/a", 2)});
    rig.settle();
    EXPECT_EQ(rig.entries(table::kClosings), 1U);
    rig.clock().advance(6 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kSubjects), 1U);
    rig.clock().advance(2 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kSubjects), 0U);
    EXPECT_EQ(rig.entries(table::kClosings), 0U);
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);

    rig.open();  // nothing of it in memory
    rig.publish({event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.probe().duplicates_not_compared, 1U);
    EXPECT_EQ(rig.entries(table::kTombstones), 1U) << "a duplicate wakes nobody";
    rig.publish({event("a.made", "s1", "/a", 3)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
    EXPECT_EQ(rig.entries(table::kSubjects), 1U);
}

/// What cannot go yet, and what closed before others that are gone, is looked at again.
TEST(ClosedSubject, GoesInTheEndWhateverTheClockDidAndWhateverWaitedForIt) {
    SessionRig rig{closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1), event("a.cancelled", "s2", "/a", 1)});
    rig.publish({event("a.made", "s2", "/a", 3)});  // waits for number 2
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);
    rig.clock().advance(Milliseconds{-9 * kDay.count()});
    rig.publish({event("a.cancelled", "s3", "/a", 1)});
    rig.settle();
    rig.clock().advance(17 * kDay);
    rig.settle_for(Milliseconds{70'000});
    EXPECT_EQ(rig.entries(table::kTombstones), 2U);
    EXPECT_EQ(rig.entries(table::kClosings), 1U) << "s2 waits still";
    rig.publish({event("a.made", "s2", "/a", 2), event("a.cancelled", "s2", "/a", 4)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle_for(Milliseconds{70'000});
    EXPECT_EQ(rig.entries(table::kTombstones), 3U);
    EXPECT_EQ(rig.entries(table::kClosings), 0U);
}

TEST(ClosedSubject, ReopenedInTimeItStays) {
    SessionRig rig{closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    rig.clock().advance(3 * kDay);
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    EXPECT_EQ(rig.entries(table::kClosings), 0U);
    rig.clock().advance(10 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kSubjects), 1U);
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
}

TEST(ClosedSubject, UnnumberedEventsComeTooLate) {
    SessionRig rig{closing()};
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    Event unnumbered = event("a.made", "s1", "/x", 0);
    rig.publish({unnumbered});
    rig.settle();
    EXPECT_EQ(rig.probe().late, 1U);
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"}));
}

TEST(ClosedSubject, IsForgottenInTheEnd) {
    SessionRig rig{closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);
    rig.clock().advance(394 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
}

TEST(ClosedSubject, WhileSomethingWaitsItStays) {
    SessionRig rig{closing()};
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1), event("a.made", "s1", "/a", 3)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
}

/// Proven time is kept over restarts: a policy of hours must act where deploys come every hour.
TEST(GapClock, CountsOverRestarts) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{std::chrono::hours{10}};
    SessionRig rig{plan};
    rig.publish({event("a.made", "s1", "/a", 2)});
    int minutes = 0;
    for (int deploy = 0; deploy < 12 && rig.probe().gaps_skipped == 0; ++deploy) {
        rig.open();
        for (int minute = 0; minute < 60 && rig.probe().gaps_skipped == 0; ++minute, ++minutes) {
            rig.clock().advance(Milliseconds{std::chrono::minutes{1}});
            rig.settle();
        }
    }
    EXPECT_EQ(rig.probe().gaps_skipped, 1U);
    EXPECT_GE(minutes, 10 * 60);
    EXPECT_LE(minutes, 10 * 60 + 15) << "what was counted last before a restart may be lost";
    EXPECT_EQ(rig.ordered("s1"), (Ids{"gap.s1.1", "s1/a.2"}));
}

/// The missing event was published while nobody ran, and the wait is long over: it is read before a
/// sweep ends.
TEST(GapClock, AfterADowntimeASweepComesBeforeTheAct) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{std::chrono::hours{10}};
    SessionRig rig{plan};
    rig.options().step_records_max = 1;  // the event lies far behind
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.open();
    for (int minute = 0; minute < 60; ++minute) {
        rig.clock().advance(Milliseconds{std::chrono::minutes{1}});
        rig.settle();
    }
    std::vector<Event> events;
    for (int s = 0; s < 50; ++s) events.push_back(event("a.made", fmt::format("x{}", s), "/a", 1));
    events.push_back(event("a.made", "s1", "/a", 1));
    rig.publish(events);
    rig.clock().advance(Milliseconds{std::chrono::hours{100}});
    rig.open();
    for (int minute = 0; minute < 60; ++minute) {
        rig.clock().advance(Milliseconds{std::chrono::minutes{1}});
        rig.settle();
    }
    EXPECT_EQ(rig.probe().gaps_skipped, 0U);
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

}  // namespace
}  // namespace sluice::runtime
