// The ends of a partition whose leader is gone for good.

#include "log/kafka/mock_fixture.hpp"
#include "log/kafka/watermarks.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

class WatermarksMock : public test::MockTest {
protected:
    WatermarksMock() : MockTest{3} {
        rd_kafka_mock_topic_create(cluster_.get(), "t", 1, 3);
        lead(2);
        committed_ = std::move(make_asker(options_, trouble_, true)).value();
        watermarks_.emplace(*topics_, asker_.get(), committed_.get(), options_);
    }

    void lead(std::int32_t broker) {
        rd_kafka_mock_partition_set_leader(cluster_.get(), "t", 0, broker);
    }

    [[nodiscard]] Status ask() const {
        const auto ends = watermarks_->ends({"t", PartitionId{0}});
        return ends ? ok() : Status{ends.error()};
    }

    ClientHandle committed_;
    std::optional<Watermarks> watermarks_;
};

TEST_F(WatermarksMock, ALeaderThatDiesAndNeverComesBackIsNotWaitedFor) {
    ASSERT_TRUE(ask());
    rd_kafka_mock_broker_set_down(cluster_.get(), 2);
    lead(1);
    const Status asked = ask();
    EXPECT_TRUE(asked) << asked.error().message;
}

TEST_F(WatermarksMock, OneThatDoesNotAnswerAnyMoreIsNotWaitedForEither) {
    ASSERT_TRUE(ask());
    rd_kafka_mock_broker_set_rtt(cluster_.get(), 2, 60'000);  // its packets get lost
    lead(3);
    const Status asked = ask();
    EXPECT_TRUE(asked) << asked.error().message;
}

}  // namespace
}  // namespace sluice::log::kafka
