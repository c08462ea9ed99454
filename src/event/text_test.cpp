#include "event/text.hpp"

#include "event/number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::event {
namespace {

TEST(Utf8, EveryCodePointRoundTrips) {
    for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
        if (value >= 0xD800 && value <= 0xDFFF) continue;
        std::string text;
        append_utf8(text, value);
        const CodePoint read = decode_utf8(text);
        ASSERT_EQ(read.value, value);
        ASSERT_EQ(read.size, text.size());
    }
}

TEST(Utf8, RefusesWhatRfc3629Refuses) {
    for (const char* text :
         {"\x80",
          "\xC3",
          "\xC0\x80",
          "\xC1\xBF",
          "\xE0\x80\x80",
          "\xED\xA0\x80",
          "\xED\xBF\xBF",
          "\xE2\x82",
          "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80",
          "\xFF",
          "\xC3("}) {
        EXPECT_FALSE(is_utf8(text)) << shown(text);
        EXPECT_EQ(decode_utf8(text).size, 0U) << shown(text);
    }
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("a\xC3\xA9\xED\x95\x9C\xF0\x9F\x9B\x92"));
    EXPECT_EQ(decode_utf8("").size, 0U);
}

TEST(AttributeText, HoldsNeitherControlsNorNoncharacters) {
    for (const std::uint32_t value :
         {0x0U, 0x1FU, 0x7FU, 0x9FU, 0xD800U, 0xFDD0U, 0xFFFEU, 0x1FFFFU}) {
        EXPECT_FALSE(allowed_in_attribute(value)) << value;
    }
    for (const std::uint32_t value : {0x20U, 0x7EU, 0xA0U, 0xD55CU, 0xFDF0U, 0xFFFDU, 0x1F6D2U}) {
        EXPECT_TRUE(allowed_in_attribute(value)) << value;
    }
}

TEST(MediaType, KnowsJsonByItsSubtype) {
    for (const char* type :
         {"application/json",
          "text/json",
          "Application/JSON",
          "application/vnd.a+json",
          "text/x+Json ; q=1",
          " application/json"}) {
        EXPECT_TRUE(is_json_media_type(type)) << type;
    }
    for (const char* type :
         {"",
          "json",
          "application/jsonx",
          "application/json+xml",
          "text/plain; a=/json",
          "text/xjson"}) {
        EXPECT_FALSE(is_json_media_type(type)) << type;
    }
}

TEST(Prefix, IgnoresCaseOfAsciiLetters) {
    EXPECT_TRUE(starts_with_ignoring_case("Application/CloudEvents+json", "application/cloudevents")
    );
    EXPECT_FALSE(starts_with_ignoring_case("application/cloud", "application/cloudevents"));
    EXPECT_FALSE(starts_with_ignoring_case("@pplication", "application"));
}

TEST(Shown, IsOneShortLine) {
    EXPECT_EQ(shown("ab"), "'ab'");
    EXPECT_EQ(shown(""), "''");
    EXPECT_EQ(shown("a\n\xFF"), "'a\\x0a\\xff'");
    EXPECT_EQ(shown(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
    EXPECT_EQ(shown(std::string(41, 'x')), "'" + std::string(40, 'x') + "…' (41 bytes)");
    EXPECT_EQ(
        shown(std::string(39, 'x') + "\xC3\xA9"), "'" + std::string(39, 'x') + "…' (41 bytes)"
    );
}

TEST(Number, IsDecimalFromOneOn) {
    EXPECT_EQ(parse_number("1"), 1U);
    EXPECT_EQ(parse_number("007"), 7U);
    EXPECT_EQ(parse_number("18446744073709551615"), 18446744073709551615U);
    for (const char* text :
         {"", "0", "000", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616"}) {
        EXPECT_EQ(parse_number(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace sluice::event
