#include "log/kafka/errors.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::log::kafka {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(KafkaErrors, WhatFencesIsFencedAndNothingElse) {
    for (const auto error :
         {RD_KAFKA_RESP_ERR__FENCED,
          RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
          RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
          RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
          RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
          RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID}) {
        EXPECT_EQ(code_of(error), ErrorCode::kFenced) << rd_kafka_err2name(error);
    }
    for (const auto error :
         {RD_KAFKA_RESP_ERR__TRANSPORT,
          RD_KAFKA_RESP_ERR__TIMED_OUT,
          RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
          RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR,
          RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
          RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS}) {
        EXPECT_EQ(code_of(error), ErrorCode::kUnavailable) << rd_kafka_err2name(error);
    }
}

TEST(KafkaErrors, ARightThatIsMissingIsTheConfigurations) {
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), ErrorCode::kBadConfig);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR__AUTHENTICATION), ErrorCode::kBadConfig);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), ErrorCode::kTooLarge);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP), ErrorCode::kInvalidArgument);
}

TEST(KafkaErrors, TheTextSaysWhatWasDoneAndKafkasName) {
    const Error error = error_of(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, "write");
    EXPECT_TRUE(error.message.starts_with("write: ")) << error.message;
    EXPECT_NE(error.message.find("(NOT_ENOUGH_REPLICAS)"), std::string::npos) << error.message;
    const Error said = error_of(RD_KAFKA_RESP_ERR__FAIL, "write", "the words");
    EXPECT_EQ(said.message, "write: the words (_FAIL)");
}

TEST(KafkaErrors, OnlyWhatPassesIsAskedAgain) {
    int asked = 0;
    const auto passes = [&](int /*timeout_ms*/) {
        return ++asked < 3 ? RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
                           : RD_KAFKA_RESP_ERR_NO_ERROR;
    };
    EXPECT_EQ(ask_again(10s, passes), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(asked, 3);
    asked = 0;
    const auto stays = [&](int /*timeout_ms*/) {
        ++asked;
        return RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    };
    EXPECT_EQ(ask_again(10s, stays), RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    EXPECT_EQ(asked, 1);
    const auto never = [](int /*timeout_ms*/) { return RD_KAFKA_RESP_ERR__TRANSPORT; };
    EXPECT_EQ(ask_again(1ms, never), RD_KAFKA_RESP_ERR__TRANSPORT);
}

TEST(KafkaErrors, AnAskingIsGivenAPartOfThePatienceAndTheNextOneMore) {
    std::vector<int> given;
    const auto silent = [&](int timeout_ms) {
        given.push_back(timeout_ms);
        return given.size() < 4 ? RD_KAFKA_RESP_ERR__TIMED_OUT : RD_KAFKA_RESP_ERR_NO_ERROR;
    };
    EXPECT_EQ(ask_again(20s, silent), RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(given.size(), 4U);
    EXPECT_EQ(given[0], 3'000);
    EXPECT_EQ(given[1], 6'000);
    EXPECT_EQ(given[2], 12'000);
    EXPECT_LE(given[3], 20'000) << "never more than is left";
    EXPECT_GT(given[3], 12'000);
    given.clear();
    EXPECT_EQ(ask_again(2s, silent), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_LE(given[0], 2'000);
    given.clear();
    const auto moving = [&](int timeout_ms) {
        given.push_back(timeout_ms);
        return given.size() < 9 ? RD_KAFKA_RESP_ERR_NOT_COORDINATOR : RD_KAFKA_RESP_ERR_NO_ERROR;
    };
    EXPECT_EQ(ask_again(20s, moving), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(given.back(), 3'000) << "whoever answers at once needs no more time";
}

TEST(KafkaErrors, WaitingEndsWithTheConditionOrThePatience) {
    int looked = 0;
    EXPECT_TRUE(wait_until(10s, [&] { return ++looked == 3; }));
    EXPECT_EQ(looked, 3);
    looked = 0;
    EXPECT_FALSE(wait_until(1ms, [&] {
        ++looked;
        return false;
    }));
    EXPECT_GE(looked, 1);
    EXPECT_TRUE(wait_until(0ms, [] { return true; })) << "what holds already needs no patience";
}

TEST(KafkaErrors, TheWayToTheBrokerIsNoAnswer) {
    EXPECT_TRUE(is_transport(RD_KAFKA_RESP_ERR__TRANSPORT));
    EXPECT_TRUE(is_transport(RD_KAFKA_RESP_ERR__TIMED_OUT));
    EXPECT_FALSE(is_transport(RD_KAFKA_RESP_ERR_NO_ERROR));
    EXPECT_FALSE(is_transport(RD_KAFKA_RESP_ERR_PRODUCER_FENCED));
}

}  // namespace
}  // namespace sluice::log::kafka
