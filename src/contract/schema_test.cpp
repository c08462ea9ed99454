#include "contract/schema.hpp"

#include "contract/schema_fixture.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::contract {
namespace {

using test::verdict;

struct Case {
    const char* schema;
    const char* payload;
    const char* verdict;
};

class SchemaCases : public testing::TestWithParam<Case> {};

TEST_P(SchemaCases, SayPlaceAndReason) {
    EXPECT_EQ(verdict(GetParam().schema, GetParam().payload), GetParam().verdict);
}

// One line for each keyword that docs/reference/contract.md says is checked.
INSTANTIATE_TEST_SUITE_P(
    Keywords,
    SchemaCases,
    testing::Values(
        Case{"true", "{}", "fine"},
        Case{"false", "{}", "data: refused by `false` or `propertyNames`, which say no more"},
        Case{R"({"type":"object"})", "[]", "data: Value type not permitted by 'type' constraint"},
        Case{R"({"type":["string","null"]})", "null", "fine"},
        Case{R"({"type":"integer"})", "12345678901234567890", "fine"},
        Case{R"({"type":"integer"})", "1.5", "data: Value type not permitted by 'type' constraint"},
        Case{R"({"enum":["a","b"]})", R"("c")", "data: Failed to match against any enum values"},
        Case{
            R"({"const":1})",
            "2",
            "data: Failed to match expected value set by 'const' constraint"},
        Case{R"({"multipleOf":5})", "7", "data: Value should be a multiple of 5"},
        Case{R"({"minimum":1})", "0", "data: Expected number greater than or equal to 1.000000"},
        Case{R"({"maximum":1})", "2", "data: Expected number less than or equal to 1.000000"},
        Case{R"({"exclusiveMinimum":1})", "1", "data: Expected number greater than 1.000000"},
        Case{R"({"exclusiveMaximum":1})", "1", "data: Expected number less than 1.000000"},
        Case{
            R"({"minLength":2})",
            "\"한\"",
            "data: String should be no fewer than 2 characters in length"},
        Case{R"({"maxLength":2})", "\"한국\"", "fine"},
        Case{
            R"({"pattern":"^[A-Z]{3}$"})",
            R"("eur")",
            "data: Failed to match regex specified by 'pattern' constraint"},
        Case{R"({"format":"date"})", R"("2024-1-1")", "data: String should be a valid date"},
        Case{R"({"format":"date-time"})", R"("today")", "data: String should be a valid date-time"},
        Case{R"({"required":["a"]})", "{}", "data: Missing required property 'a'"},
        Case{R"({"minProperties":1})", "{}", "data: Object should have no fewer than 1 properties"},
        Case{
            R"({"maxProperties":0})",
            R"({"a":1})",
            "data: Object should have no more than 0 properties"},
        Case{
            R"({"properties":{"a":{"type":"string"}}})",
            R"({"a":1})",
            "data: /a: Value type not permitted by 'type' constraint"},
        Case{
            R"({"properties":{"a/b":{"items":{"type":"string"}}}})",
            R"({"a/b":["x",1]})",
            "data: /a~1b/1: Value type not permitted by 'type' constraint"},
        Case{
            R"({"patternProperties":{"^x":{"type":"string"}}})",
            R"({"x1":1})",
            "data: /x1: Value type not permitted by 'type' constraint"},
        Case{
            R"({"properties":{},"additionalProperties":false})",
            R"({"b":1})",
            "data: Object contains a property that could not be validated using 'properties' or "
            "'additionalProperties' constraints: 'b'"},
        Case{
            R"({"propertyNames":{"maxLength":1}})",
            R"({"ab":1})",
            "data: refused by `false` or `propertyNames`, which say no more"},
        Case{R"({"dependencies":{"a":["b"]}})", R"({"a":1})", "data: Missing dependency 'b'"},
        Case{
            R"({"items":[{"type":"string"}],"additionalItems":false})",
            R"(["a",1])",
            "data: Array contains more items than allowed by items constraint"},
        Case{R"({"minItems":1})", "[]", "data: Array should contain no fewer than 1 elements"},
        Case{R"({"maxItems":1})", "[1,2]", "data: Array should contain no more than 1 elements"},
        Case{
            R"({"uniqueItems":true})",
            "[1,1]",
            "data: Elements at indexes #0 and #1 violate uniqueness constraint"},
        Case{
            R"({"contains":{"type":"string"}})",
            "[1]",
            "data: Failed to any values against subschema in 'contains' constraint"},
        Case{R"({"allOf":[{"minimum":1},{"maximum":3}]})", "2", "fine"},
        Case{
            R"({"not":{"type":"string"}})",
            R"("a")",
            "data: Target should not validate against schema specified in 'not' constraint"},
        Case{R"({"if":{"minimum":5},"then":{"multipleOf":5}})", "10", "fine"}
    )
);

TEST(Schema, NumbersAreWhatTheReferenceSays) {
    EXPECT_NE(verdict(R"({"type":"integer"})", "1.0"), "fine");
    EXPECT_EQ(verdict(R"({"type":"number"})", "1.0"), "fine");
    EXPECT_EQ(verdict(R"({"multipleOf":5})", "10.0"), "fine");
    EXPECT_EQ(verdict(R"({"maximum":9007199254740993})", "9007199254740993"), "fine");
    EXPECT_EQ(verdict(R"({"format":"time"})", R"("12:30:00Z")"), "fine");
    EXPECT_NE(verdict(R"({"format":"time"})", R"("noon")"), "fine");
}

TEST(Schema, ChoicesRefuseToo) {
    EXPECT_NE(verdict(R"({"allOf":[{"minimum":1},{"maximum":3}]})", "4"), "fine");
    EXPECT_NE(verdict(R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "4"), "fine");
    EXPECT_NE(verdict(R"({"oneOf":[{"minimum":1},{"maximum":3}]})", "2"), "fine");
    EXPECT_NE(verdict(R"({"if":{"minimum":5},"then":{"multipleOf":5}})", "7"), "fine");
    EXPECT_NE(verdict(R"({"if":{"minimum":5},"else":{"multipleOf":2}})", "3"), "fine");
}

TEST(Schema, RefusesWhatIsNoJson) {
    EXPECT_EQ(verdict("true", ""), "data: not JSON: byte 0: expected a JSON value, found the end");
    EXPECT_EQ(
        verdict("true", "{\"a\":}"), "data: not JSON: byte 5: expected a JSON value, found '}'"
    );
    EXPECT_EQ(verdict("true", "1e999"), "data: a number beyond what a double holds");
    EXPECT_NE(verdict("true", std::string(1'000, '[') + std::string(1'000, ']')), "fine");
}

// std::regex recurses once a letter: without the limit this text ends the process.
TEST(Schema, LongTextsDoNotMeetPatterns) {
    const std::string text = "\"" + std::string(1'000'000, 'a') + "\"";
    EXPECT_EQ(
        verdict(R"({"properties":{"x":{"pattern":"^(a|b)*$"}}})", "{\"x\":" + text + "}"),
        "data: /x: a text of more than 4096 bytes, under a schema with patterns or times"
    );
    EXPECT_EQ(verdict(R"({"maxLength":1000000})", text), "fine");
    EXPECT_EQ(verdict(R"({"pattern":"^(a|b)*$"})", "\"" + std::string(4'096, 'a') + "\""), "fine");
}

TEST(Schema, RefusesWhatIsNoSchema) {
    const auto error = [](std::string_view text) {
        return test::load_schema(text).problems.front();
    };
    EXPECT_NE(
        error(R"({"type":"strin"})").find("not a JSON Schema of draft 7: "), std::string::npos
    );
    EXPECT_NE(
        error(R"({"properties":{"a":{"minimum":"x"}}})").find("not a JSON Schema of draft 7: "),
        std::string::npos
    );
    EXPECT_NE(
        error(R"({"pattern":"("})").find("the pattern '(' cannot be read: "), std::string::npos
    );
    EXPECT_NE(
        error(R"({"patternProperties":{"[":{}}})").find("the pattern '[' cannot be read: "),
        std::string::npos
    );
}

TEST(Schema, ServesManyThreads) {
    const auto schema =
        test::load_schema(R"({"properties":{"a":{"pattern":"^x+$"}},"required":["a"]})").schema;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&schema] {
            for (int round = 0; round < 200; ++round) {
                EXPECT_TRUE(schema->validate(R"({"a":"xx"})").has_value());
                EXPECT_FALSE(schema->validate(R"({"a":"y"})").has_value());
            }
        });
    }
}

std::vector<std::string> problems_of(std::string_view text) {
    return test::load_schema(text, "s").problems;
}

TEST(SchemaSource, PutsReferencesInPlace) {
    const auto schema = test::load_schema(
                            R"(
s: {type: object, properties: {lines: {type: array, items: {$ref: '#/d/Line'}}}}
d:
  Line: {type: object, required: [sku], properties: {sku: {$ref: '#/d/Sku'}}}
  Sku: {type: string}
)",
                            "s"
    )
                            .schema;
    ASSERT_NE(schema, nullptr);
    EXPECT_TRUE(schema->validate(R"({"lines":[{"sku":"a"}]})").has_value());
    EXPECT_EQ(
        schema->validate(R"({"lines":[{"sku":"a"},{"sku":1}]})").error().message,
        "data: /lines/1/sku: Value type not permitted by 'type' constraint"
    );
}

TEST(SchemaSource, RefusesWhatIsNotChecked) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(
        problems_of("s: {properties: {a: {minimun: 1}}}"),
        Lines{"f:1:31: /s/properties/a/minimun: 'minimun' is not a keyword that is checked; did "
              "you mean 'minimum'? "
              "(docs/reference/contract.md lists them)"}
    );
    EXPECT_EQ(
        problems_of("s: {prefixItems: []}"),
        Lines{"f:1:18: /s/prefixItems: 'prefixItems' is not a keyword that is checked "
              "(docs/reference/contract.md lists them)"}
    );
    EXPECT_EQ(
        problems_of("s: {properties: {child: {$ref: '#/s'}}}"),
        Lines{"f:1:4: /s: this schema contains itself; schemas that recur are not supported"}
    );
    EXPECT_EQ(
        problems_of("s: {multipleOf: 0.01}"),
        Lines{"f:1:17: /s/multipleOf: only a whole number from 1 on is exact here; count in "
              "smaller units"}
    );
    EXPECT_EQ(
        problems_of("s: {items: 5}"),
        Lines{"f:1:12: /s/items: a schema is a mapping, or true or false"}
    );
    EXPECT_EQ(
        problems_of("s: {not: {$ref: '#/x'}}"),
        Lines{"f:1:10: /s/not: the reference '#/x' leads to nothing"}
    );
    EXPECT_TRUE(problems_of("s: {type: object, x-note: anything, examples: [{minimun: 1}]}").empty()
    );
}

TEST(SchemaSource, IsBounded) {
    std::string text = "s: {$ref: '#/d/0'}\nd:\n";
    for (int level = 0; level < 20; ++level) {
        text += "  '" + std::to_string(level) + "': {allOf: [";
        const std::string next = "{$ref: '#/d/" + std::to_string(level + 1) + "'}";
        text += next + ", " + next + ", " + next + "]}\n";
    }
    text += "  '20': true\n";
    const auto lines = problems_of(text);
    ASSERT_FALSE(lines.empty());
    EXPECT_NE(lines.front().find("more than 100000 values"), std::string::npos);
}

}  // namespace
}  // namespace sluice::contract
