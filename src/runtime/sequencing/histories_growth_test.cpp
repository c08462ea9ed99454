// History D5: a channel is given more partitions while it is in use.

#include "base/test_seed.hpp"
#include "runtime/sequencing/growth_fixture.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::GrowingRig;
using test::subject_of_home;
using Ids = std::vector<std::string>;

/// Home h is task h's. Task 1 reads shop.d/1, task 0 reads shop.d/0 and, when it is there,
/// shop.d/3.
constexpr std::size_t kTasks = 3;

class HistoryD5Growth : public testing::Test {
protected:
    void SetUp() override { rig_.open(kTasks); }

    [[nodiscard]] Ids released() const { return rig_.ordered(subject_); }

    GrowingRig rig_;
    const std::string subject_ = subject_of_home(HomeId{0}, 3);
};

TEST_F(HistoryD5Growth, WhatCameLaterWaitsForTheOldPartitions) {
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.update(3, subject_, 2);
    rig_.step_alone(0);
    EXPECT_EQ(released(), Ids{}) << "update 1 lies in partition 1, which nobody has read";
    rig_.settle();
    EXPECT_EQ(released(), (Ids{subject_ + ".1", subject_ + ".2"}));
}

/// Update 1 has been read, and lies on the detour.
TEST_F(HistoryD5Growth, ItWaitsForTheDetourAsWell) {
    rig_.options().read.records_max = 1;
    rig_.open(kTasks);
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.update(3, subject_, 2);
    rig_.step_alone(1, 2);
    ASSERT_EQ(rig_.records(repartition_topic("shop"), 0).size(), 1U);
    rig_.step_alone(0);
    EXPECT_EQ(released(), (Ids{subject_ + ".1", subject_ + ".2"}));
}

TEST_F(HistoryD5Growth, ABatchWaitsForWhatLayThereWhenItWasFetchedAndForNothingThatCameAfter) {
    rig_.grow();
    rig_.update(3, subject_, 1);
    rig_.step_alone(0, 12);
    EXPECT_EQ(released(), (Ids{subject_ + ".1"})) << "the old ones are read to their ends";
    rig_.update(1, subject_of_home(HomeId{0}, 3, 1), 1);
    rig_.update(3, subject_, 2);
    rig_.step_alone(0, 12);
    EXPECT_EQ(released(), (Ids{subject_ + ".1"})) << "it cannot know whose that event is";
    rig_.settle();
    EXPECT_EQ(released(), (Ids{subject_ + ".1", subject_ + ".2"}));
}

TEST_F(HistoryD5Growth, WhatHasANumberPassesAtOnce) {
    rig_.update(1, subject_, 1);
    rig_.grow();
    const Event numbered = event("a.made", subject_, "/a", 1);
    rig_.publish_to("shop.d", 3, event::to_record(numbered, subject_));
    rig_.step_alone(0);
    EXPECT_EQ(released(), (Ids{numbered.id}));
}

TEST_F(HistoryD5Growth, ARestartForgetsNothing) {
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.update(3, subject_, 2);
    for (int life = 0; life < 3; ++life) {
        rig_.step_alone(0);
        rig_.restart_process(kTasks);
    }
    rig_.step_alone(0);
    EXPECT_EQ(released(), Ids{});
    rig_.settle();
    EXPECT_EQ(released(), (Ids{subject_ + ".1", subject_ + ".2"}));
}

TEST_F(HistoryD5Growth, WhatGrewWhileNobodyWasThereWaitsAsWell) {
    rig_.step_alone(0, 1);
    rig_.close();
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.plan().channels.back().partitions = GrowingRig::kAfter;  // the contract was told
    rig_.update(3, subject_, 2);
    rig_.open(kTasks);
    rig_.step_alone(0);
    EXPECT_EQ(released(), Ids{});
}

TEST_F(HistoryD5Growth, AfterTheTimeNobodyIsHeldUp) {
    rig_.options().growth.unsettled = Milliseconds{60'000};
    rig_.open(kTasks);
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.update(3, subject_, 2);
    rig_.step_alone(0, 65);
    EXPECT_EQ(released(), Ids{});
    rig_.step_alone(0, 15);
    EXPECT_EQ(released(), (Ids{subject_ + ".2"})) << "the producers know by now";
    const auto facts = domains_of(rig_.log());
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts.value().front().channels.back().partitions, GrowingRig::kAfter);
}

TEST_F(HistoryD5Growth, AClockThatJumpsDoesNotEndTheTime) {
    rig_.update(1, subject_, 1);
    rig_.grow();
    rig_.update(3, subject_, 2);
    rig_.step_alone(0, 12);
    rig_.clock().advance(Milliseconds{86'400'000});
    rig_.step_alone(0, 5);
    EXPECT_EQ(released(), Ids{});
}

TEST_F(HistoryD5Growth, AContractThatNamesFewerThanThereAreReadsThemAll) {
    rig_.grow();
    rig_.restart_process();
    for (std::uint32_t p = 0; p < GrowingRig::kAfter; ++p) rig_.update(p, fmt::format("x{}", p), 1);
    EXPECT_TRUE(ensure_topics(rig_.log(), "shop", 3, rig_.plan().channel_topics()));
    rig_.settle();
    for (std::uint32_t p = 0; p < GrowingRig::kAfter; ++p) {
        EXPECT_EQ(rig_.ordered(fmt::format("x{}", p)), (Ids{fmt::format("x{}.1", p)}));
    }
}

/// The event that a gap waits for lies in a partition that nobody reads yet: that proves nothing.
TEST(HistoryD5Gap, AGapIsNotProvenByPartitionsThatAreNotRead) {
    DomainPlan plan = test::plan_with_d(GrowingRig::kMost);
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{0};
    GrowingRig rig{plan};
    rig.options().growth.look_interval = Milliseconds{60'000};
    rig.open();
    const std::string subject = subject_of_home(HomeId{0}, 3);
    const auto numbered = [&](std::uint64_t n) {
        return event::to_record(event("a.made", subject, "/a", n), subject);
    };
    rig.step_alone(0, 1);
    rig.grow();
    rig.publish_to("shop.d", 3, numbered(1));
    rig.publish_to("shop.d", 0, numbered(2));
    rig.step_alone(0, 50);
    EXPECT_EQ(rig.ordered(subject), Ids{});
    rig.step_alone(0, 20);
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1", subject + "/a.2"}));
}

/// Producers move their keys at once, to multiples of what there was; tasks lag, change and restart
/// as they like.
TEST(HistoryD5Model, EachSubjectsUpdatesStayInOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int run = 0; run < 8; ++run) {
        GrowingRig rig;
        rig.options().growth.look_interval = Milliseconds{1'000 * (random() % 4)};
        rig.options().step_records_max = 1 + random() % 6;
        rig.options().read.records_max = 1 + random() % 4;
        std::size_t tasks = 1 + random() % 3;
        rig.open(tasks);
        rig.step_alone(0, 1);
        std::map<std::string, Ids> expected;
        std::uint32_t count = GrowingRig::kBefore;
        for (int i = 0; i < 120; ++i) {
            if (i == 40) rig.grow(count = GrowingRig::kAfter);
            if (i == 80) rig.grow(count = GrowingRig::kMost);
            const std::string subject = fmt::format("s{}", random() % 6);
            rig.update(partition_by_murmur2(subject, count).value, subject, i);
            expected[subject].push_back(fmt::format("{}.{}", subject, i));
            if (random() % 3 == 0) rig.step_alone(random() % tasks, 1);
            if (random() % 40 != 0) continue;
            tasks = 1 + random() % 3;
            random() % 2 == 0 ? rig.restart_process(tasks) : rig.open(tasks);
        }
        rig.settle_for(Milliseconds{15'000});
        for (const auto& [subject, ids] : expected) EXPECT_EQ(rig.ordered(subject), ids);
    }
}

}  // namespace
}  // namespace sluice::runtime
