#include "event/json.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace sluice::event {
namespace {

constexpr std::string_view kRequiredMembers =
    R"("specversion":"1.0","id":"1","source":"/s","type":"t")";

std::string with_required(std::string_view members) {
    return "{" + std::string{kRequiredMembers} + "," + std::string{members} + "}";
}

std::string error_of(std::string_view text) {
    const auto event = parse_json(text, {});
    return event.has_value() ? "fine" : event.error().message;
}

TEST(Json, RoundTripsToTheByte) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const Event event = sluice::test::random_event(random);
        const std::string text = write_json(event);
        ASSERT_TRUE(nlohmann::json::accept(text)) << text;
        const auto read = parse_json(text, {});
        ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << text;
        ASSERT_EQ(*read, event) << text;
    }
}

TEST(Json, ALineHasNoBreakAndMeansTheSame) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Event event = sluice::test::random_event(random);
        const std::string line = write_json_line(event);
        ASSERT_EQ(line.find_first_of("\r\n"), std::string::npos);
        ASSERT_EQ(nlohmann::json::parse(line), nlohmann::json::parse(write_json(event)));
    }
}

TEST(Json, BatchRoundTrips) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 100; ++round) {
        std::vector<Event> events;
        for (std::uint64_t left = random() % 20; left > 0; --left)
            events.push_back(sluice::test::random_event(random));
        const auto read = parse_json_batch(write_json_batch(events), {});
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_EQ(*read, events);
    }
}

TEST(Json, JsonDataKeepsItsBytes) {
    const std::string data = R"({"b" : 1.50, "a":[ ] ,"b":"\u00e9"})";
    const auto read = parse_json(
        with_required(R"("datacontenttype":"application/json", "data" : )" + data + " "), {}
    );
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->data, data);
    EXPECT_NE(write_json(*read).find(",\"data\":" + data + "}"), std::string::npos);
}

TEST(Json, DataMeansWhatTheContentTypeSays) {
    EXPECT_EQ(parse_json(with_required(R"("data":"x")"), {})->data, "\"x\"");
    EXPECT_EQ(parse_json(with_required(R"("data":null)"), {})->data, "null");
    EXPECT_EQ(
        parse_json(with_required(R"("data":"x\n","datacontenttype":"text/plain")"), {})->data, "x\n"
    );
    EXPECT_EQ(
        parse_json(with_required(R"("data":null,"datacontenttype":"text/plain")"), {})->data,
        std::nullopt
    );
    EXPECT_EQ(
        parse_json(
            with_required(R"("data_base64":"/w==","datacontenttype":"application/json")"), {}
        )
            ->data,
        "\xFF"
    );
    EXPECT_EQ(parse_json(with_required(R"("data_base64":null)"), {})->data, std::nullopt);
    EXPECT_EQ(
        error_of(with_required(R"("data":{},"datacontenttype":"text/plain")")),
        "'data' of content type 'text/plain' must be a string; other JSON values need a JSON "
        "content type"
    );
}

TEST(Json, WhatIsNoJsonOrNoTextGoesAsBase64) {
    Event event;
    event.data = "{broken";
    EXPECT_NE(write_json(event).find(R"("data_base64":"e2Jyb2tlbg==")"), std::string::npos);
    event.data = " 1";
    EXPECT_NE(write_json(event).find(R"("data_base64":"IDE=")"), std::string::npos);
    event.data = std::string(600, '[') + std::string(600, ']');
    EXPECT_NE(write_json(event).find("data_base64"), std::string::npos);
    event.datacontenttype = "image/png";
    event.data = std::string{"\0", 1};
    EXPECT_NE(write_json(event).find(R"("data_base64":"AA==")"), std::string::npos);
}

TEST(Json, ExtensionsMayBeIntegersAndBooleans) {
    const auto read = parse_json(
        with_required(R"("a":-5,"b":true,"c":null,"d":"","e":-0,"sourcesequence":9000000000)"), {}
    );
    ASSERT_TRUE(read.has_value()) << read.error().message;
    const decltype(read->extensions) expected{
        {"a", "-5"}, {"b", "true"}, {"d", ""}, {"e", "0"}, {"sourcesequence", "9000000000"}};
    EXPECT_EQ(read->extensions, expected);
}

TEST(Json, RefusesWithPlaceAndReason) {
    EXPECT_EQ(error_of("[]"), "byte 0: expected '{', found '[]'");
    EXPECT_EQ(error_of("{}"), "attribute 'specversion' is missing: it must be '1.0'");
    EXPECT_EQ(
        error_of(R"({"specversion":"0.3","id":"1","source":"/s","type":"t"})"),
        "attribute 'specversion': '0.3' is not read, only '1.0'"
    );
    EXPECT_EQ(
        error_of(R"({"specversion":"1.0","source":"/s","type":"t"})"),
        "attribute 'id' is missing or empty: every event has id, source and type, each of at least "
        "one "
        "character"
    );
    EXPECT_EQ(
        error_of(R"({"specversion":"1.0","id":"1","source":""})"),
        "byte 41: attribute 'source' is empty"
    );
    EXPECT_EQ(error_of(with_required(R"("id":"2")")), "byte 60: 'id' is there twice");
    EXPECT_EQ(
        error_of(with_required(R"("subject":7)")), "byte 65: attribute 'subject' must be a string"
    );
    EXPECT_EQ(
        error_of(with_required(R"("a":1.5)")),
        "byte 62: extension 'a': '1.5' is neither a string, an integer nor a boolean"
    );
    EXPECT_EQ(
        error_of(with_required(R"("CE_Type":"t")")),
        "byte 65: extension 'CE_Type': a name is 1 to 20 of a-z and 0-9, a letter first"
    );
    EXPECT_EQ(
        error_of(with_required(R"("data":1,"data_base64":"")")),
        "both 'data' and 'data_base64' are there; only one may be"
    );
    EXPECT_EQ(
        error_of(with_required(R"("data_base64":"?")")),
        "'data_base64': '?' is not base64 (RFC 4648, padded)"
    );
    EXPECT_EQ(
        error_of(with_required(R"("data":{"a")")), "byte 66: expected ':' behind 'a', found '}'"
    );
    EXPECT_EQ(error_of(with_required(R"("a":"b")") + "x"), "byte 63: expected the end, found 'x'");
}

TEST(Json, ABatchIsAllOrNothingAndSaysWhichEvent) {
    const std::string one = "{" + std::string{kRequiredMembers} + "}";
    EXPECT_EQ(parse_json_batch("[" + one + "," + one + "]", {})->size(), 2U);
    EXPECT_TRUE(parse_json_batch("[]", {})->empty());
    EXPECT_EQ(
        parse_json_batch("[" + one + ",{}]", {}).error().message,
        "event 2: attribute 'specversion' is missing: it must be '1.0'"
    );
    EXPECT_EQ(
        parse_json_batch("[" + one + "," + one, {}).error().message,
        "byte 112: expected ',' or ']', found the end"
    );
    EventLimits limits;
    limits.batch_events_max = 1;
    const auto many = parse_json_batch("[" + one + "," + one + "]", limits);
    EXPECT_EQ(many.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(many.error().message, "more than 1 events in one batch (batch_events_max)");
}

TEST(Json, SizesAreBounded) {
    Event event;
    event.id = "1";
    event.source = "/s";
    event.type = "t";
    event.datacontenttype = "text/plain";
    event.data = std::string(std::size_t{10} << 20, 'x');
    const auto large = parse_json(write_json(event), {});
    ASSERT_FALSE(large.has_value());
    EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
    event.data = std::string(60'000, '\n');
    EXPECT_TRUE(parse_json(write_json(event), {}).has_value());
}

// Whatever bytes come: an answer, never a crash; and what is taken can be written and read again.
TEST(Json, SurvivesDamage) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int taken = 0;
    for (int round = 0; round < 5'000; ++round) {
        std::string text = write_json(sluice::test::random_event(random));
        text[random() % text.size()] = static_cast<char>(random());
        const auto read = parse_json(text, {});
        if (!read.has_value()) continue;
        ++taken;
        ASSERT_EQ(parse_json(write_json(*read), {}).value(), *read);
    }
    EXPECT_GT(taken, 0);
    EXPECT_LT(taken, 5'000);
}

}  // namespace
}  // namespace sluice::event
