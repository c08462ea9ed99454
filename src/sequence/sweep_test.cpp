#include "sequence/sweep.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::sequence {
namespace {

using Partition = Sweep::ChannelPartition;

constexpr std::uint32_t kChannels = 3;

Partition partition(std::uint32_t channel, std::uint32_t number) {
    return {channel, PartitionId{number}};
}

TEST(Sweep, EndsWhenChannelsAndThenRepartitionAreRead) {
    Sweep sweep;
    EXPECT_EQ(sweep.next_id(), SweepId{1});
    sweep.begin({{partition(0, 0), Offset{5}}, {partition(1, 0), Offset{3}}});
    EXPECT_EQ(sweep.next_id(), SweepId{2});
    std::map<Partition, Offset> committed{{partition(0, 0), Offset{5}}};
    EXPECT_FALSE(sweep.channels_passed(committed));
    EXPECT_EQ(sweep.held_by(committed), partition(1, 0));
    committed[partition(1, 0)] = Offset{4};
    EXPECT_TRUE(sweep.channels_passed(committed));
    EXPECT_FALSE(sweep.held_by(committed).has_value());
    sweep.repartition_ends({{HomeId{0}, Offset{7}}});
    EXPECT_FALSE(sweep.read_up_to({{HomeId{0}, Offset{6}}}).has_value());
    EXPECT_FALSE(sweep.held_by({}).has_value());
    EXPECT_EQ(sweep.read_up_to({{HomeId{0}, Offset{7}}}), SweepId{1});
    EXPECT_EQ(sweep.phase(), Sweep::Phase::kIdle);
}

TEST(Sweep, EmptyPartitionsHoldNothing) {
    Sweep sweep;
    sweep.begin({{partition(0, 0), Offset{0}}});
    EXPECT_TRUE(sweep.channels_passed({}));
    sweep.repartition_ends({});
    EXPECT_EQ(sweep.read_up_to({}), SweepId{1});
}

TEST(Sweep, WhatIsPublishedLaterDoesNotHoldIt) {
    Sweep sweep;
    sweep.begin({{partition(0, 0), Offset{5}}});
    EXPECT_TRUE(sweep.channels_passed({{partition(0, 0), Offset{5}}}));  // the topic may be at 100
}

TEST(Sweep, APartitionThatNobodyHasReadYetHoldsIt) {
    Sweep sweep;
    sweep.begin({{partition(0, 0), Offset{1}}, {partition(0, 1), Offset{1}}});
    EXPECT_FALSE(sweep.channels_passed({{partition(0, 0), Offset{1}}})) << "no offset is offset 0";
    EXPECT_EQ(sweep.held_by({{partition(0, 0), Offset{1}}}), partition(0, 1));
}

TEST(Sweep, EachHomesDetourIsWaitedFor) {
    Sweep sweep;
    sweep.begin({});
    sweep.repartition_ends({{HomeId{0}, Offset{2}}, {HomeId{5}, Offset{1}}});
    EXPECT_FALSE(sweep.read_up_to({{HomeId{0}, Offset{2}}}).has_value());
    EXPECT_FALSE(sweep.read_up_to({{HomeId{5}, Offset{1}}}).has_value());
    EXPECT_TRUE(sweep.read_up_to({{HomeId{0}, Offset{9}}, {HomeId{5}, Offset{1}}}).has_value());
}

TEST(Sweep, IdsCountTheSweepsThatBegan) {
    Sweep sweep;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        EXPECT_EQ(sweep.next_id(), SweepId{n});
        sweep.begin({});
        EXPECT_EQ(sweep.next_id(), SweepId{n + 1}) << "what opens now is proven by the next one";
        sweep.repartition_ends({});
        EXPECT_EQ(sweep.read_up_to({}), SweepId{n});
    }
}

TEST(SweepDeath, StepsOutOfTurnAreOurBug) {
    Sweep idle;
    EXPECT_DEATH(static_cast<void>(idle.channels_passed({})), "phase");
    EXPECT_DEATH(idle.repartition_ends({}), "phase");
    EXPECT_DEATH(static_cast<void>(idle.read_up_to({})), "phase");
    Sweep begun;
    begun.begin({});
    EXPECT_DEATH(begun.begin({}), "phase");
}

/// Events go from a channel, by way of a repartition partition or not, to their home. Whatever was
/// published before a sweep began is home when it ends.
TEST(SweepModel, WhateverWasPublishedBeforeItBeganIsHomeWhenItEnds) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<Partition, Offset> published;
    std::map<Partition, Offset> read;
    std::map<HomeId, Offset> forwarded;
    std::map<HomeId, Offset> forwarded_read;
    std::uint64_t born = 0;
    std::uint64_t home = 0;
    std::uint64_t born_at_begin = 0;
    int ended = 0;
    Sweep sweep;
    for (int turn = 0; turn < 20'000; ++turn) {
        const Partition channel = partition(static_cast<std::uint32_t>(random() % kChannels), 0);
        const HomeId target{static_cast<std::uint32_t>(random() % 2)};
        switch (random() % 6) {
            case 0:
                ++published[channel].value;
                ++born;
                break;
            case 1:
            case 2:
                if (read[channel] < published[channel]) {  // one step: the offset and where it goes
                    ++read[channel].value;
                    if (random() % 2 == 0)
                        ++home;
                    else
                        ++forwarded[target].value;
                }
                break;
            case 3:
            case 4:
                if (forwarded_read[target] < forwarded[target]) {
                    ++forwarded_read[target].value;
                    ++home;
                }
                break;
            default: break;
        }
        if (sweep.phase() == Sweep::Phase::kIdle) {
            sweep.begin(published);
            born_at_begin = born;
        } else if (sweep.phase() == Sweep::Phase::kChannels) {
            if (sweep.channels_passed(read)) sweep.repartition_ends(forwarded);
        } else if (sweep.read_up_to(forwarded_read).has_value()) {
            ++ended;
            ASSERT_GE(home, born_at_begin);
        }
    }
    EXPECT_GT(ended, 100);
}

}  // namespace
}  // namespace sluice::sequence
