#include "runtime/sequencing/sweeper.hpp"

#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/topics.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using log::test::publish_text;
using sequence::SweepId;
using test::Call;
using test::FaultyLog;
using Ended = std::optional<SweepId>;

constexpr Milliseconds kInterval{1'000};

/// Domain d, P = 2, channels x (2 partitions) and y (3). This sweeper is of the task that owns home
/// 0; what a group has read is written by hand.
class SweeperTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(ensure_topics(log_, "d", 2, channels_));
        auto taken = log_.take(sequencer_group("d"), {HomeId{0}, HomeId{1}});
        ASSERT_TRUE(taken.has_value());
        lease_ = std::move(taken.value());
    }

    void append(const log::PartitionRef& to) {
        ASSERT_TRUE(publish_text(log_, to, "x").has_value());
    }

    void read_to(const log::PartitionRef& from, std::int64_t next) {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}};
        step.consumed = {{HomeId{0}, from, Offset{next}}};
        ASSERT_TRUE(lease_->commit(std::move(step)).has_value());
    }

    Ended advance(bool wanted = true) {
        const auto ended = sweeper_.advance(wanted, now_);
        EXPECT_TRUE(ended.has_value()) << ended.error().message;
        return ended.value();
    }

    static std::unique_ptr<log::Log> open(const log::test::ScratchDirectory& at) {
        auto options = log::test::test_options(at.path());
        options.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(options);
    }

    const std::vector<log::TopicSpec> channels_{{"x", 2}, {"y", 3}};
    log::test::ScratchDirectory scratch_;
    FaultyLog log_{open(scratch_)};
    std::unique_ptr<log::Lease> lease_;
    Sweeper sweeper_{log_, {"d", channels_, {HomeId{0}}}, kInterval};
    Instant now_{1'000'000};
};

TEST_F(SweeperTest, OverEmptyTopicsItEndsAtOnce) {
    EXPECT_EQ(advance(), SweepId{1});
    EXPECT_FALSE(sweeper_.running());
}

TEST_F(SweeperTest, NobodyWantsItNothingBegins) {
    EXPECT_EQ(advance(false), Ended{});
    EXPECT_FALSE(sweeper_.running());
    EXPECT_EQ(sweeper_.next_id(), SweepId{1});
}

TEST_F(SweeperTest, BegunItEndsAlsoWhenNobodyWantsItAnyMore) {
    append({"x", PartitionId{0}});
    EXPECT_EQ(advance(), Ended{});
    read_to({"x", PartitionId{0}}, 1);
    EXPECT_EQ(advance(false), SweepId{1});
}

TEST_F(SweeperTest, EachPartitionOfEachChannelHoldsItUntilItIsRead) {
    SweepId expected{1};
    for (const log::TopicSpec& channel : channels_) {
        for (PartitionId p{0}; p.value < channel.partitions; p = p.next()) {
            SCOPED_TRACE(channel.name + std::to_string(p.value));
            now_ = now_ + kInterval;
            append({channel.name, p});
            EXPECT_EQ(advance(), Ended{});
            EXPECT_EQ(advance(), Ended{}) << "asking again proves nothing";
            read_to({channel.name, p}, 1);
            EXPECT_EQ(advance(), expected);
            expected = expected.next();
        }
    }
}

TEST_F(SweeperTest, WhatIsPublishedAfterItBeganDoesNotHoldIt) {
    append({"x", PartitionId{1}});
    EXPECT_EQ(advance(), Ended{});
    append({"x", PartitionId{1}});
    append({"y", PartitionId{2}});
    read_to({"x", PartitionId{1}}, 1);
    EXPECT_EQ(advance(), SweepId{1});
}

/// The step that reads a record past the watermark has written what it forwarded before the end of
/// repartition is taken.
TEST_F(SweeperTest, TheEndOfRepartitionIsTakenAfterTheChannelsAreRead) {
    const log::PartitionRef mine{repartition_topic("d"), PartitionId{0}};
    append({"x", PartitionId{0}});
    EXPECT_EQ(advance(), Ended{});
    append(mine);  // as the other task's step does
    read_to({"x", PartitionId{0}}, 1);
    EXPECT_EQ(advance(), Ended{}) << "it has come, and is not read";
    read_to(mine, 1);
    EXPECT_EQ(advance(), SweepId{1});
}

TEST_F(SweeperTest, WhatIsForwardedToOtherHomesIsTheirTasksConcern) {
    append({repartition_topic("d"), PartitionId{1}});
    EXPECT_EQ(advance(), SweepId{1});
}

TEST_F(SweeperTest, AtMostOneBeginsPerInterval) {
    EXPECT_EQ(advance(), SweepId{1});
    now_ = now_ + (kInterval - Milliseconds{1});
    EXPECT_EQ(advance(), Ended{});
    EXPECT_FALSE(sweeper_.running());
    now_ = now_ + Milliseconds{1};
    EXPECT_EQ(advance(), SweepId{2});
}

TEST_F(SweeperTest, AClockSetBackStopsNothing) {
    EXPECT_EQ(advance(), SweepId{1});
    now_ = Instant{5};
    EXPECT_EQ(advance(), SweepId{2});
}

/// Somebody gives y two partitions more, and the event that a gap waits for is in the last. Nobody
/// reads it yet.
TEST_F(SweeperTest, APartitionThatNobodyReadsYetHoldsIt) {
    log_.count_as("y", 1);
    Sweeper sweeper{log_, {"d", {{"x", 2}, {"y", 1}}, {HomeId{0}}}, kInterval};
    const log::PartitionRef last{"y", PartitionId{2}};
    append(last);
    EXPECT_EQ(sweeper.advance(true, now_).value(), SweepId{1}) << "nobody can know of it";
    log_.count_as("y", 3);
    now_ = now_ + kInterval;
    EXPECT_EQ(sweeper.advance(true, now_).value(), Ended{});
    read_to(last, 1);
    EXPECT_EQ(sweeper.advance(true, now_).value(), SweepId{2});
}

TEST_F(SweeperTest, OneOverGivenPartitionsLooksAtNoOthers) {
    Sweeper sweeper{log_, {"d", {{"y", 2}}, {HomeId{0}}, /*channels_grow=*/false}, kInterval};
    append({"y", PartitionId{2}});
    append({"x", PartitionId{0}});
    EXPECT_EQ(sweeper.advance(true, now_).value(), SweepId{1});
}

TEST_F(SweeperTest, WhenTheLogCannotSayItSaysSoAndBeginsAnewLater) {
    log_.fail({Call::kEnds, {ErrorCode::kUnavailable, "no broker"}, 2, 1});
    const auto ended = sweeper_.advance(true, now_);
    ASSERT_FALSE(ended.has_value());
    EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
    EXPECT_FALSE(sweeper_.running()) << "half of the watermarks prove nothing";
    EXPECT_EQ(advance(), SweepId{1});
}

}  // namespace
}  // namespace sluice::runtime
