// A step whose group's coordinator cannot be found, as while it is elected.

#include "log/kafka/mock_fixture.hpp"
#include "log/kafka/transactions.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

constexpr std::int16_t kFindCoordinator = 10;  // of Kafka's protocol

class TransactionsMock : public test::MockTest {
protected:
    void nobody_coordinates(std::size_t times) {
        answer(kFindCoordinator, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, times);
    }

    [[nodiscard]] Result<std::vector<Offset>> write(Transactions& by) const {
        const GroupMetadataHandle group{rd_kafka_consumer_group_metadata_new("g")};
        return by.write({}, {{{"t", PartitionId{0}}, Offset{5}, ""}}, group.get());
    }
};

TEST_F(TransactionsMock, ACoordinatorThatIsFoundAtTheThirdTimeIsWaitedFor) {
    const auto steps = Transactions::open(options_, *topics_, "id");
    ASSERT_TRUE(steps) << steps.error().message;
    nobody_coordinates(2);
    EXPECT_TRUE(write(*steps.value()));
}

TEST_F(TransactionsMock, OneThatIsNotFoundEndsTheStepAndItsSuccessorGoesOn) {
    auto steps = Transactions::open(options_, *topics_, "id");
    ASSERT_TRUE(steps) << steps.error().message;
    nobody_coordinates(3);  // librdkafka asks no fourth time, and its call never comes back
    const auto refused = write(*steps.value());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
    EXPECT_NE(refused.error().message.find("coordinator was not found"), std::string::npos);
    EXPECT_TRUE(steps.value()->is_aborted());
    steps.value().reset();
    const auto successor = Transactions::open(options_, *topics_, "id");
    ASSERT_TRUE(successor) << successor.error().message;
    EXPECT_TRUE(write(*successor.value()));
}

}  // namespace
}  // namespace sluice::log::kafka
