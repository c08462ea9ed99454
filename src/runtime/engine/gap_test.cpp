#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;
using Ids = std::vector<std::string>;

DomainPlan skipping() {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{0};
    return plan;
}

/// Waits for what sweeps do without an event coming.
template <class Holds>
void wait_for(Shop& shop, Holds holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!holds() && std::chrono::steady_clock::now() < deadline) {
        shop.log().wait_for_change(shop.log().version(), Milliseconds{5});
    }
    ASSERT_TRUE(holds());
}

TEST(Gap, IsSkippedAfterTwoSweepsWithAMarkInItsPlace) {
    Shop shop{skipping()};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1), event("a.made", "s1", "/a", 3)});
    wait_for(shop, [&] { return seen.of("s1").size() == 3; });
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "gap.s1.2", "s1/a.3"}));
    EXPECT_GE(shop.engine().domains().front()->probes.front()->sweeps, 2U);
    EXPECT_EQ(shop.count(&SequencingProbe::gaps_skipped), 1U);

    shop.publish({event("a.made", "s1", "/a", 2)});
    shop.settle();
    EXPECT_EQ(shop.count(&SequencingProbe::late), 1U);
    EXPECT_EQ(seen.of("s1").size(), 3U) << "too late: it lies aside";
}

TEST(Gap, WaitsForEverByDefault) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 2)});
    shop.settle();
    wait_for(shop, [&] {
        return shop.count(&SequencingProbe::sweeps) >= 1 ||
               shop.count(&SequencingProbe::waiting_now) == 1;
    });
    EXPECT_EQ(seen.of("s1"), Ids{});
    EXPECT_EQ(shop.count(&SequencingProbe::waiting_now), 1U);
}

/// The missing event is published, but lies unread in a channel: the other task, whose part it is,
/// has not begun. No sweep may end, and nothing may be skipped, until it has been read.
TEST(Gap, IsNotSkippedWhileAChannelIsUnread) {
    Shop shop{skipping()};
    const DomainPlan plan = skipping();
    const sequence::Sequencer sequencer{plan.sequencer};
    // A subject whose home is another than the home that reads its record of channel b.
    std::string subject;
    PartitionId lies{};
    for (int i = 0; subject.empty(); ++i) {
        const std::string name = fmt::format("s{}", i);
        lies = partition_by_crc32(name, 5);
        if (home_of(name, 3).value != reader_of(lies, 3).value) subject = name;
    }
    shop.publish({event("b.sent", subject, "/b", 1), event("a.made", subject, "/b", 2)});

    SystemClock clock;
    SequencingProbe near_probe;
    SequencingProbe far_probe;
    TaskOptions near = test::fast_options().task;
    TaskOptions far = near;
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        (home == home_of(subject, 3) ? near : far).homes.push_back(home);
    }
    const TaskContext near_context{shop.log(), clock, plan, sequencer, near_probe};
    auto mine = SequencingSession::open(near_context, near);
    ASSERT_TRUE(mine.has_value());
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(mine.value()->step().has_value());
        shop.log().wait_for_change(shop.log().version(), Milliseconds{1});
    }
    EXPECT_EQ(near_probe.waiting_now, 1U);
    EXPECT_EQ(near_probe.gaps_skipped, 0U);
    EXPECT_EQ(near_probe.sweeps, 0U) << "the channel partition is not read";

    const TaskContext far_context{shop.log(), clock, plan, sequencer, far_probe};
    auto other = SequencingSession::open(far_context, far);
    ASSERT_TRUE(other.has_value());
    ASSERT_TRUE(other.value()->step().has_value());
    EXPECT_EQ(far_probe.repartitioned, 1U);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(mine.value()->step().has_value());
    EXPECT_EQ(near_probe.released, 2U);
    EXPECT_EQ(near_probe.gaps_skipped, 0U);
    EXPECT_EQ(near_probe.late, 0U);
}

TEST(Gap, ParkHoldsUntilTheMissingEventComes) {
    DomainPlan plan = skipping();
    plan.sequencer.gap_action = sequence::GapAction::kPark;
    Shop shop{plan};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 2)});
    wait_for(shop, [&] { return shop.count(&SequencingProbe::gaps_parked) == 1; });
    EXPECT_EQ(seen.of("s1"), Ids{});
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

TEST(FirstStart, AdoptsSubjectsOfCutChannelsAfterTheFirstSweep) {
    Shop shop;
    shop.publish({event("a.made", "s1", "/a", 1), event("a.made", "s1", "/a", 2)});
    shop.publish({event("a.made", "s1", "/a", 3)});
    const PartitionId at = partition_by_murmur2("s1", 3);
    ASSERT_TRUE(shop.log().trim({"shop.a", at}, Offset{2}));
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    wait_for(shop, [&] { return seen.of("s1").size() == 2; });
    EXPECT_EQ(seen.of("s1"), (Ids{"gap.s1.1", "s1/a.3"}));
    shop.publish({event("a.made", "s2", "/a", 2)});
    shop.settle();
    EXPECT_EQ(seen.of("s2"), Ids{}) << "adoption is for the first start only";
}

}  // namespace
}  // namespace sluice::runtime
