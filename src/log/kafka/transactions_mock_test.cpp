// A step whose group's coordinator cannot be found. librdkafka's mock cluster answers as brokers do
// while a coordinator is elected: a real one cannot be held there for as long as a test needs.

#include "log/kafka/transactions.hpp"

#include <gtest/gtest.h>

#include <librdkafka/rdkafka_mock.h>

namespace sluice::log::kafka {
namespace {

constexpr std::int16_t kFindCoordinator = 10;  // of Kafka's protocol

class TransactionsMock : public testing::Test {
protected:
    TransactionsMock() {
        ClientMaker maker{options_of("127.0.0.1:1"), trouble_};
        host_ = std::move(maker.make(RD_KAFKA_PRODUCER)).value();
        cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), /*broker_cnt=*/1));
        options_ = options_of(rd_kafka_mock_cluster_bootstraps(cluster_.get()));
        asker_ = std::move(make_asker(options_, trouble_, false)).value();
        topics_.emplace(asker_.get(), options_);
    }

    [[nodiscard]] static KafkaLogOptions options_of(std::string bootstrap) {
        KafkaLogOptions options;
        options.cluster.bootstrap = std::move(bootstrap);
        options.transaction = std::chrono::milliseconds{1'000};
        return options;
    }

    void nobody_coordinates(std::size_t times) {
        const std::vector codes(times, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE);
        rd_kafka_mock_push_request_errors_array(
            cluster_.get(), kFindCoordinator, codes.size(), codes.data()
        );
    }

    [[nodiscard]] Result<std::vector<Offset>> write(Transactions& by) const {
        const GroupMetadataHandle group{rd_kafka_consumer_group_metadata_new("g")};
        return by.write({}, {{{"t", PartitionId{0}}, Offset{5}, ""}}, group.get());
    }

    Trouble trouble_;
    ClientHandle host_;
    std::unique_ptr<rd_kafka_mock_cluster_t, DestroyedBy<rd_kafka_mock_cluster_destroy>> cluster_;
    KafkaLogOptions options_;
    ClientHandle asker_;
    std::optional<Topics> topics_;
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
