#include "runtime/sequencing/channel_growth.hpp"

#include "runtime/sequencing/growth_fixture.hpp"
#include "runtime/sequencing/growth_gate.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::GrowingRig;

class ChannelGrowthTest : public testing::Test {
protected:
    [[nodiscard]] const ChannelGrowth::Channel& d() const { return growth_.channels().back(); }

    bool advance(std::int64_t ms) {
        now_ = now_ + Milliseconds{ms};
        const auto moved = growth_.advance(now_);
        EXPECT_TRUE(moved.has_value()) << moved.error().message;
        return moved && moved.value();
    }

    [[nodiscard]] static DomainFacts facts(std::uint32_t partitions) {
        DomainFacts facts;
        facts.channels = {{"shop.d", partitions, {}}};
        return facts;
    }

    GrowingRig rig_;
    ChannelGrowth growth_{rig_.log(), rig_.plan(), {Milliseconds{5'000}, Milliseconds{20'000}}};
    Instant now_{1'000'000};
};

TEST_F(ChannelGrowthTest, WithoutFactsAllThatThereIsIsSettled) {
    rig_.grow();
    ASSERT_TRUE(growth_.open({}));
    EXPECT_EQ(d().partitions, GrowingRig::kAfter);
    EXPECT_EQ(d().settled, GrowingRig::kAfter);
    EXPECT_FALSE(advance(0));
}

TEST_F(ChannelGrowthTest, OfSeveralOwnersTheOneThatHasSettledLeastCounts) {
    rig_.grow();
    ASSERT_TRUE(growth_.open(std::vector{facts(4), facts(2), facts(3)}));
    EXPECT_EQ(d().settled, 2U);
}

TEST_F(ChannelGrowthTest, FactsOfMoreThanThereAreMeanNothing) {
    ASSERT_TRUE(growth_.open(std::vector{facts(9)}));
    EXPECT_EQ(d().settled, GrowingRig::kBefore);
}

TEST_F(ChannelGrowthTest, AChannelThatTheFactsDoNotNameIsSettled) {
    rig_.grow();
    ASSERT_TRUE(growth_.open(std::vector{DomainFacts{}}));
    EXPECT_EQ(d().settled, GrowingRig::kAfter);
}

TEST_F(ChannelGrowthTest, ItLooksWhenItIsTimeAndSettlesLater) {
    ASSERT_TRUE(growth_.open({}));
    EXPECT_FALSE(advance(0));
    rig_.grow();
    EXPECT_FALSE(advance(4'999));
    EXPECT_EQ(d().partitions, GrowingRig::kBefore);
    EXPECT_TRUE(advance(1));
    EXPECT_EQ(d().partitions, GrowingRig::kAfter);
    EXPECT_EQ(d().settled, GrowingRig::kBefore);
    for (int second = 0; second < 19; ++second) EXPECT_FALSE(advance(1'000)) << second;
    EXPECT_TRUE(advance(1'000));
    EXPECT_EQ(d().settled, GrowingRig::kAfter);
    EXPECT_FALSE(advance(1'000)) << "it answers once";
}

TEST_F(ChannelGrowthTest, AClockThatGoesBackOrJumpsEndsNothing) {
    ASSERT_TRUE(growth_.open(std::vector{facts(1)}));
    advance(0);
    advance(-500'000);
    advance(86'400'000);
    EXPECT_EQ(d().settled, 1U);
    rig_.grow();
    EXPECT_TRUE(advance(-100'000)) << "a clock that was set back does not stop looking";
}

TEST_F(ChannelGrowthTest, ASecondGrowthBeginsTheTimeAnew) {
    ASSERT_TRUE(growth_.open({}));
    advance(0);
    rig_.grow(4);
    EXPECT_TRUE(advance(5'000));
    for (int second = 0; second < 15; ++second) advance(1'000);
    rig_.grow(8);
    EXPECT_TRUE(advance(5'000));
    for (int second = 0; second < 15; ++second) EXPECT_FALSE(advance(1'000)) << second;
    EXPECT_EQ(d().settled, 2U);
    EXPECT_EQ(d().partitions, 8U);
}

/// Whatever counts, each a multiple of the one before, a key came through.
TEST_F(ChannelGrowthTest, WhereAKeyMayHaveBeenIsOlder) {
    for (const std::uint32_t settled : {1U, 2U, 3U, 7U}) {
        const ChannelGrowth::Channel channel{&rig_.plan().channels.back(), 400, settled, {}};
        for (std::uint32_t p = settled; p < 400; ++p) {
            const std::uint32_t older = channel.older_than(PartitionId{p}).partitions;
            EXPECT_LE(older, p);
            for (std::uint32_t count = settled; count <= p; count += settled) {
                EXPECT_LT(p % count, older) << p << " of " << count;
            }
        }
    }
}

TEST_F(ChannelGrowthTest, ABrokerThatIsBehindTakesNothingAway) {
    rig_.grow();
    ASSERT_TRUE(growth_.open({}));
    advance(0);
    rig_.grow(3);
    EXPECT_FALSE(advance(5'000));
    EXPECT_EQ(d().partitions, GrowingRig::kAfter);
}

/// The gate by itself: what the older partitions hold is written, and read, by hand.
class GrowthGateTest : public testing::Test {
protected:
    void SetUp() override {
        std::vector<HomeId> all{HomeId{0}, HomeId{1}, HomeId{2}};
        lease_ = rig_.log().take(sequencer_group("shop"), all).value();
    }

    void read_to(const log::PartitionRef& from, std::int64_t next) {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}, HomeId{2}};
        step.consumed = {{HomeId{0}, from, Offset{next}}};
        ASSERT_TRUE(lease_->commit(std::move(step)).has_value());
    }

    bool passes(std::int64_t offset, std::int64_t behind, const Record& record = {}) {
        const log::StoredRecord next{Offset{offset}, record};
        EXPECT_TRUE(gate_.advance(next, Offset{behind}, rig_.clock().now()));
        return gate_.is_open_for(next);
    }

    GrowingRig rig_;
    std::unique_ptr<log::Lease> lease_;
    GrowthGate gate_{rig_.log(), "shop", {"shop.d", 2}, HomeId{0}};
};

TEST_F(GrowthGateTest, OverWhatIsReadItOpensForTheWholeBatch) {
    EXPECT_TRUE(passes(0, 10));
    EXPECT_TRUE(gate_.is_open_for({Offset{9}, {}}));
    EXPECT_FALSE(gate_.is_open_for({Offset{10}, {}}));
}

TEST_F(GrowthGateTest, EachOlderPartitionHoldsItAndTheDetour) {
    std::int64_t at = 0;
    const std::vector<log::PartitionRef> all{
        {"shop.d", PartitionId{0}},
        {"shop.d", PartitionId{1}},
        {repartition_topic("shop"), PartitionId{0}}};
    for (const log::PartitionRef& one : all) {
        rig_.publish_to(one.topic, one.partition.value, Record{});
        EXPECT_FALSE(passes(at, at + 5)) << one.topic << one.partition.value;
        read_to(one, 1);
        EXPECT_TRUE(passes(at, at + 5)) << one.topic << one.partition.value;
        at += 5;
    }
}

TEST_F(GrowthGateTest, NewerPartitionsAndOtherHomesHoldNothing) {
    rig_.publish_to("shop.d", 2, Record{});
    rig_.publish_to(repartition_topic("shop"), 1, Record{});
    EXPECT_TRUE(passes(0, 1));
}

/// The sweep under way was begun for an earlier batch.
TEST_F(GrowthGateTest, ASweepOpensOnlyWhatWasFetchedBeforeIt) {
    rig_.publish_to("shop.d", 0, Record{});
    EXPECT_FALSE(passes(0, 1));
    rig_.publish_to("shop.d", 1, Record{});
    read_to({"shop.d", PartitionId{0}}, 1);
    EXPECT_FALSE(passes(1, 3)) << "a batch that came later";
    EXPECT_TRUE(gate_.is_open_for({Offset{0}, {}}));
    EXPECT_FALSE(passes(1, 3));
    read_to({"shop.d", PartitionId{1}}, 1);
    EXPECT_TRUE(passes(1, 3));
}

TEST_F(GrowthGateTest, ANumberPasses) {
    rig_.publish_to("shop.d", 0, Record{});
    Record numbered;
    numbered.headers.push_back({"ce_sourcesequence", "7"});
    EXPECT_TRUE(passes(0, 1, numbered));
    EXPECT_FALSE(passes(0, 1));
}

}  // namespace
}  // namespace sluice::runtime
