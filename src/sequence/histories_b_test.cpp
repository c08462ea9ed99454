// Histories B of docs/architecture/histories.md, on the core: what may and what may not prove that
// a missing event will not come. Unread channels and detours over real logs: runtime.

#include "sequence/state_codec.hpp"
#include "sequence/sweep.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

using Channels = std::map<Sweep::ChannelPartition, Offset>;
using Homes = std::map<HomeId, Offset>;

constexpr Milliseconds kDay{std::chrono::hours{24}};
constexpr Sweep::ChannelPartition kMine{1, PartitionId{0}};    ///< B/0, read by home 0's task
constexpr Sweep::ChannelPartition kOthers{1, PartitionId{3}};  ///< B/3, read by another instance

SequencerOptions skipping(Milliseconds wait) {
    SequencerOptions options;
    options.gap_action = GapAction::kSkip;
    options.gap_wait = wait;
    return options;
}

/// A world whose sweeps are those of a `Sweep`: they end when the offsets allow it.
struct Domain {
    World world{skipping(Milliseconds{0})};
    Sweep sweep;
    Channels ends;
    Channels committed;
    Homes detour_ends;
    Homes detour_read;

    /// Moves the sweep on as far as the offsets allow; one that has ended is told to the subject.
    void advance() {
        world.next_sweep = sweep.next_id();
        world.pass(Milliseconds{1});
        if (sweep.phase() == Sweep::Phase::kIdle) sweep.begin(ends);
        if (sweep.phase() == Sweep::Phase::kChannels) {
            if (!sweep.channels_passed(committed)) return;
            sweep.repartition_ends(detour_ends);
        }
        const auto ended = sweep.read_up_to(detour_read);
        if (!ended.has_value()) return;
        static_cast<void>(world.take(
            world.sequencer.sweep_ended(world.subject, *ended, world.now, sweep.next_id())
        ));
    }

    void advance(int times) {
        for (int at = 0; at < times; ++at) advance();
    }
};

TEST(HistoryB, B1WhatAnotherInstanceHasNotReadHoldsTheProof) {
    Domain domain;
    domain.ends = {{kMine, Offset{7}}, {kOthers, Offset{5}}};
    domain.committed = {{kMine, Offset{7}}, {kOthers, Offset{4}}};  // 1 lies there, unread
    domain.world.come({numbered("/a", 2)});
    domain.advance(50);
    EXPECT_FALSE(domain.world.subject.gap->proven_at.has_value())
        << "my own channels being at their ends says nothing";
    EXPECT_EQ(domain.sweep.held_by(domain.committed), kOthers);

    // It is read, and goes home by the detour, in one step: its record lies below the end.
    domain.committed[kOthers] = Offset{5};
    domain.detour_ends[HomeId{0}] = Offset{1};
    domain.advance(50);
    EXPECT_FALSE(domain.world.subject.gap->proven_at.has_value()) << "it is on the detour";
    domain.world.come({numbered("/a", 1)});
    domain.detour_read[HomeId{0}] = Offset{1};
    domain.advance(50);
    EXPECT_EQ(domain.world.order, (Names{"/a-1", "/a-2"})) << "lag has inverted nothing";
}

TEST(HistoryB, B1NothingUnreadAnywhereIsAProof) {
    Domain domain;
    domain.ends = {{kMine, Offset{7}}, {kOthers, Offset{0}}};
    domain.committed = {{kMine, Offset{7}}};
    domain.world.come({numbered("/a", 2)});
    domain.advance();
    ASSERT_TRUE(domain.world.subject.gap.has_value());
    EXPECT_TRUE(domain.world.subject.gap->proven_at.has_value());
    domain.advance();
    EXPECT_EQ(domain.world.order, (Names{"gap(/a 1)", "/a-2"}));
}

TEST(HistoryB, B2AHangingTransactionHoldsTheProofAndIsNamed) {
    Domain domain;  // what is in doubt lies between what can be read and the high watermark
    domain.ends = {{kMine, Offset{9}}};
    domain.committed = {{kMine, Offset{8}}};
    domain.world.come({numbered("/a", 2)});
    domain.world.pass(kDay * 30);
    domain.advance(50);
    EXPECT_FALSE(domain.world.subject.gap->proven_at.has_value());
    EXPECT_EQ(domain.sweep.held_by(domain.committed), kMine);
}

TEST(HistoryB, B2EventTimesDecideNothing) {
    constexpr Instant kYear2099{4'070'908'800'000};
    for (const Instant time : {Instant{0}, Instant{1'000}, kYear2099}) {
        World world{skipping(Milliseconds{0})};
        Arrival waits = numbered("/a", 2);
        waits.record.time = time;
        Arrival later = numbered("/b", 1);
        later.record.time = kYear2099;
        world.come({waits, later});
        world.pass(kDay * 365);
        EXPECT_EQ(world.order, Names{"/b-1"});
        static_cast<void>(world.sweep());  // no record comes any more: the channel is idle
        world.pass(Milliseconds{1});
        static_cast<void>(world.sweep());
        EXPECT_EQ(world.order, (Names{"/b-1", "gap(/a 1)", "/a-2"}));
    }
}

TEST(HistoryB, B3SevenDaysAreSevenDaysThoughADeployComesEveryDay) {
    World world{skipping(kDay * 7)};
    world.come({numbered("/a", 2)});
    static_cast<void>(world.sweep());
    int days = 0;
    for (; days < 30 && world.order.empty(); ++days) {
        // Another process: the state as it was stored, sweeps that count from one.
        auto stored = read_waiting(stored_waiting(world.subject), world.subject.history);
        world.subject = std::move(stored).value();
        Sequencer::restored(world.subject);
        world.next_sweep = SweepId{1};
        for (int hour = 0; hour < 24; ++hour) {
            world.pass(std::chrono::hours{1});
            static_cast<void>(world.sweep());
        }
    }
    EXPECT_EQ(world.order, (Names{"gap(/a 1)", "/a-2"}));
    EXPECT_EQ(days, 7) << "the one sweep more was in the last hour";
}

TEST(HistoryB, B3TimeInWhichNobodyRanCountsOnlyUntilASweepHasLookedAgain) {
    World world{skipping(kDay * 7)};
    world.come({numbered("/a", 2)});
    static_cast<void>(world.sweep());
    Sequencer::restored(world.subject);
    world.next_sweep = SweepId{1};
    world.pass(kDay * 10);
    EXPECT_TRUE(world.order.empty()) << "it is due, but what came meanwhile is read first";
    EXPECT_EQ(world.subject.gap->act_after, SweepId{1});
    world.come({numbered("/a", 1)});
    static_cast<void>(world.sweep());
    EXPECT_EQ(world.order, (Names{"/a-1", "/a-2"}));
}

TEST(HistoryB, B3AProducerThatIsDownCannotBeSeenSoTheDefaultIsToWait) {
    World world;
    world.come({numbered("/a", 2)});
    for (int day = 0; day < 400; ++day) {
        world.pass(kDay);
        static_cast<void>(world.sweep());
    }
    EXPECT_TRUE(world.order.empty());
    EXPECT_GE(world.subject.gap->proven_for, kDay * 399) << "the alarm can say since when";
}

}  // namespace
}  // namespace sluice::sequence
