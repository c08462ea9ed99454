#include "log/kafka/producer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sluice::log::kafka {
namespace {

using std::chrono::milliseconds;

/// As librdkafka reports what became of a record.
void report(void* token, std::int64_t offset, rd_kafka_resp_err_t error) {
    rd_kafka_message_t message{};
    message._private = token;
    message.offset = offset;
    message.err = error;
    Deliveries::on_report(nullptr, &message, nullptr);
}

TEST(Deliveries, OffsetsComeInTheOrderOfSendingWhateverIsAnsweredFirst) {
    Deliveries deliveries{3};
    std::vector<void*> tokens;
    for (int i = 0; i < 3; ++i) {
        tokens.push_back(deliveries.token());
        deliveries.sent();
    }
    report(tokens[2], 12, RD_KAFKA_RESP_ERR_NO_ERROR);
    report(tokens[0], 10, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_FALSE(deliveries.wait(milliseconds{0}));
    report(tokens[1], 11, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_TRUE(deliveries.wait(milliseconds{0}));
    EXPECT_EQ(deliveries.offsets().value(), (std::vector{Offset{10}, Offset{11}, Offset{12}}));
}

TEST(Deliveries, TheFirstFailureIsTold) {
    Deliveries deliveries{2};
    for (const auto error : {RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS}) {
        void* token = deliveries.token();
        deliveries.sent();
        report(token, 1, error);
    }
    EXPECT_TRUE(deliveries.wait(milliseconds{0}));
    const auto refused = deliveries.offsets();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(refused.error().message.find("NOT_ENOUGH_REPLICAS"), std::string::npos);
}

TEST(Deliveries, WhatWasNeverSentIsNotWaitedForAndIsNoSuccess) {
    Deliveries deliveries{2};
    void* token = deliveries.token();
    deliveries.sent();
    report(token, 1, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_TRUE(deliveries.wait(milliseconds{0})) << "the second could not be handed over";
    EXPECT_FALSE(deliveries.offsets());
}

TEST(Deliveries, AReportWithoutAPlaceIsPassedOver) {
    report(nullptr, 1, RD_KAFKA_RESP_ERR_NO_ERROR);
    Deliveries none{0};
    EXPECT_TRUE(none.wait(milliseconds{0}));
    EXPECT_TRUE(none.offsets().value().empty());
}

TEST(Deliveries, WhoeverWaitsIsWoken) {
    constexpr int kRounds = 200;
    for (int round = 0; round < kRounds; ++round) {
        Deliveries deliveries{4};
        std::vector<void*> tokens;
        for (int i = 0; i < 4; ++i) {
            tokens.push_back(deliveries.token());
            deliveries.sent();
        }
        const std::jthread reporter{[&tokens] {
            for (void* token : tokens) report(token, 7, RD_KAFKA_RESP_ERR_NO_ERROR);
        }};
        ASSERT_TRUE(deliveries.wait(std::chrono::seconds{30}));
        EXPECT_EQ(deliveries.offsets().value().size(), 4U);
    }
}

}  // namespace
}  // namespace sluice::log::kafka
