#include "public_fixture.hpp"

#include <array>
#include <set>

namespace sluice::user {
namespace {

class PublishTest : public UserTest {
protected:
    PublishTest() { open(); }

    Result<Published> answer_to(const Event& event) {
        auto answers = sluice_->publish(std::span{&event, 1});
        EXPECT_EQ(answers.size(), 1U);
        return answers.front();
    }
};

struct Refused {
    const char* what;
    void (*spoil)(Event&);
    ErrorCode code;
    const char* message;
};

class RefusedEvents : public PublishTest, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedEvents, AreToldWhatIsWrongAndLeaveNothingBehind) {
    Event event = placed("17", 1);
    GetParam().spoil(event);
    const auto answer = answer_to(event);
    ASSERT_FALSE(answer.has_value()) << GetParam().what;
    EXPECT_EQ(answer.error().code, GetParam().code);
    EXPECT_EQ(answer.error().message, GetParam().message);
    const auto next = answer_to(placed("17", 1));
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->offset, 0) << "the first in its partition";
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RefusedEvents,
    testing::Values(
        Refused{
            "a type of no contract",
            [](Event& e) { e.type = "order.plcaed"; },
            ErrorCode::kNotFound,
            "type 'order.plcaed': no contract names a channel for it"},
        Refused{
            "no type",
            [](Event& e) { e.type = ""; },
            ErrorCode::kInvalidEvent,
            "`type` is missing"},
        Refused{
            "no subject",
            [](Event& e) { e.subject = ""; },
            ErrorCode::kInvalidEvent,
            "`subject` is missing: domain shop orders by it"},
        Refused{
            "no id",
            [](Event& e) { e.id = ""; },
            ErrorCode::kInvalidEvent,
            "attribute 'id' is missing or empty: every event has id, source and type, each of at "
            "least one character"},
        Refused{
            "number 0",
            [](Event& e) { e.extensions["sourcesequence"] = "0"; },
            ErrorCode::kInvalidEvent,
            "extension 'sourcesequence': '0' is not a decimal number from 1 to "
            "18446744073709551615"},
        Refused{
            "data against the schema",
            [](Event& e) { e.data = R"({"total":"much"})"; },
            ErrorCode::kInvalidEvent,
            "data: /total: Value type not permitted by 'type' constraint"},
        Refused{
            "no data",
            [](Event& e) { e.data.reset(); },
            ErrorCode::kInvalidEvent,
            "data: none, and order.placed has a JSON Schema"},
        Refused{
            "data that is no JSON",
            [](Event& e) { e.data = "{"; },
            ErrorCode::kInvalidEvent,
            "data: not JSON: byte 1: expected a string, found the end"},
        Refused{
            "a large event",
            [](Event& e) {
                e.data = R"({"total":1,"note":")" + std::string(2'000'000, 'x') + "\"}";
            },
            ErrorCode::kTooLarge,
            "the event has 2000125 bytes, and at most 1048576 are taken (event_bytes_max)"}
    )
);

TEST_F(PublishTest, OfABatchOnlyTheBadOnesAreRefused) {
    Event bad = placed("18", 1);
    bad.data = "{}";
    const auto answers = sluice_->publish(std::array{placed("17", 1), bad, placed("19", 1)});
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_TRUE(answers[0].has_value());
    EXPECT_EQ(answers[1].error().message, "data: Missing required property 'total'");
    EXPECT_TRUE(answers[2].has_value());
    EXPECT_TRUE(sluice_->publish({}).empty());
}

TEST_F(PublishTest, AnswersSayWhereAndOneSubjectStaysInOnePartition) {
    std::set<std::uint32_t> partitions;
    std::int64_t last = -1;
    for (int number = 1; number <= 20; ++number) {
        const auto answer = answer_to(cancelled("17", number));
        ASSERT_TRUE(answer.has_value()) << answer.error().message;
        EXPECT_EQ(answer->topic, "orders");
        EXPECT_EQ(answer->offset, ++last);
        partitions.insert(answer->partition);
    }
    EXPECT_EQ(partitions.size(), 1U);
}

TEST_F(PublishTest, WhatWasAnsweredIsThereAfterARestartWithoutAStart) {
    publish({placed("17", 1)});
    sluice_.reset();
    open();
    Seen seen;
    Service service{"books"};
    service.on("order.placed", [&seen](const Event& event, Sql&) {
        seen.add(event);
        return Handled::done();
    });
    serve(service);
    start();
    settle();
    EXPECT_EQ(seen.of("17"), "17.1");
    ASSERT_TRUE(sluice_->stop());
}

TEST_F(PublishTest, AnEventArrivesAsItWasSent) {
    Event sent = placed("주문-17", 1);
    sent.time = "2026-11-22T21:01:14.250+09:00";
    sent.dataschema = "https://shop.example/order.json";
    sent.extensions["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    sent.data = "{ \"total\" : 4200, \"note\":\"\\u00e9 🛒\" }";
    Event got;
    Service service{"books"};
    service.on("order.placed", [&got](const Event& event, Sql&) {
        got = event;
        return Handled::done();
    });
    serve(service);
    start();
    publish({sent});
    settle();
    ASSERT_TRUE(sluice_->stop());
    EXPECT_EQ(got.extension(extension::kSubjectPosition), "1");
    got.extensions.erase(std::string{extension::kSubjectPosition});
    EXPECT_EQ(got, sent);
}

TEST_F(PublishTest, AStoppedInstanceIsStoppedAgainInPeace) {
    start();
    EXPECT_TRUE(sluice_->stop());
    EXPECT_TRUE(sluice_->stop());
    EXPECT_TRUE(sluice_->failure());
}

}  // namespace
}  // namespace sluice::user
