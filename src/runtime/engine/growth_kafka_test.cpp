// A channel is given more partitions while engines run on a real broker (history D5).

#include "event/kafka.hpp"
#include "log/kafka/growing_fixture.hpp"
#include "runtime/engine/kafka_process_fixture.hpp"
#include "runtime/sequencing/growth_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sluice::runtime {
namespace {

using log::test::soon;
using test::event;
using test::Seen;
using Process = test::KafkaProcess;
using Ids = std::vector<std::string>;

constexpr Milliseconds kGrowthWait{60'000};

class GrowthOnKafka : public testing::Test {
protected:
    [[nodiscard]] static test::KafkaProcess::Options looking_often(const std::string& name) {
        test::KafkaProcess::Options options{name, test::plan_with_d(2)};
        options.engine.task.growth.look_interval = Milliseconds{100};
        return options;
    }

    /// As a producer that knows of so many partitions.
    void update(std::uint32_t partitions, int count) {
        std::vector<log::Append> appends;
        for (int i = 0; i < count; ++i) {
            const std::string subject = fmt::format("s{}", ++published_ % 7);
            Event made = event("d.updated", subject, "/legacy", 0);
            made.id = fmt::format("{}.{}", subject, published_);
            expected_[subject].push_back(made.id);
            const PartitionId to = partition_by_murmur2(subject, partitions);
            appends.push_back({{"shop.d", to}, {event::to_record(made, subject)}});
        }
        ASSERT_TRUE(producer_->publish(std::move(appends)).has_value());
    }

    void grow(int partitions) {
        log::test::grow_topic(place_.options(), "shop.d", partitions);
        ASSERT_TRUE(soon([&] {
            const auto there = producer_->topic("shop.d").value();
            return there->partitions == static_cast<std::uint32_t>(partitions);
        }));
    }

    void check(Process& process) {
        std::size_t all = 0;
        for (const auto& [subject, ids] : expected_) all += ids.size();
        EXPECT_TRUE(soon([&] { return seen_.total() >= all || !process.engine->failure(); }));
        const Status failure = process.engine->failure();
        EXPECT_TRUE(failure) << failure.error().message;
        for (const auto& [subject, ids] : expected_) EXPECT_EQ(seen_.of(subject), ids);
        EXPECT_EQ(seen_.holes, 0U);
    }

    log::test::KafkaPlace place_;
    std::unique_ptr<log::Log> producer_{[this] {
        log::KafkaLogOptions options = place_.options();
        options.cache /= "producer";
        return log::test::open_kafka_or_fail(options);
    }()};
    std::map<std::string, Ids> expected_;
    int published_{0};
    Seen seen_;
};

TEST_F(GrowthOnKafka, WhatIsNewIsReadInOrderAndNobodyMoves) {
    Process one{place_, looking_often("one"), seen_};
    update(2, 50);
    ASSERT_TRUE(one.engine->wait_until_idle(kGrowthWait));
    const std::uint64_t round = one.engine->domains().front()->sequencing->round();
    ASSERT_NO_FATAL_FAILURE(grow(4));
    update(4, 100);
    check(one);
    EXPECT_EQ(one.engine->domains().front()->sequencing->round(), round) << "no rebalance";
    EXPECT_TRUE(one.engine->wait_until_idle(kGrowthWait));
}

/// A backlog lies in the old partitions when the topic grows, and nobody is there.
TEST_F(GrowthOnKafka, ABacklogInTheOldPartitionsComesFirstForWhoeverTakesTheHomes) {
    {
        Process one{place_, looking_often("one"), seen_};
        update(2, 10);
        ASSERT_TRUE(one.engine->wait_until_idle(kGrowthWait));
    }
    update(2, 300);
    ASSERT_NO_FATAL_FAILURE(grow(4));
    update(4, 100);
    ASSERT_NO_FATAL_FAILURE(grow(8));
    update(8, 100);
    Process two{place_, looking_often("two"), seen_};
    Process three{place_, looking_often("three"), seen_};
    check(two);
    EXPECT_TRUE(three.engine->failure());
}

}  // namespace
}  // namespace sluice::runtime
