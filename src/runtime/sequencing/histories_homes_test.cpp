// Histories D of docs/architecture/histories.md, as far as one process has them: homes, the detour,
// counts of partitions.

#include "base/test_seed.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::SessionRig;
using test::Shop;
using test::subject_of_home;
using Ids = std::vector<std::string>;

/// Nothing but the channel orders these, and the channel is partitioned by another function than
/// homes are. Tasks come and go while they are on their way.
TEST(HistoryD1, AChannelsOrderHoldsWhoeverOwnsTheHomes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr int kSubjects = 12;
    SessionRig rig{test::shop_plan()};
    rig.options().step_records_max = 5;
    std::map<std::string, Ids> expected;
    for (int round = 0; round < 30; ++round) {
        const std::size_t tasks = 1 + random() % 3;
        random() % 4 == 0 ? rig.restart_process(tasks) : rig.open(tasks);
        std::vector<Event> events;
        for (int n = 0; n < 15; ++n) {
            const std::string subject = fmt::format("s{}", random() % kSubjects);
            Event& made = events.emplace_back(event("b.sent", subject, "/legacy", 0));
            made.id = fmt::format("{}.{}.{}", subject, round, n);
            expected[subject].push_back(made.id);
        }
        rig.publish(events);
        for (std::uint64_t steps = random() % 12; steps > 0; --steps) {
            ASSERT_TRUE(rig.step(random() % tasks).has_value());
        }
    }
    rig.settle();
    EXPECT_GT(rig.count(&SequencingProbe::repartitioned), 0U);
    for (const auto& [subject, ids] : expected) EXPECT_EQ(rig.ordered(subject), ids);
}

/// A step of the clock reads nothing, and is fenced all the same.
TEST(HistoryD3, AStepWithoutInputIsFenced) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{0};
    SessionRig rig{plan};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 2)});
    ASSERT_TRUE(rig.step().has_value());  // read and waiting; the gap is not proven yet
    ASSERT_TRUE(rig.try_open());  // another owner: its lease counts, the first one's does not
    Result<bool> moved = false;
    for (int second = 0; second < 10 && moved.has_value(); ++second) {
        rig.clock().advance(Milliseconds{1'000});
        moved = rig.step(0);
    }
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(moved.error().code, ErrorCode::kFenced);
    EXPECT_EQ(rig.ordered("s1"), Ids{}) << "nothing of the fenced step was written";
}

TEST(HistoryD4, OneHomeThatIsTakenFencesTheWholeStep) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.settle();
    const auto taken = rig.log().take(sequencer_group("shop"), {HomeId{2}});
    ASSERT_TRUE(taken.has_value());
    const std::string mine = subject_of_home(HomeId{0}, 3);
    rig.publish({event("a.made", mine, "/a", 1)});
    const auto moved = rig.step();
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(moved.error().code, ErrorCode::kFenced);
    EXPECT_EQ(rig.ordered(mine), Ids{});
}

/// The shop's plan with one channel more, on a topic of its own.
DomainPlan with_channel(const char* topic, std::uint32_t partitions) {
    DomainPlan plan = test::shop_plan();
    plan.channels.push_back(
        {topic, partitions, Partitioner::kMurmur2, {"d.returned"}, Checking::kOff, false}
    );
    plan.types["d.returned"] = {};
    return plan;
}

TEST(HistoryD5, AChannelWithFewerThanTheContractSaysIsRefusedAndTheOldCountGoesOn) {
    Shop shop{with_channel("shop.d", 2)};
    Seen seen;
    EXPECT_TRUE(shop.engine().stop());
    SystemClock clock;
    for (const std::uint32_t partitions : {3U, 4U}) {
        Engine other{shop.log(), clock, test::fast_options()};
        const Status added = other.add_domain(with_channel("shop.d", partitions));
        ASSERT_FALSE(added);
        EXPECT_EQ(added.error().code, ErrorCode::kConflict);
        const std::string said = fmt::format("the contract says {}", partitions);
        for (const std::string& part : {std::string{"shop.d has 2 partitions"}, said}) {
            EXPECT_NE(added.error().message.find(part), std::string::npos) << added.error().message;
        }
    }
    shop.restart();
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("d.returned", "s1", "/a", 1)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1"}));
}

/// What a growing domain does have: a channel that comes later is read from its beginning, and its
/// events find their places between those that have waited for them.
TEST(HistoryD5, AChannelThatComesLaterFillsWhatWaitedForIt) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1), event("a.made", "s1", "/a", 3)});
    shop.settle();
    ASSERT_TRUE(shop.log().create_topic({"shop.d", 4}).has_value());
    const Event missing = event("d.returned", "s1", "/a", 2);
    std::vector<log::Append> appends{
        {{"shop.d", PartitionId{3}}, {event::to_record(missing, "s1")}}};
    ASSERT_TRUE(shop.log().publish(std::move(appends)).has_value());
    shop.set_plan(with_channel("shop.d", 4));
    shop.restart();
    shop.subscribe("model", seen);
    shop.start();
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
}

/// The contract drops a channel while events of it are on the detour: they still arrive.
TEST(HistoryD5, EventsOfAChannelThatIsGoneStillArrive) {
    SessionRig rig{test::shop_plan()};
    const std::string subject = subject_of_home(HomeId{0}, 3);
    for (std::uint64_t n = 1; n <= 3; ++n) {
        rig.publish_to("shop.b", 1, event::to_record(event("b.sent", subject, "/b", n), subject));
    }
    rig.options().homes = {HomeId{1}};
    ASSERT_TRUE(rig.try_open());
    rig.settle();
    rig.close();
    std::erase_if(rig.plan().channels, [](const auto& one) { return one.topic == "shop.b"; });
    rig.options().homes = {HomeId{0}};
    ASSERT_TRUE(rig.try_open());
    rig.settle();
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/b.1", subject + "/b.2", subject + "/b.3"}));
}

class HistoryD6 : public testing::TestWithParam<std::uint32_t> {};

TEST_P(HistoryD6, AnotherPIsRefusedAndTheOldOneGoesOn) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    EXPECT_TRUE(shop.engine().stop());
    SystemClock clock;
    Engine other{shop.log(), clock, test::fast_options()};
    DomainPlan plan = test::shop_plan();
    plan.homes = GetParam();
    const Status added = other.add_domain(plan);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(added.error().message.starts_with("shop: topic shop.ordered has 3 partitions"))
        << added.error().message;
    EXPECT_NE(added.error().message.find("put the old number back"), std::string::npos);
    EXPECT_TRUE(other.domains().empty()) << "what is refused is not there";
    shop.restart();
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 2)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

INSTANTIATE_TEST_SUITE_P(Homes, HistoryD6, testing::Values(1U, 2U, 4U, 4'096U));

TEST(HistoryD7, RetentionWaitsForWhatIsUnread) {
    SessionRig rig{test::shop_plan()};
    const std::string subject = subject_of_home(HomeId{1}, 3);
    rig.open();
    rig.publish({event("a.made", subject, "/a", 1)});
    rig.settle();
    rig.close();
    rig.publish({event("a.made", subject, "/a", 2)});
    const Status trimmed = rig.log().trim({"shop.a", PartitionId{1}}, Offset{2});
    ASSERT_FALSE(trimmed);
    EXPECT_NE(trimmed.error().message.find("sequencer.shop"), std::string::npos)
        << trimmed.error().message;
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1", subject + "/a.2"}));
}

/// Where another's retention has taken it all the same, 3 must not wait for 2 for ever and in
/// silence.
TEST(HistoryD7, WhatIsGoneUnreadStopsTheTaskAndIsNamed) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.publish({event("a.made", subject_of_home(HomeId{1}, 3), "/a", 1)});
    rig.log().fail({test::Call::kRead, {ErrorCode::kNotFound, "begins at 2"}, 0, 1});
    const auto moved = rig.step();
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(moved.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(moved.error().message, "shop.repartition/0: begins at 2") << "the first that is read";
}

TEST(HistoryD7, APartitionOfWhichNothingWasReadBeginsWhereItIs) {
    SessionRig rig{test::shop_plan()};
    rig.plan().assume_older = false;
    const std::string subject = subject_of_home(HomeId{1}, 3);
    rig.publish({event("a.made", subject, "/x", 1), event("a.made", subject, "/a", 1)});
    ASSERT_TRUE(rig.log().trim({"shop.a", PartitionId{1}}, Offset{1}));
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1"}));
}

}  // namespace
}  // namespace sluice::runtime
