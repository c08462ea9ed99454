#include "event/codec_fixture.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::event {
namespace {

using test::good_event;

std::string told_of_event(const Event& event, const EventLimits& limits = {}) {
    const Status status = validate(event, limits);
    return status.has_value() ? "fine" : status.error().message;
}

// RFC 3986, section 4.1 and 5.4: all of these are URI references; and people write IRIs.
TEST(Source, IsAnyUriReference) {
    for (const char* source :
         {"/orders",
          "/orders;2",
          "orders",
          "https://shop.example/orders?region=eu#v1",
          "//shop.example/orders",
          "../orders",
          "?region=eu",
          "#orders",
          "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
          "mailto:orders@shop.example",
          "tag:shop.example,2026:orders",
          "1-555-123-4567",
          "/a%20b",
          "/a,b",
          "/주문"}) {
        Event event = good_event();
        event.source = source;
        EXPECT_EQ(told_of_event(event), "fine") << source;
        for (const test::Codec& codec : test::codecs()) {
            EXPECT_EQ(codec.there_and_back(event)->source, source) << codec.name;
        }
    }
}

// Blanks part the pairs of `dependson`: a source that holds one could never be stamped on.
TEST(Source, HoldsNoBlank) {
    for (const char* source : {" ", "/my orders", " /orders", "/orders "}) {
        Event event = good_event();
        event.source = source;
        EXPECT_EQ(
            told_of_event(event),
            fmt::format(
                "attribute 'source': '{}' holds a blank; a URI reference such as '/orders' has "
                "none",
                source
            )
        );
    }
}

TEST(Time, IsKeptAsItWasWritten) {
    const std::string longest = "2024-02-01T00:00:00." + std::string(43, '1') + "Z";
    ASSERT_EQ(longest.size(), 64U);
    for (const std::string& time :
         {std::string{"2024-02-01T00:00:00Z"},
          std::string{"2024-02-01t00:00:00.000000+09:00"},
          std::string{"1990-12-31T23:59:60Z"},
          std::string{"2024-02-01T00:00:00-00:00"},
          std::string{"0000-01-01T00:00:00Z"},
          longest}) {
        Event event = good_event();
        event.time = time;
        for (const test::Codec& codec : test::codecs()) {
            const auto back = codec.there_and_back(event);
            ASSERT_TRUE(back.has_value()) << back.error().message;
            EXPECT_EQ(back->time, time) << codec.name;
        }
    }
}

TEST(Time, ThatIsNoneIsRefusedByEveryCodec) {
    for (const std::string& time :
         {std::string{"2024-02-30T00:00:00Z"},
          std::string{"2024-02-01"},
          std::string{"2024-02-01T00:00:00"},
          std::string{"1706745600"},
          std::string{"2024-02-01T00:00:00Z "},
          "2024-02-01T00:00:00." + std::string(44, '1') + "Z"}) {
        Event event = good_event();
        event.time = time;
        for (const test::Codec& codec : test::codecs()) {
            const auto back = codec.there_and_back(event);
            ASSERT_FALSE(back.has_value()) << codec.name << " " << time;
            EXPECT_NE(back.error().message.find("attribute 'time': "), std::string::npos);
        }
    }
}

TEST(DataContentType, HasATypeAndASubtype) {
    for (const char* type :
         {"application/json", "a/b", "text/plain; charset=utf-8", "application/vnd.x+json;v=1"}) {
        Event event = good_event();
        event.datacontenttype = type;
        EXPECT_EQ(told_of_event(event), "fine") << type;
    }
    for (const char* type : {"json", "/json", "text/", ";", "text/;charset=utf-8"}) {
        Event event = good_event();
        event.datacontenttype = type;
        EXPECT_EQ(
            told_of_event(event),
            fmt::format(
                "attribute 'datacontenttype': '{}' is not a media type such as application/json",
                type
            )
        );
    }
}

TEST(ExtensionName, IsTwentyLettersAndDigitsALetterFirst) {
    for (const char* name : {"a", "z9", "comexampleextension", "abcdefghij0123456789"}) {
        EXPECT_TRUE(validate_extension_name(name, {}).has_value()) << name;
    }
    for (const char* name :
         {"", "9a", "A", "aB", "a_b", "a-b", "a.b", "a b", "é", "abcdefghij01234567890", "ce_a"}) {
        EXPECT_EQ(
            validate_extension_name(name, {}).error().message,
            fmt::format("extension '{}': a name is 1 to 20 of a-z and 0-9, a letter first", name)
        );
    }
}

TEST(ExtensionName, OfCloudEventsItselfIsTaken) {
    for (const char* name :
         {"id",
          "source",
          "specversion",
          "type",
          "subject",
          "time",
          "datacontenttype",
          "dataschema",
          "data",
          "data_base64"}) {
        EXPECT_EQ(
            validate_extension_name(name, {}).error().message,
            fmt::format(
                "extension '{}': this is the name of an attribute of CloudEvents itself", name
            )
        );
    }
    EXPECT_TRUE(validate_extension_name("dataref", {}).has_value());
    EXPECT_TRUE(validate_extension_name("times", {}).has_value());
}

/// An attribute, and how to set it.
using Setter = std::pair<const char*, void (*)(Event&, std::string)>;

const std::vector<Setter>& setters() {
    static const std::vector<Setter> kAll{
        {"attribute 'id'", [](Event& e, std::string v) { e.id = std::move(v); }},
        {"attribute 'source'", [](Event& e, std::string v) { e.source = std::move(v); }},
        {"attribute 'type'", [](Event& e, std::string v) { e.type = std::move(v); }},
        {"attribute 'subject'", [](Event& e, std::string v) { e.subject = std::move(v); }},
        {"attribute 'dataschema'", [](Event& e, std::string v) { e.dataschema = std::move(v); }},
        {"extension 'note'", [](Event& e, std::string v) { e.extensions["note"] = std::move(v); }}};
    return kAll;
}

TEST(AttributeText, IsRefusedInEveryAttributeAlike) {
    struct BadText {
        const char* name;
        std::string_view bytes;
        const char* reason;
    };

    const std::vector<BadText> texts{
        {"NUL", std::string_view{"a\0b", 3}, "holds U+0000 at byte 1"},
        {"a line break", "a\nb", "holds U+000A at byte 1"},
        {"DEL", "\x7F", "holds U+007F at byte 0"},
        {"a C1 control", "\xC2\x85", "holds U+0085 at byte 0"},
        {"a noncharacter", "ab\xEF\xB7\x90", "holds U+FDD0 at byte 2"},
        {"a noncharacter of plane 1", "\xF0\x9F\xBF\xBE", "holds U+1FFFE at byte 0"},
        {"a lone tail", "a\x80", "is not UTF-8 at byte 1"},
        {"an overlong slash", "\xC0\xAF", "is not UTF-8 at byte 0"},
        {"half of a surrogate pair", "\xED\xA0\x80", "is not UTF-8 at byte 0"},
        {"a cut character", "abc\xF0\x9F\x9B", "is not UTF-8 at byte 3"}};
    for (const auto& [attribute, set] : setters()) {
        for (const BadText& text : texts) {
            Event event = good_event();
            set(event, std::string{text.bytes});
            const Status status = validate(event, {});
            ASSERT_FALSE(status.has_value()) << attribute << " with " << text.name;
            EXPECT_TRUE(status.error().message.starts_with(attribute)) << status.error().message;
            EXPECT_NE(status.error().message.find(text.reason), std::string::npos)
                << status.error().message;
        }
    }
}

TEST(AttributeText, IsBoundedInEveryAttributeAlike) {
    for (const auto& [attribute, set] : setters()) {
        Event event = good_event();
        set(event, std::string(kAlwaysTakenBytes, 'v'));
        EXPECT_EQ(told_of_event(event), "fine") << attribute;
        set(event, std::string(kAlwaysTakenBytes + 1, 'v'));
        EXPECT_EQ(
            told_of_event(event),
            fmt::format(
                "{}: 65537 bytes, and at most 65536 are taken (attribute_bytes_max)", attribute
            )
        );
    }
}

}  // namespace
}  // namespace sluice::event
