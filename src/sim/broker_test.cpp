#include "sim/broker_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::sim {
namespace {

using test::kIn;
using test::kOut;
using test::kTable;
using test::text;

const log::PartitionRef kForward{"shop.repartition", PartitionId{1}};

class BrokerTest : public testing::TestWithParam<bool> {
protected:
    BrokerTest() {
        for (const char* topic : {"in", "out", "shop.repartition"}) {
            EXPECT_TRUE(client_.create_topic({topic, 2}));
        }
        take();
    }

    void take() {
        auto lease = client_.take("g", {HomeId{0}});
        ASSERT_TRUE(lease.has_value());
        lease_ = std::move(lease).value();
    }

    Result<std::vector<Offset>> commit(Fate fate, std::uint64_t entropy = 0) {
        log::Step step;
        step.homes = {HomeId{0}};
        step.appends = {{kOut, {text("x")}}, {kForward, {text("y")}}};
        step.consumed = {{HomeId{0}, kIn, Offset{++consumed_}}};
        step.changes = {{HomeId{0}, kTable, "k", std::to_string(consumed_)}};
        client_.meet(fate, entropy);
        return lease_->commit(std::move(step));
    }

    [[nodiscard]] std::size_t seen(const log::PartitionRef& of) const {
        return broker_.read(of, Offset{0}, {}).value().size();
    }

    [[nodiscard]] std::int64_t consumed() const {
        return broker_.consumed("g", kIn).value_or(Offset{-1}).value;
    }

    Broker broker_{GetParam()};
    Client client_{broker_};
    std::unique_ptr<log::Lease> lease_;
    std::int64_t consumed_{0};
};

INSTANTIATE_TEST_SUITE_P(Markers, BrokerTest, testing::Bool());

TEST_P(BrokerTest, ADoneStepIsSeenAtOnce) {
    ASSERT_TRUE(commit(Fate::kDone));
    EXPECT_EQ(seen(kOut), 1U);
    EXPECT_EQ(seen(kForward), 1U);
    EXPECT_EQ(consumed(), 1);
    EXPECT_EQ(broker_.get("g", HomeId{0}, kTable, "k"), "1");
}

TEST_P(BrokerTest, ALostStepLeavesNothing) {
    EXPECT_EQ(commit(Fate::kLost).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(seen(kOut), 0U);
    EXPECT_EQ(consumed(), -1);
    EXPECT_FALSE(broker_.get("g", HomeId{0}, kTable, "k").has_value());
}

TEST_P(BrokerTest, WhatFollowsALostAnswerIsReadAgainOnKafkaOnly) {
    EXPECT_EQ(commit(Fate::kAnswerLost).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(seen(kOut), 1U);
    take();
    EXPECT_EQ(consumed(), GetParam() ? -1 : 1);
}

TEST_P(BrokerTest, ALatePartIsSeenWhenItsMarkerArrives) {
    ASSERT_TRUE(commit(Fate::kLate));
    EXPECT_EQ(seen(kOut), 0U);
    const log::Ends ends = broker_.ends(kOut).value();
    EXPECT_EQ(ends.committed, Offset{0});
    EXPECT_EQ(ends.high_watermark, Offset{1});
    EXPECT_EQ(consumed(), -1);
    EXPECT_EQ(broker_.get("g", HomeId{0}, kTable, "k"), "1") << "its owner knows its own state";
    while (broker_.show_one(1)) {
    }
    EXPECT_EQ(seen(kOut), 1U);
    EXPECT_EQ(seen(kForward), 1U);
    EXPECT_EQ(consumed(), 1);
}

TEST_P(BrokerTest, NothingBehindALatePartIsSeenBeforeIt) {
    ASSERT_TRUE(commit(Fate::kLate));
    ASSERT_TRUE(broker_.publish({{kOut, {text("behind")}}}).has_value());
    EXPECT_EQ(seen(kOut), 0U);
    take();
    EXPECT_EQ(seen(kOut), 2U) << "a takeover waits until all of its homes is seen";
}

TEST_P(BrokerTest, AnOldLeaseIsFencedAndLeavesNothing) {
    auto old = std::move(lease_);
    take();
    std::swap(old, lease_);
    EXPECT_EQ(commit(Fate::kDone).error().code, ErrorCode::kFenced);
    EXPECT_EQ(seen(kOut), 0U);
    EXPECT_EQ(broker_.fenced(), 1U);
}

TEST_P(BrokerTest, OfATornStepEachHomeKeepsAllOrNothing) {
    for (std::uint64_t entropy = 0; entropy < 1'024; ++entropy) {
        Broker broker{GetParam()};
        std::swap(broker, broker_);
        for (const char* topic : {"in", "out", "shop.repartition"}) {
            ASSERT_TRUE(client_.create_topic({topic, 2}));
        }
        take();
        consumed_ = 0;
        EXPECT_EQ(commit(Fate::kTorn, entropy).error().code, ErrorCode::kUnavailable);
        EXPECT_EQ(seen(kOut) == 1, broker_.get("g", HomeId{0}, kTable, "k").has_value());
        if (seen(kForward) == 0) {
            EXPECT_EQ(consumed(), -1) << "nobody could tell that it is missing";
        }
    }
}

TEST(Broker, AControlRecordTakesAnOffsetAndIsNeverRead) {
    Broker broker{true};
    Client client{broker};
    ASSERT_TRUE(client.create_topic({"out", 1}));
    auto lease = client.take("g", {HomeId{0}});
    log::Step step;
    step.homes = {HomeId{0}};
    step.appends = {{kOut, {text("x")}}};
    ASSERT_TRUE(lease.value()->commit(step).has_value());
    EXPECT_EQ(broker.ends(kOut).value().committed, Offset{2});
    EXPECT_EQ(broker.read(kOut, Offset{0}, {}).value().size(), 1U);
    EXPECT_TRUE(broker.read(kOut, Offset{1}, {}).value().empty());
    EXPECT_EQ(broker.read(kOut, Offset{3}, {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sluice::sim
