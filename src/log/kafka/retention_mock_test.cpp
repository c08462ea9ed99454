// Who still needs records, asked while brokers are dead and coordinators move.

#include "log/kafka/mock_fixture.hpp"
#include "log/kafka/retention.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

constexpr std::int16_t kOffsetFetch = 9;  // of Kafka's protocol

class RetentionMock : public test::MockTest {
protected:
    RetentionMock() : MockTest{3} {
        for (const char* topic : {"t", "g.state"}) {
            rd_kafka_mock_topic_create(cluster_.get(), topic, 1, 3);
        }
        rd_kafka_mock_coordinator_set(cluster_.get(), "group", "g", 1);
    }

    [[nodiscard]] Status ask() { return retention_.nobody_needs({"t", PartitionId{0}}, Offset{1}); }

    Retention retention_{asker_.get(), options_, trouble_, *topics_};
};

TEST_F(RetentionMock, ABrokerThatIsDeadIsNotAsked) {
    rd_kafka_mock_broker_set_down(cluster_.get(), 3);
    const Status unneeded = ask();
    EXPECT_TRUE(unneeded) << unneeded.error().message;
}

TEST_F(RetentionMock, ACoordinatorThatHasMovedIsLookedForAnew) {
    ASSERT_TRUE(ask());
    for (const auto moved :
         {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE}) {
        answer(kOffsetFetch, moved, 2);
        const Status unneeded = ask();
        EXPECT_TRUE(unneeded) << unneeded.error().message;
    }
}

}  // namespace
}  // namespace sluice::log::kafka
