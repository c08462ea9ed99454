#include "contract/schema_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sluice::contract {
namespace {

using test::verdict;

std::string quoted(std::size_t letters, char letter = '1') {
    return '"' + std::string(letters, letter) + '"';
}

std::string list_of(std::size_t items) {
    std::string text{"["};
    for (std::size_t item = 0; item < items; ++item) {
        text += fmt::format("{}{}", item == 0 ? "" : ",", item);
    }
    return text + "]";
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

const std::string kLongText =
    "a text of more than 4096 bytes, under a schema with patterns or times";

// std::regex recurses once a letter: without the limit each of these texts ends the process, and
// after a restart the same event ends it again.
TEST(SchemaLimits, ALongTextMeetsNoRegularExpression) {
    for (const char* schema : {
             "{format: date}",
             "{format: time}",
             "{format: date-time}",
             "{pattern: '^(a|b)*$'}",
             "{patternProperties: {'^(a|b)*$': true}}",
             "{properties: {deep: {anyOf: [{type: integer}, {format: date}]}}}",
         }) {
        const std::string digits = "{\"x\":" + quoted(900'000) + "}";
        EXPECT_EQ(verdict(schema, digits), "data: /x: " + kLongText) << schema;
    }
    const std::string fraction = "\"2024-01-01T00:00:00." + std::string(900'000, '1') + "Z\"";
    EXPECT_EQ(verdict("{format: date-time}", fraction), "data: " + kLongText);
}

TEST(SchemaLimits, TheLimitOfATextIsItsBytesNamesIncluded) {
    const char* schema = "{patternProperties: {'^x': {type: integer}}}";
    EXPECT_EQ(verdict(schema, quoted(4'096)), "fine");
    EXPECT_EQ(verdict(schema, quoted(4'097)), "data: " + kLongText);
    EXPECT_EQ(verdict(schema, "{" + quoted(4'096) + ":1}"), "fine");
    EXPECT_EQ(verdict(schema, "{" + quoted(4'097) + ":1}"), "data: " + kLongText);
    EXPECT_EQ(verdict(schema, "[[" + quoted(4'097) + "]]"), "data: /0/0: " + kLongText);
}

TEST(SchemaLimits, WithoutPatternsTextsAreOfAnyLength) {
    EXPECT_EQ(verdict("{type: string, format: email, maxLength: 900000}", quoted(900'000)), "fine");
    EXPECT_EQ(
        verdict("{maxLength: 899999}", quoted(900'000)),
        "data: String should be no more than 899999 characters in length"
    );
}

// Each item is compared with each: 100,000 of them would hold up all other events for minutes.
TEST(SchemaLimits, ALongListIsNotComparedWithItself) {
    const char* schema = "{properties: {skus: {uniqueItems: true}}}";
    const auto with = [](const std::string& list) { return "{\"skus\":" + list + "}"; };
    EXPECT_EQ(verdict(schema, with(list_of(1'000))), "fine");
    const std::string reason = "a list of more than 1000 items, under a schema with `uniqueItems`";
    EXPECT_EQ(verdict(schema, with(list_of(1'001))), "data: /skus: " + reason);
    EXPECT_EQ(verdict(schema, with(list_of(150'000))), "data: /skus: " + reason);
    EXPECT_EQ(
        verdict(schema, R"({"other":[)" + list_of(1'001) + "]}"), "data: /other/0: " + reason
    );
    EXPECT_EQ(verdict("{uniqueItems: false}", list_of(1'001)), "fine");
    EXPECT_EQ(verdict("{maxItems: 1001}", list_of(1'001)), "fine");
}

TEST(SchemaLimits, DataIsNestedFiveHundredAndTwelveDeep) {
    EXPECT_EQ(verdict("true", nested(512)), "fine");
    EXPECT_EQ(
        verdict("true", nested(513)),
        "data: not JSON: byte 512: more than 512 arrays and objects within each other"
    );
    EXPECT_EQ(
        verdict("true", nested(500'000)),
        "data: not JSON: byte 512: more than 512 arrays and objects within each other"
    );
}

/// s0 refers to s1, that to s2, and so on: `links` schemas within each other.
std::string chain(std::size_t links) {
    std::string text = "s: {$ref: '#/d/s0'}\nd:\n";
    for (std::size_t link = 0; link + 1 < links; ++link) {
        text += fmt::format("  s{}: {{not: {{$ref: '#/d/s{}'}}}}\n", link, link + 1);
    }
    return text + fmt::format("  s{}: {{type: string}}\n", links - 1);
}

TEST(SchemaLimits, SchemasLieAHundredDeepWithinEachOther) {
    EXPECT_TRUE(test::load_schema(chain(100), "s").problems.empty());
    using Lines = std::vector<std::string>;
    const Lines refused{
        "f:103:9: /d/s100: more than 100 schemas within each other, references put in place"};
    EXPECT_EQ(test::load_schema(chain(101), "s").problems, refused);
    EXPECT_EQ(test::load_schema(chain(2'000), "s").problems, refused) << "and no stack ends";
}

struct Divisor {
    const char* written;
    bool taken;
};

class Divisors : public testing::TestWithParam<Divisor> {};

// A rest by 0, or of the least integer by -1, is a signal that ends the process.
TEST_P(Divisors, AreWholeNumbersFromOneOn) {
    const auto& [written, taken] = GetParam();
    const auto loaded = test::load_schema(fmt::format("{{multipleOf: {}}}", written));
    ASSERT_EQ(loaded.schema != nullptr, taken);
    if (taken) {
        EXPECT_EQ(verdict(*loaded.schema, "0"), "fine");
        static_cast<void>(loaded.schema->validate("-9223372036854775808"));
        static_cast<void>(loaded.schema->validate("18446744073709551615"));
    } else {
        EXPECT_EQ(
            loaded.problems.front(),
            "f:1:14: /multipleOf: only a whole number from 1 on is exact here; count in smaller "
            "units"
        );
    }
}

INSTANTIATE_TEST_SUITE_P(
    MultipleOf,
    Divisors,
    testing::Values(
        Divisor{"1", true},
        Divisor{"5", true},
        Divisor{"9223372036854775807", true},
        Divisor{"9223372036854775808", false},
        Divisor{"18446744073709551615", false},
        Divisor{"0", false},
        Divisor{"-1", false},
        Divisor{"-9223372036854775808", false},
        Divisor{"0.01", false},
        Divisor{"1.0", false},
        Divisor{"'5'", false}
    )
);

}  // namespace
}  // namespace sluice::contract
