#include "daemon/verbs/imported_event.hpp"

#include "daemon/render/json.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

Result<Event> import(const Json& json, const ImportOptions& options = {}) {
    return imported_event(to_text(json), options, event::EventLimits{});
}

Json cloud_event() {
    return Json{
        {"specversion", "1.0"},
        {"id", "a-1"},
        {"source", "/orders"},
        {"type", "order.placed"},
        {"subject", "a"},
        {"sourcesequence", "7"},
        {"subjectposition", "9"},
        {"place", "backlog"},
        {"datacontenttype", "application/json"},
        {"data", {{"n", 1}}}};
}

Json connect_letter() {
    return Json{
        {"topic", "dlq"},
        {"partition", 0},
        {"offset", 99},
        {"ts", 1'800'000'000'123},
        {"key", "a"},
        {"payload", R"({"n": 1.50})"},
        {"headers",
         {"__connect.errors.topic",
          "order.placed",
          "__connect.errors.partition",
          "3",
          "__connect.errors.offset",
          "8812",
          "__connect.errors.exception.message",
          "price:\nnull"}}};
}

TEST(ImportedEvent, IsNewAndNamesItsOriginal) {
    const auto event = import(cloud_event());
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event.value().source, "/imports/orders");
    EXPECT_EQ(event.value().id, "a-1");
    EXPECT_EQ(event.value().extension("importedfrom"), "/orders a-1");
    EXPECT_FALSE(event.value().extension("sourcesequence")) << "its number is taken";
    EXPECT_FALSE(event.value().extension("subjectposition"));
    EXPECT_FALSE(event.value().extension("place"));
    EXPECT_EQ(import(cloud_event(), {"/mine", ""}).value().source, "/mine");
}

TEST(ImportedEvent, OfKafkaConnectKeepsWhereItCameFromAndWhyItDied) {
    const auto event = import(connect_letter());
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event.value().subject, "a");
    EXPECT_EQ(event.value().type, "order.placed");
    EXPECT_EQ(event.value().id, "order.placed/3/8812");
    EXPECT_EQ(event.value().source, "/imports/order.placed");
    EXPECT_EQ(event.value().extension("importedreason"), "price: null");
    EXPECT_EQ(event.value().data, R"({"n": 1.50})") << "to the byte";
    EXPECT_EQ(event.value().datacontenttype, "application/json");
    EXPECT_EQ(event.value().time, "2027-01-15T08:00:00.123Z");
    EXPECT_EQ(import(connect_letter(), {"", "mine"}).value().type, "mine");
}

TEST(ImportedEvent, OfSpringReadsItsBinaryNumbersToo) {
    for (const bool binary : {false, true}) {
        Json letter = connect_letter();
        const std::string partition = binary ? std::string{"\0\0\0\x03", 4} : "3";
        const std::string offset = binary ? std::string{"\0\0\0\0\0\0\x22\x6C", 8} : "8812";
        letter["headers"] = {
            "kafka_dlt-original-topic",
            "order.placed",
            "kafka_dlt-original-partition",
            partition,
            "kafka_dlt-original-offset",
            offset,
            "kafka_dlt-exception-message",
            "no such item"};
        const auto event = import(letter);
        ASSERT_TRUE(event) << event.error().message;
        EXPECT_EQ(event.value().id, "order.placed/3/8812");
        EXPECT_EQ(event.value().extension("importedreason"), "no such item");
    }
}

TEST(ImportedEvent, ACloudEventInARecordStaysOne) {
    Json letter = connect_letter();
    letter["headers"].insert(
        letter["headers"].end(),
        {"ce_specversion",
         "1.0",
         "ce_id",
         "a-1",
         "ce_source",
         "/orders",
         "ce_type",
         "order.placed",
         "ce_subject",
         "s",
         "content-type",
         "application/json"}
    );
    const auto event = import(letter);
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event.value().subject, "s");
    EXPECT_EQ(event.value().extension("importedfrom"), "/orders a-1");
    EXPECT_EQ(event.value().extension("importedreason"), "price: null");
}

TEST(ImportedEvent, WhatIsNoneSaysWhatIsOff) {
    const auto refusal = [](const Json& json) { return import(json).error().message; };
    EXPECT_EQ(refusal(Json::array()), "no JSON object");
    EXPECT_EQ(
        refusal(Json{{"id", "x"}}),
        "neither a CloudEvent (`specversion`) nor a record of kcat -J (`payload`)"
    );
    Json keyless = connect_letter();
    keyless["key"] = nullptr;
    EXPECT_EQ(refusal(keyless), "no CloudEvent, and no key that could be its subject");
    Json broken = cloud_event();
    broken.erase("id");
    EXPECT_EQ(import(broken).error().code, ErrorCode::kInvalidEvent);
}

}  // namespace
}  // namespace sluice::daemon
