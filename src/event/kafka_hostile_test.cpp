#include "event/codec_fixture.hpp"
#include "event/view.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::event {
namespace {

const Headers kRequiredHeaders{
    {"ce_specversion", "1.0"}, {"ce_id", "1"}, {"ce_source", "/s"}, {"ce_type", "t"}};

/// A binary record with these headers behind the required ones.
Record record_with(Headers more) {
    Record record;
    record.value = "{}";
    record.headers = kRequiredHeaders;
    for (const Header& header : more) record.headers.push_back(header);
    return record;
}

std::string told_of_record(const Record& record) {
    const auto event = from_record(record, {});
    return event.has_value() ? "fine" : event.error().message;
}

struct BadHeader {
    std::string_view name;
    std::string_view value;
    const char* problem;
};

class BadHeaders : public testing::TestWithParam<BadHeader> {};

TEST_P(BadHeaders, AreRefusedByName) {
    const auto& [name, value, problem] = GetParam();
    EXPECT_EQ(told_of_record(record_with({{std::string{name}, std::string{value}}})), problem);
}

constexpr const char* kNameRule = "a name is 1 to 20 of a-z and 0-9, a letter first";

INSTANTIATE_TEST_SUITE_P(
    Names,
    BadHeaders,
    testing::Values(
        BadHeader{
            "ce_",
            "v",
            "header 'ce_': extension '': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadHeader{
            "ce__",
            "v",
            "header 'ce__': extension '_': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadHeader{
            "ce_Id",
            "v",
            "header 'ce_Id': extension 'Id': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadHeader{
            "ce_id ",
            "v",
            "header 'ce_id ': extension 'id ': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadHeader{
            "ce_1st",
            "v",
            "header 'ce_1st': extension '1st': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadHeader{
            std::string_view{"ce_a\0b", 6},
            "v",
            "header 'ce_a\\x00b': extension 'a\\x00b': a name is 1 to 20 of a-z and 0-9, a letter "
            "first"},
        BadHeader{
            "ce_\xFF",
            "v",
            "header 'ce_\\xff': extension '\\xff': a name is 1 to 20 of a-z and 0-9, a letter "
            "first"},
        BadHeader{
            "CE_id",
            "v",
            "header 'CE_id': names of attributes are written in small letters: 'ce_id'"},
        BadHeader{
            "Ce_note",
            "v",
            "header 'Ce_note': names of attributes are written in small letters: 'ce_id'"},
        BadHeader{
            "cE_", "", "header 'cE_': names of attributes are written in small letters: 'ce_id'"},
        BadHeader{
            "ce_data", "v", "header 'ce_data': is no header; 'content-type' and the value say it"},
        BadHeader{
            "ce_data_base64",
            "v",
            "header 'ce_data_base64': is no header; 'content-type' and the value say it"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Values,
    BadHeaders,
    testing::Values(
        BadHeader{"ce_id", "", "header 'ce_id': is empty: leave it out, or give it a value"},
        BadHeader{
            "ce_subject", "", "header 'ce_subject': is empty: leave it out, or give it a value"},
        BadHeader{
            "ce_dataschema",
            "",
            "header 'ce_dataschema': is empty: leave it out, or give it a value"},
        BadHeader{"ce_specversion", "", "header 'ce_specversion': '' is not read, only '1.0'"},
        BadHeader{"ce_specversion", "1", "header 'ce_specversion': '1' is not read, only '1.0'"},
        BadHeader{"ce_id", "\xFF", "attribute 'id': '\\xff' is not UTF-8 at byte 0"},
        BadHeader{
            "ce_note",
            "a\nb",
            "extension 'note': 'a\\x0ab' holds U+000A at byte 1; control characters and "
            "noncharacters are not allowed"},
        BadHeader{
            "ce_time",
            "today",
            "attribute 'time': 'today' is not an RFC 3339 time such as 2026-11-22T21:01:14Z"},
        BadHeader{
            "ce_sourcesequence",
            "-1",
            "extension 'sourcesequence': '-1' is not a decimal number from 1 to "
            "18446744073709551615"},
        BadHeader{
            "content-type",
            "",
            "attribute 'datacontenttype' is empty: leave it out, or give it a value"},
        BadHeader{
            "content-type",
            "json",
            "attribute 'datacontenttype': 'json' is not a media type such as application/json"}
    )
);

TEST(HostileHeaders, AreShownShortHoweverLongTheyAre) {
    const std::string long_name(1'000'000, 'n');
    const std::string message = told_of_record(record_with({{"ce_" + long_name, "v"}}));
    EXPECT_EQ(
        message,
        fmt::format(
            "header 'ce_{}…' (1000003 bytes): extension '{}…' (1000000 bytes): {}",
            std::string(37, 'n'),
            std::string(40, 'n'),
            kNameRule
        )
    );
    const std::string large = told_of_record(record_with({{"ce_note", std::string(100'000, 'v')}}));
    EXPECT_EQ(
        large, "extension 'note': 100000 bytes, and at most 65536 are taken (attribute_bytes_max)"
    );
}

TEST(HostileHeaders, OthersAreNoneOfTheEvents) {
    const Headers others{
        {"ce-id", "9"},
        {"ceid", "9"},
        {"id", "9"},
        {" ce_id", "9"},
        {"", ""},
        {"traceparent", "00"},
        {"Content-Type", "text/plain"},
        {"\xFF\xFE", std::string(3, '\0')}};
    const Record record = record_with(others);
    const auto event = from_record(record, {});
    ASSERT_TRUE(event.has_value()) << event.error().message;
    EXPECT_EQ(event->id, "1");
    EXPECT_TRUE(event->extensions.empty());
    EXPECT_EQ(event->datacontenttype, std::nullopt);
    EXPECT_EQ(to_binary(record, {})->headers, record.headers);
}

TEST(HostileHeaders, OfTwoTheLastCountsAndEachMustBeRight) {
    const Record record = record_with(
        {{"ce_id", "2"},
         {"ce_source", "/s2"},
         {"ce_type", "t2"},
         {"ce_subject", "a"},
         {"ce_subject", "b"},
         {"ce_note", "first"},
         {"ce_note", ""},
         {"content-type", "text/plain"},
         {"content-type", "application/json"}}
    );
    const auto event = from_record(record, {});
    ASSERT_TRUE(event.has_value()) << event.error().message;
    EXPECT_EQ(event->id, "2");
    EXPECT_EQ(event->source, "/s2");
    EXPECT_EQ(event->type, "t2");
    EXPECT_EQ(event->subject, "b");
    EXPECT_EQ(event->extension("note"), "");
    EXPECT_EQ(event->datacontenttype, "application/json");
    const auto view = EventView::of(record).value();
    EXPECT_EQ(view.id(), "2");
    EXPECT_EQ(view.subject(), "b");
    EXPECT_EQ(view.extension("note"), "");
    EXPECT_EQ(
        told_of_record(record_with({{"ce_specversion", "0.3"}, {"ce_specversion", "1.0"}})),
        "header 'ce_specversion': '0.3' is not read, only '1.0'"
    );
}

TEST(HostileHeaders, TheLastContentTypeDecidesTheMode) {
    EXPECT_EQ(
        mode_of(record_with(
            {{"content-type", "application/cloudevents+json"}, {"content-type", "text/plain"}}
        )),
        ContentMode::kBinary
    );
    EXPECT_EQ(
        mode_of(record_with(
            {{"content-type", "text/plain"}, {"content-type", "application/cloudevents+json"}}
        )),
        ContentMode::kStructured
    );
}

struct StructuredType {
    const char* type;
    bool is_read;
};

class StructuredTypes : public testing::TestWithParam<StructuredType> {};

TEST_P(StructuredTypes, AreReadWhereTheyAreJson) {
    Record record = to_structured_record(test::good_event(), "k");
    record.headers = {{kContentType, GetParam().type}};
    ASSERT_EQ(mode_of(record), ContentMode::kStructured);
    const auto event = from_record(record, {});
    ASSERT_EQ(event.has_value(), GetParam().is_read);
    if (event.has_value()) {
        EXPECT_EQ(*event, test::good_event());
    } else {
        EXPECT_EQ(event.error().code, ErrorCode::kUnsupported);
        EXPECT_EQ(
            event.error().message,
            fmt::format(
                "header 'content-type': of structured events only application/cloudevents+json is "
                "read, not '{}'",
                GetParam().type
            )
        );
    }
}

INSTANTIATE_TEST_SUITE_P(
    Types,
    StructuredTypes,
    testing::Values(
        StructuredType{"application/cloudevents+json", true},
        StructuredType{"application/cloudevents+json; charset=UTF-8", true},
        StructuredType{"APPLICATION/CloudEvents+JSON;charset=utf-8", true},
        StructuredType{"application/cloudevents+json ; charset=utf-8", true},
        StructuredType{"application/cloudevents", false},
        StructuredType{"application/cloudevents+jsonx", false},
        StructuredType{"application/cloudevents+avro", false},
        StructuredType{"application/cloudevents+protobuf", false},
        StructuredType{"application/cloudevents-batch+json", false}
    )
);

TEST(HostileHeaders, AStructuredValueIsReadByTheRulesOfJson) {
    const auto of = [](std::string value) {
        Record record;
        record.value = std::move(value);
        record.headers = {{"content-type", "application/cloudevents+json"}};
        return record;
    };
    EXPECT_EQ(told_of_record(of("")), "byte 0: expected '{', found the end");
    EXPECT_EQ(told_of_record(of("[]")), "byte 0: expected '{', found '[]'");
    EXPECT_EQ(told_of_record(of("{\"id\":\"1\",\"id\":\"2\"}")), "byte 15: 'id' is there twice");
    EXPECT_EQ(to_binary(of("{}"), {}).error().message, told_of_record(of("{}")));
}

TEST(HostileHeaders, OnlyWithoutHeadersAndValueIsARecordATombstone) {
    Record record;
    record.key = "k";
    EXPECT_TRUE(is_tombstone(record));
    record.headers = {{"trace", "1"}, {"content-type", "application/json"}};
    EXPECT_TRUE(is_tombstone(record));
    record.headers.push_back({"CE_x", ""});
    EXPECT_FALSE(is_tombstone(record)) << "somebody meant an event, however badly";
    EXPECT_FALSE(is_tombstone(Record{"k", "", {}, Instant{0}}));
}

TEST(HostileHeaders, WithAHeaderNothingElseMoves) {
    const Record record = record_with({{"ce_note", "a"}, {"x", "1"}, {"ce_note", "b"}, {"X", "2"}});
    const Record changed = with_header(record, "ce_note", "c");
    Headers expected = kRequiredHeaders;
    for (const char* name : {"x", "X"}) expected.push_back({name, name[0] == 'x' ? "1" : "2"});
    expected.push_back({"ce_note", "c"});
    EXPECT_EQ(changed.headers, expected);
    EXPECT_EQ(with_header(changed, "ce_note", "c"), changed) << "again, and nothing changes";
}

}  // namespace
}  // namespace sluice::event
