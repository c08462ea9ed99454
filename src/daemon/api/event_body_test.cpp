#include "daemon/api/event_body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {
namespace {

constexpr const char* kOne = R"({"specversion":"1.0","id":"1","source":"/a","type":"a.made"})";
constexpr const char* kTwo = R"({"specversion":"1.0","id":"2","source":"/a","type":"a.made"})";

std::string both() {
    return std::string{"["} + kOne + "," + kTwo + "]";
}

Result<EventBody> read(std::string_view type, const std::string& body) {
    return read_event_body(type, body, event::EventLimits{});
}

/// The ids of good events; "!" for refused ones.
std::vector<std::string> ids(const Result<EventBody>& body) {
    if (!body) return {"refused: " + body.error().message};
    std::vector<std::string> all;
    for (const BodyEvent& one : body.value().events) {
        all.push_back(one.event ? one.event.value().id : "!");
    }
    return all;
}

TEST(EventBody, TakesOneEvent) {
    for (const char* type : {"application/cloudevents+json", "application/json"}) {
        const auto body = read(type, kOne);
        EXPECT_EQ(ids(body), std::vector<std::string>{"1"}) << type;
        EXPECT_TRUE(body.value().single) << type;
        EXPECT_FALSE(body.value().events[0].line.has_value());
    }
}

TEST(EventBody, TakesAListInItsOrder) {
    for (const char* type : {"application/cloudevents-batch+json", "application/json"}) {
        const auto body = read(type, " \r\n\t" + both());
        EXPECT_EQ(ids(body), (std::vector<std::string>{"1", "2"})) << type;
        EXPECT_FALSE(body.value().single) << type;
    }
    EXPECT_EQ(ids(read("application/json", "[]")), std::vector<std::string>{});
    EXPECT_FALSE(read("application/json", std::string{"["} + kOne + "]").value().single);
}

TEST(EventBody, TakesLinesWithTheirNumbers) {
    const auto body =
        read("application/jsonl", std::string{kOne} + "\n\nnonsense\r\n" + kTwo);  // no last break
    ASSERT_EQ(ids(body), (std::vector<std::string>{"1", "!", "2"}));
    EXPECT_EQ(body.value().events[0].line, 1U);
    EXPECT_EQ(body.value().events[1].line, 3U);
    EXPECT_EQ(body.value().events[2].line, 4U);
    EXPECT_FALSE(body.value().single);
}

TEST(EventBody, ComparesTheContentTypeWithoutParametersAndCase) {
    EXPECT_TRUE(read("Application/JSON ; charset=utf-8", kOne).has_value());
    EXPECT_TRUE(read("application/jsonl;x", kOne).has_value());
}

TEST(EventBody, RefusesOtherContentTypesAndNamesThoseThatAreTaken) {
    for (const char* type : {"", "text/plain", "application/jsonx", "json", ";application/json"}) {
        const auto body = read(type, kOne);
        ASSERT_FALSE(body.has_value()) << type;
        EXPECT_EQ(body.error().code, ErrorCode::kUnsupported);
        EXPECT_NE(body.error().message.find(type), std::string::npos);
        EXPECT_NE(body.error().message.find("application/cloudevents+json"), std::string::npos);
    }
}

TEST(EventBody, ABadEventInAListIsItsOwnAnswer) {
    const auto body =
        read("application/json", std::string{"["} + kOne + R"(,{"id":"x"},7,)" + kTwo + "]");
    EXPECT_EQ(ids(body), (std::vector<std::string>{"1", "!", "!", "2"}));
    EXPECT_EQ(body.value().events[1].event.error().code, ErrorCode::kInvalidEvent);
}

TEST(EventBody, ABadSingleEventIsItsAnswer) {
    for (const char* text : {"", "{", "7", "{}", "null"}) {
        const auto body = read("application/cloudevents+json", text);
        ASSERT_TRUE(body.has_value()) << text;
        EXPECT_EQ(ids(body), std::vector<std::string>{"!"}) << text;
    }
}

TEST(EventBody, AListThatIsNoneIsRefusedWhole) {
    const std::string good = both();
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        const auto body = read("application/cloudevents-batch+json", good.substr(0, cut));
        ASSERT_FALSE(body.has_value()) << "cut at " << cut;
        EXPECT_EQ(body.error().code, ErrorCode::kInvalidEvent) << "cut at " << cut;
    }
    EXPECT_FALSE(read("application/cloudevents-batch+json", good + "x").has_value());
    EXPECT_FALSE(read("application/cloudevents-batch+json", kOne).has_value());
}

TEST(EventBody, HoldsTheLimitOfAList) {
    event::EventLimits limits;
    limits.batch_events_max = 2;
    EXPECT_TRUE(read_event_body("application/json", both(), limits).has_value());
    limits.batch_events_max = 1;
    const auto body = read_event_body("application/json", both(), limits);
    ASSERT_FALSE(body.has_value());
    EXPECT_EQ(body.error().code, ErrorCode::kTooLarge);
    EXPECT_NE(body.error().message.find("more than 1 events"), std::string::npos);
}

}  // namespace
}  // namespace sluice::daemon
