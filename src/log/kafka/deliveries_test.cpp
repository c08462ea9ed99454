#include "log/kafka/producer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sluice::log::kafka {
namespace {

using std::chrono::milliseconds;

void report(
    void* token, std::int64_t offset, rd_kafka_resp_err_t error, bool may_be_there = false
) {
    Deliveries::answer(token, {Offset{offset}, error, may_be_there});
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

/// What failed for certain, what may be there, what is there: one of the last two is enough for
/// "some of it".
TEST(Deliveries, AFailureSaysWhetherAnythingMayHaveBeenWritten) {
    const auto told = [](rd_kafka_resp_err_t first, bool may_be_there) {
        Deliveries deliveries{2};
        void* token = deliveries.token();
        deliveries.sent();
        report(token, 1, first, may_be_there);
        token = deliveries.token();
        deliveries.sent();
        report(token, -1, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
        return deliveries.offsets().error().message;
    };
    const std::string nothing = told(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, false);
    EXPECT_NE(nothing.find("nothing of it was written"), std::string::npos) << nothing;
    for (const std::string& some :
         {told(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, true), told(RD_KAFKA_RESP_ERR_NO_ERROR, false)}) {
        EXPECT_NE(some.find("may have been written"), std::string::npos) << some;
        EXPECT_NE(some.find("MSG_TIMED_OUT"), std::string::npos) << some;
    }
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
