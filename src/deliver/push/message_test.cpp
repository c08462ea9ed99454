#include "deliver/push/message.hpp"

#include "event/json.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sluice::deliver::push {
namespace {

Event placed() {
    Event event;
    event.id = "o-1";
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = "17";
    event.time = "2026-11-23T10:00:00Z";
    event.datacontenttype = "application/json";
    event.extensions["subjectposition"] = "3";
    event.data = R"({"amount": 7})";
    return event;
}

std::map<std::string, std::string> headers_of(const Message& message) {
    return {message.headers.begin(), message.headers.end()};
}

TEST(PushMessage, BinaryHasAttributesInHeadersAndTheDataToTheByte) {
    const Message message = binary_message(placed());
    const std::map<std::string, std::string> expected{
        {"ce-specversion", "1.0"},
        {"ce-id", "o-1"},
        {"ce-source", "/orders"},
        {"ce-type", "order.placed"},
        {"ce-subject", "17"},
        {"ce-time", "2026-11-23T10:00:00Z"},
        {"ce-subjectposition", "3"},
        {"Content-Type", "application/json"}};
    EXPECT_EQ(headers_of(message), expected);
    EXPECT_EQ(message.body, R"({"amount": 7})");
}

TEST(PushMessage, BinaryLeavesOutWhatTheEventHasNot) {
    Event event = placed();
    event.subject.clear();
    event.time.reset();
    event.datacontenttype.reset();
    event.data.reset();
    const Message message = binary_message(event);
    EXPECT_FALSE(headers_of(message).contains("ce-subject"));
    EXPECT_FALSE(headers_of(message).contains("ce-time"));
    EXPECT_FALSE(headers_of(message).contains("Content-Type"));
    EXPECT_EQ(message.body, "");
}

TEST(PushMessage, AValueIsEncodedAsTheBindingSays) {
    EXPECT_EQ(
        percent_encoded("plain/!#$&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        "plain/!#$&'()*+,-./:;<=>?@[\\]^_`{|}~"
    );
    EXPECT_EQ(percent_encoded("a b"), "a%20b");
    EXPECT_EQ(percent_encoded("50%"), "50%25");
    EXPECT_EQ(percent_encoded("\"x\""), "%22x%22");
    EXPECT_EQ(
        percent_encoded("Euro \xE2\x82\xAC \xF0\x9F\x98\x80"), "Euro%20%E2%82%AC%20%F0%9F%98%80"
    );
    EXPECT_EQ(percent_encoded("a\r\nX-Evil: 1"), "a%0D%0AX-Evil:%201");
    EXPECT_EQ(percent_encoded(""), "");
}

TEST(PushMessage, AMediaTypeThatFitsInNoHeaderGoesInTheJson) {
    Event event = placed();
    event.datacontenttype = "text/plain; x=\xC3\xA9";
    const Message message = binary_message(event);
    EXPECT_EQ(message, structured_message(event));
    EXPECT_EQ(message.headers.size(), 1U);
}

TEST(PushMessage, StructuredAndBatchAreWhatTheJsonFormatReadsBack) {
    const Message one = structured_message(placed());
    EXPECT_EQ(headers_of(one)["Content-Type"], "application/cloudevents+json; charset=UTF-8");
    const auto read = event::parse_json(one.body, {});
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), placed());
    const std::vector<Event> two{placed(), placed()};
    const Message batch = batch_message(two);
    EXPECT_EQ(
        headers_of(batch)["Content-Type"], "application/cloudevents-batch+json; charset=UTF-8"
    );
    const auto all = event::parse_json_batch(batch.body, {});
    ASSERT_TRUE(all.has_value()) << all.error().message;
    EXPECT_EQ(all.value(), two);
}

}  // namespace
}  // namespace sluice::deliver::push
