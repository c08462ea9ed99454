// Offsets of a group whose coordinator is not there yet: librdkafka's own mock cluster answers as
// a broker does that has just been set up.

#include "log/kafka/survey/client.hpp"
#include "log/kafka/survey/surveyor.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <librdkafka/rdkafka_mock.h>
#include <memory>
#include <vector>

namespace sluice::log::kafka {
namespace {

using survey::DestroyedBy;
using Codes = std::vector<rd_kafka_resp_err_t>;

/// Numbers of Kafka's protocol.
constexpr std::int16_t kOffsetFetch = 9;
constexpr std::int16_t kFindCoordinator = 10;

class CoordinatorTest : public testing::Test {
protected:
    /// The next requests of that kind are answered so, one each.
    void answer(std::int16_t kind, const Codes& codes) {
        rd_kafka_mock_push_request_errors_array(cluster_.get(), kind, codes.size(), codes.data());
    }

    [[nodiscard]] Surveyor surveyor(Milliseconds patience = Milliseconds{20'000}) const {
        return std::move(Surveyor::open(options_, patience)).value();
    }

    std::unique_ptr<survey::Client> host_{
        std::move(survey::Client::open(
                      {"127.0.0.1:1", {}, {}, {}}, RD_KAFKA_PRODUCER, Milliseconds{1'000}
                  ))
            .value()};
    std::unique_ptr<rd_kafka_mock_cluster_t, DestroyedBy<rd_kafka_mock_cluster_destroy>> cluster_{
        rd_kafka_mock_cluster_new(host_->handle(), /*broker_cnt=*/1)};
    KafkaOptions options_{rd_kafka_mock_cluster_bootstraps(cluster_.get()), {}, {}, {}};
};

TEST_F(CoordinatorTest, OneThatIsNotOneYetIsAskedUntilItIs) {
    for (const auto passes :
         {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
          RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
          RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS}) {
        answer(kOffsetFetch, Codes(3, passes));
        const auto committed = surveyor().committed("g");
        ASSERT_TRUE(committed) << rd_kafka_err2name(passes) << ": " << committed.error().message;
        EXPECT_TRUE(committed.value().empty());
    }
}

TEST_F(CoordinatorTest, OneThatIsNowhereYetIsLookedForUntilItIsSomewhere) {
    answer(kFindCoordinator, Codes(8, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE));
    const auto committed = surveyor().committed("g");
    ASSERT_TRUE(committed) << committed.error().message;
}

TEST_F(CoordinatorTest, OneAskerServesManyGroups) {
    const Surveyor asks = surveyor();
    for (const char* group : {"a", "b", "c"}) {
        answer(kOffsetFetch, {RD_KAFKA_RESP_ERR_NOT_COORDINATOR});
        ASSERT_TRUE(asks.committed(group)) << group;
        ASSERT_TRUE(asks.committed(group)) << group;
    }
}

TEST_F(CoordinatorTest, WhatDoesNotPassIsToldAtOnce) {
    answer(kOffsetFetch, {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED});
    const auto committed = surveyor().committed("g");
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(
        committed.error().message,
        "g: Broker: Group authorization failed (GROUP_AUTHORIZATION_FAILED)"
    );
}

TEST_F(CoordinatorTest, WhatNeverPassesIsToldWhenThePatienceEnds) {
    answer(kOffsetFetch, Codes(1'000, RD_KAFKA_RESP_ERR_NOT_COORDINATOR));
    const auto committed = surveyor(Milliseconds{500}).committed("g");
    ASSERT_FALSE(committed);
    EXPECT_NE(committed.error().message.find("NOT_COORDINATOR"), std::string::npos)
        << committed.error().message;
}

}  // namespace
}  // namespace sluice::log::kafka
