// Histories B of docs/architecture/histories.md: what proves that a missing event will not come.

#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::kHour;
using test::SessionRig;
using test::subject_of_home;
using Ids = std::vector<std::string>;

constexpr Milliseconds kWait{10'000};

DomainPlan skipping() {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = kWait;
    return plan;
}

/// 1 lies in a partition of channel b or c (key or partitioner do not matter) that a task reads
/// which has not begun. Home 0 is of the first task, homes 1 and 2 of the second.
class HistoryB1 : public testing::TestWithParam<std::pair<const char*, std::uint32_t>> {};

TEST_P(HistoryB1, WhatLiesUnreadInAnyChannelIsNeverSkipped) {
    const auto& [topic, partition] = GetParam();
    SessionRig rig{skipping()};
    const std::string subject = subject_of_home(HomeId{0}, 3);
    rig.publish({event("a.made", subject, "/a", 2)});
    const Event missing = event("a.made", subject, "/a", 1);
    rig.publish_to(topic, partition, event::to_record(missing, subject));
    const std::uint32_t reader = partition % 3;
    ASSERT_NE(reader, 0U);
    rig.options().homes = {HomeId{0}};
    ASSERT_TRUE(rig.try_open());
    rig.settle_for(kWait * 6);
    EXPECT_EQ(rig.ordered(subject), Ids{});
    EXPECT_EQ(rig.count(&SequencingProbe::sweeps), 0U) << "the partition is not read to its end";
    rig.options().homes = {HomeId{1}, HomeId{2}};
    ASSERT_TRUE(rig.try_open());
    rig.settle_for(kWait * 6);
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1", subject + "/a.2"}));
    EXPECT_EQ(rig.count(&SequencingProbe::gaps_skipped), 0U);
    EXPECT_EQ(rig.count(&SequencingProbe::late), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Partitions,
    HistoryB1,
    testing::Values(
        std::pair{"shop.a", 1U},
        std::pair{"shop.a", 2U},
        std::pair{"shop.b", 1U},
        std::pair{"shop.b", 2U},
        std::pair{"shop.b", 4U},
        std::pair{"shop.c", 1U}
    )
);

/// It has been read at the other home, and lies in repartition, behind much else.
TEST(HistoryB1, WhatIsOnTheDetourIsNeverSkipped) {
    SessionRig rig{skipping()};
    rig.options().step_records_max = 1;
    rig.options().read.records_max = 1;
    const std::string subject = subject_of_home(HomeId{0}, 3);
    rig.publish({event("a.made", subject, "/a", 2)});
    for (std::uint64_t n = 1; n <= 60; ++n) {
        rig.publish_to("shop.b", 1, event::to_record(event("b.sent", subject, "/b", n), subject));
    }
    rig.publish_to("shop.b", 1, event::to_record(event("a.made", subject, "/a", 1), subject));
    rig.options().homes = {HomeId{1}};
    ASSERT_TRUE(rig.try_open());
    rig.settle();  // all of b/1 is forwarded now
    EXPECT_EQ(rig.records("shop.repartition", 0).size(), 61U);
    rig.close();
    rig.options().homes = {HomeId{0}};
    ASSERT_TRUE(rig.try_open());
    for (int second = 0; second < 50; ++second) {  // a step each: the sweep overtakes nothing
        rig.clock().advance(Milliseconds{1'000});
        ASSERT_TRUE(rig.step().has_value());
    }
    EXPECT_EQ(rig.count(&SequencingProbe::gaps_skipped), 0U);
    rig.settle_for(kWait * 6);
    const Ids ordered = rig.ordered(subject);
    ASSERT_EQ(ordered.size(), 62U);
    EXPECT_EQ(rig.count(&SequencingProbe::gaps_skipped), 0U);
}

/// Event times prove nothing: a held event from 2099 or 1970, and channels that are idle for days,
/// change nothing about when a gap is acted upon.
class HistoryB2 : public testing::TestWithParam<const char*> {};

TEST_P(HistoryB2, EventTimesNeitherHasteNorHoldAGap) {
    SessionRig rig{skipping()};
    rig.open();
    Event held = event("a.made", "s1", "/a", 2);
    held.time = GetParam();
    rig.publish({held});
    rig.settle_for(kWait);
    EXPECT_EQ(rig.ordered("s1"), Ids{}) << "proven, but not waited for long enough";
    rig.settle_for(Milliseconds{5'000});
    EXPECT_EQ(rig.ordered("s1"), (Ids{"gap.s1.1", "s1/a.2"}));
}

INSTANTIATE_TEST_SUITE_P(
    Times,
    HistoryB2,
    testing::Values(
        "2099-12-31T23:59:59Z",
        "2026-01-02T03:04:05Z",
        "1970-01-01T00:00:00Z",
        "9999-01-01T00:00:00Z"
    )
);

TEST(HistoryB2, IdleChannelsHoldNoSweep) {
    SessionRig rig{skipping()};
    rig.open();
    rig.publish({event("b.sent", "s0", "/b", 1), event("a.made", "s0", "/a", 1)});
    rig.settle();
    rig.clock().advance(72 * kHour);  // nothing came for three days, in no channel
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle_for(kWait + Milliseconds{5'000});
    EXPECT_EQ(rig.ordered("s1"), (Ids{"gap.s1.1", "s1/a.2"}));
}

TEST(HistoryB2, AClockThatIsSetBackStopsNeitherSweepsNorGaps) {
    SessionRig rig{skipping()};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle_for(Milliseconds{3'000});
    const std::uint64_t sweeps = rig.probe().sweeps;
    EXPECT_GT(sweeps, 0U);
    rig.clock().advance(-24 * kHour);
    rig.settle_for(kWait + Milliseconds{5'000});
    EXPECT_EQ(rig.probe().gaps_skipped, 1U);
}

/// No gap, no sweep; a proven gap that nobody acts upon asks for none either.
TEST(HistoryB2, SweepsRunOnlyWhileAGapIsUnprovenOrDue) {
    SessionRig rig{test::shop_plan()};  // waits for ever
    rig.open();
    rig.publish({event("a.made", "s0", "/a", 1)});
    rig.settle_for(Milliseconds{10'000});
    EXPECT_EQ(rig.probe().sweeps, 0U);
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle_for(Milliseconds{10'000});
    const std::uint64_t sweeps = rig.probe().sweeps;
    EXPECT_GE(sweeps, 1U);
    rig.settle_for(Milliseconds{60'000});
    EXPECT_EQ(rig.probe().sweeps, sweeps);
}

TEST(HistoryB2, SubjectsOfAllTasksAreProvenByTheirOwnSweeps) {
    SessionRig rig{skipping()};
    rig.open(3);
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        rig.publish({event("a.made", subject_of_home(home, 3), "/a", 2)});
    }
    rig.settle_for(kWait + Milliseconds{5'000});
    EXPECT_EQ(rig.count(&SequencingProbe::gaps_skipped), 3U);
}

/// What came late to a gap that was acted upon lies aside, wherever its record took its way.
TEST(HistoryB1, WhatIsPublishedAfterTheProofComesTooLateAndIsKept) {
    SessionRig rig{skipping()};
    rig.open();
    const std::string subject = subject_of_home(HomeId{0}, 3);
    rig.publish({event("a.made", subject, "/a", 2)});
    rig.settle_for(kWait + Milliseconds{5'000});
    EXPECT_EQ(rig.probe().gaps_skipped, 1U);
    const Event late = event("a.made", subject, "/a", 1);
    rig.publish_to("shop.b", 4, event::to_record(late, subject));
    rig.settle();
    EXPECT_EQ(rig.probe().late, 1U);
    const auto aside = rig.records("shop.aside", 0);
    ASSERT_EQ(aside.size(), 1U);
    EXPECT_EQ(aside[0].record.header("ce_id"), late.id);
    EXPECT_EQ(rig.ordered(subject).size(), 2U);
}

}  // namespace
}  // namespace sluice::runtime
