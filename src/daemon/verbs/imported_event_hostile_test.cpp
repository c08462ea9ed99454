// Lines of an import as tools that nobody checked write them.

#include "base/test_seed.hpp"
#include "daemon/render/json.hpp"
#include "daemon/verbs/imported_event.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sluice::daemon {
namespace {

Result<Event> import(const std::string& line, const ImportOptions& options = {}) {
    return imported_event(line, options, event::EventLimits{});
}

Json letter(const Json& headers = Json::array()) {
    return Json{
        {"topic", "orders"},
        {"partition", 3},
        {"offset", 8812},
        {"ts", 0},
        {"key", "a"},
        {"payload", "{}"},
        {"headers", headers}};
}

Event imported(const Json& json, const ImportOptions& options = {}) {
    const auto event = import(to_text(json), options);
    EXPECT_TRUE(event) << event.error().message;
    return event ? event.value() : Event{};
}

TEST(HostileImport, WhatIsNoLineOfJsonIsRefused) {
    for (const std::string& line :
         {std::string{},
          std::string{"x"},
          std::string{"[]"},
          std::string{"\"a\""},
          std::string{"{"},
          std::string{"{\"payload\":\"\xff\"}"},
          std::string(100'000, '[')}) {
        const auto event = import(line);
        ASSERT_FALSE(event);
        EXPECT_EQ(event.error(), (Error{ErrorCode::kInvalidEvent, "no JSON object"}));
    }
}

TEST(HostileImport, APlainRecordWithoutATopicHasNoTypeAndIsRefused) {
    Json line = letter();
    line.erase("topic");
    const auto event = import(to_text(line));
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, ErrorCode::kInvalidEvent);
    EXPECT_NE(event.error().message.find("'type'"), std::string::npos) << event.error().message;
    EXPECT_TRUE(import(to_text(line), {.source = "", .type = "order"}));
}

TEST(HostileImport, APlainRecordIsNamedByItsPlace) {
    const Event event = imported(letter());
    EXPECT_EQ(event.id, "orders/3/8812");
    EXPECT_EQ(event.source, "/imports/orders");
    EXPECT_EQ(event.type, "orders");
    EXPECT_EQ(event.extension("importedfrom"), "/orders orders/3/8812");
    EXPECT_FALSE(event.extension("importedreason"));
    EXPECT_EQ(event.time, "1970-01-01T00:00:00Z");
    EXPECT_EQ(event, imported(letter())) << "the same line twice is one event";
}

TEST(HostileImport, HeadersOfTheWrongShapeSayNothing) {
    for (const Json& headers :
         {Json{},
          Json("x"),
          Json(1),
          Json{{"kafka_dlt-original-topic", "elsewhere"}},
          Json::array({"kafka_dlt-original-topic"}),
          Json::array({1, "x", "kafka_dlt-original-topic", nullptr})}) {
        EXPECT_EQ(imported(letter(headers)).id, "orders/3/8812") << headers;
    }
}

TEST(HostileImport, APayloadMayBeAnything) {
    Json json = letter();
    json["payload"] = nullptr;
    EXPECT_FALSE(imported(json).data) << "a tombstone";
    json["payload"] = "not json";
    EXPECT_EQ(imported(json).datacontenttype, "application/octet-stream");
    json["payload"] = Json{{"n", 1}};
    EXPECT_EQ(imported(json).data, R"({"n":1})");
    EXPECT_EQ(imported(json).datacontenttype, "application/json");
    json["payload"] = 7;
    EXPECT_EQ(imported(json).data, "7");
}

TEST(HostileImport, AKeyThatIsNoTextIsNone) {
    for (const Json& key : {Json{}, Json(""), Json(7), Json::array({"a"})}) {
        Json json = letter();
        json["key"] = key;
        const auto event = import(to_text(json));
        ASSERT_FALSE(event) << key;
        EXPECT_EQ(event.error().message, "no CloudEvent, and no key that could be its subject");
    }
}

TEST(HostileImport, ATimeOutOfAllCalendarsIsHeldToThem) {
    Json json = letter();
    json["ts"] = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(imported(json).time, "9999-12-31T23:59:59.999Z");
    json["ts"] = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(imported(json).time, "0000-01-01T00:00:00Z");
    json["ts"] = "yesterday";
    EXPECT_EQ(imported(json).time, "1970-01-01T00:00:00Z");
}

TEST(HostileImport, TheReasonIsOneLineAndCutBetweenLetters) {
    const std::string message = "__connect.errors.exception.message";
    const auto reason = [&](const std::string& text) {
        return std::string{imported(letter({"__connect.errors.topic", "t", message, text}))
                               .extension("importedreason")
                               .value_or("(none)")};
    };
    EXPECT_EQ(reason("a\r\n\tb\x7f"), "a   b ");
    EXPECT_EQ(reason(std::string(501, 'x')), std::string(500, 'x'));
    std::string letters;
    for (int i = 0; i < 300; ++i) letters += "é";
    EXPECT_EQ(reason("x" + letters).size(), 499U) << "the 500th byte is half a letter";
    EXPECT_EQ(reason(""), "(none)");
}

TEST(HostileImport, NumbersOfOtherLengthsStayAsTheyAre) {
    const auto id = [](const std::string& offset) {
        return imported(letter(
                            {"kafka_dlt-original-topic",
                             "t",
                             "kafka_dlt-original-partition",
                             "0",
                             "kafka_dlt-original-offset",
                             offset}
                        ))
            .id;
    };
    EXPECT_EQ(id("1234"), "t/0/1234") << "four digits are digits, not four bytes";
    EXPECT_EQ(id("12345678"), "t/0/12345678");
    EXPECT_EQ(id("-1"), "t/0/-1");
    EXPECT_EQ(id(""), "t/0/");
    EXPECT_EQ(id(std::string(8, '\x7f')), "t/0/9187201950435737471");
}

TEST(HostileImport, ConnectGoesBeforeSpring) {
    const Event event =
        imported(letter({"kafka_dlt-original-topic", "spring", "__connect.errors.topic", "connect"})
        );
    EXPECT_EQ(event.type, "connect");
}

TEST(HostileImport, NobodyImportsUnderTheOldNameOrNumber) {
    Json json{
        {"specversion", "1.0"},
        {"id", "a-1"},
        {"source", "/orders"},
        {"type", "t"},
        {"subject", "a"},
        {"sourcesequence", "7"},
        {"importedfrom", "/forged 1"},
        {"importedreason", "kept"}};
    const Event event = imported(json);
    EXPECT_EQ(event.source, "/imports/orders");
    EXPECT_EQ(event.extension("importedfrom"), "/orders a-1");
    EXPECT_EQ(event.extension("importedreason"), "kept") << "of an import that failed again";
    EXPECT_FALSE(event.extension("sourcesequence"));
    const Event again = imported(json, {"/mine", "ignored"});
    EXPECT_EQ(again.source, "/mine");
    EXPECT_EQ(again.type, "t") << "a CloudEvent has its type";
    json["id"] = "";
    EXPECT_FALSE(import(to_text(json)));
}

TEST(HostileImport, WhateverIsDamagedIsTakenOrRefusedInWords) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string whole = to_text(letter(
        {"__connect.errors.topic", "t", "__connect.errors.exception.message", "no such item"}
    ));
    int taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string line = whole;
        for (auto left = random() % 3 + 1; left > 0; --left) {
            line[random() % line.size()] = static_cast<char>(random());
        }
        const auto event = import(line);
        if (!event) {
            ASSERT_FALSE(event.error().message.empty());
            ASSERT_EQ(event.error().code, ErrorCode::kInvalidEvent) << line;
            continue;
        }
        ++taken;
        ASSERT_TRUE(event.value().source.starts_with("/imports/"));
        ASSERT_FALSE(event.value().subject.empty());
        ASSERT_TRUE(event::is_utf8(event.value().extension("importedreason").value_or("")));
    }
    EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace sluice::daemon
