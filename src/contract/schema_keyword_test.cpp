#include "contract/schema_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::contract {
namespace {

using test::verdict;

// Draft 7 has seven types; a payload is of exactly these.
TEST(SchemaTypes, EachTakesItsOwn) {
    struct Value {
        std::string_view json;
        std::string_view types;
    };

    constexpr std::array values{
        Value{"null", "null"},
        Value{"true", "boolean"},
        Value{"0", "integer number"},
        Value{"-9223372036854775808", "integer number"},
        Value{"18446744073709551615", "integer number"},
        Value{"1.5", "number"},
        Value{"1e2", "number"},
        Value{"18446744073709551616", "number"},
        Value{R"("")", "string"},
        Value{R"("1")", "string"},
        Value{"[]", "array"},
        Value{"[null]", "array"},
        Value{"{}", "object"}};
    for (const std::string_view type :
         {"null", "boolean", "integer", "number", "string", "array", "object"}) {
        const auto schema = test::load_schema(fmt::format("{{type: '{}'}}", type)).schema;
        for (const Value& value : values) {
            const bool expected =
                fmt::format(" {} ", value.types).find(fmt::format(" {} ", type)) !=
                std::string::npos;
            EXPECT_EQ(schema->validate(value.json).has_value(), expected)
                << type << " " << value.json;
        }
    }
}

struct OneOf {
    const char* payload;
    const char* verdict;
};

class OneOfs : public testing::TestWithParam<OneOf> {};

// A payment is by card or by transfer: exactly one of two shapes.
TEST_P(OneOfs, TakeExactlyOneShape) {
    constexpr std::string_view schema = R"({"oneOf":[
        {"required":["card"],"properties":{"card":{"type":"string","minLength":4}}},
        {"required":["iban"],"properties":{"iban":{"type":"string"}}}]})";
    EXPECT_EQ(verdict(schema, GetParam().payload), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Payments,
    OneOfs,
    testing::Values(
        OneOf{R"({"card":"4242"})", "fine"},
        OneOf{R"({"iban":"DE00"})", "fine"},
        OneOf{R"({"card":"42","iban":"DE00"})", "fine"},
        OneOf{
            R"({"card":"4242","iban":"DE00"})",
            "data: Failed to validate against exactly one child schema"},
        OneOf{R"({})", "data: Missing required property 'card'"},
        OneOf{
            R"({"card":"42"})",
            "data: /card: String should be no fewer than 4 characters in length"}
    )
);

class UncheckedKeywords : public testing::TestWithParam<std::pair<const char*, const char*>> {};

// From drafts 2019-09 and 2020-12, from OpenAPI, from draft 4, and from the keyboard.
TEST_P(UncheckedKeywords, AreRefusedSoThatNobodyBelievesInThem) {
    const auto& [keyword, meant] = GetParam();
    const auto loaded = test::load_schema(fmt::format("{{type: object, {}: true}}", keyword));
    ASSERT_EQ(loaded.problems.size(), 1U);
    const std::string nearest = meant[0] == '\0' ? "" : fmt::format("; did you mean '{}'?", meant);
    EXPECT_EQ(
        loaded.problems.front(),
        fmt::format(
            "f:1:{}: /{}: '{}' is not a keyword that is checked{} (docs/reference/contract.md "
            "lists "
            "them)",
            18 + std::string_view{keyword}.size(),
            keyword,
            keyword,
            nearest
        )
    );
}

INSTANTIATE_TEST_SUITE_P(
    Later,
    UncheckedKeywords,
    testing::Values(
        std::pair{"prefixItems", ""},
        std::pair{"dependentRequired", ""},
        std::pair{"dependentSchemas", "dependencies"},
        std::pair{"unevaluatedProperties", ""},
        std::pair{"unevaluatedItems", ""},
        std::pair{"minContains", ""},
        std::pair{"maxContains", ""},
        std::pair{"contentSchema", ""},
        std::pair{"$anchor", ""},
        std::pair{"$dynamicRef", ""},
        std::pair{"$vocabulary", ""}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Elsewhere,
    UncheckedKeywords,
    testing::Values(
        std::pair{"nullable", ""},
        std::pair{"example", "examples"},
        std::pair{"id", "if"},
        std::pair{"divisibleBy", ""},
        std::pair{"Type", "type"},
        std::pair{"requierd", "required"},
        std::pair{"additionalproperties", "additionalProperties"},
        std::pair{"onOf", "oneOf"}
    )
);

struct Reference {
    const char* schema;
    const char* problem;
};

class References : public testing::TestWithParam<Reference> {};

TEST_P(References, LeadWithinTheDocument) {
    const std::string text = fmt::format(
        "s: {}\nd: {{Text: {{type: string}}, Loop: {{properties: {{next: {{$ref: '#/d/Loop'}}}}}}, "
        "'a/b%': true, Again: {{$ref: '#/d/Text'}}}}\n",
        GetParam().schema
    );
    const auto loaded = test::load_schema(text, "s");
    EXPECT_EQ(loaded.problems.empty() ? "" : loaded.problems.front(), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Taken,
    References,
    testing::Values(
        Reference{"{$ref: '#/d/Text'}", ""},
        Reference{"{$ref: '#/d/Again'}", ""},
        Reference{"{items: {$ref: '#/d/a~1b%25'}}", ""},
        Reference{"{definitions: {X: {type: integer}}, items: {$ref: '#/s/definitions/X'}}", ""},
        Reference{"{allOf: [{$ref: '#/d/Text'}, {$ref: '#/d/Text'}]}", ""},
        Reference{"{properties: {$ref: {type: string}}}", ""},
        Reference{
            "{const: {$ref: 'any text'}, enum: [{$ref: '#/gone', b: 1}], x-a: {$ref: no}}", ""}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Refused,
    References,
    testing::Values(
        Reference{"{$ref: '#/d/Tekst'}", "f:1:4: /s: the reference '#/d/Tekst' leads to nothing"},
        Reference{
            "{items: {$ref: 'other.yaml#/Text'}}",
            "f:1:12: /s/items: the reference 'other.yaml#/Text' leaves this document; only local "
            "ones such as '#/components/…' are followed"},
        Reference{
            "{not: {$ref: '#/d/Text', maxLength: 3}}",
            "f:1:10: /s/not: a reference has no other names beside '$ref'"},
        Reference{
            "{items: {$ref: '#/d/%zz'}}",
            "f:1:12: /s/items: the reference '#/d/%zz' leaves this document; only local ones such "
            "as '#/components/…' are followed"},
        Reference{
            "{$ref: '#/d/Loop'}",
            "f:2:33: /d/Loop: this schema contains itself; schemas that recur are not supported"},
        Reference{
            "{properties: {$ref: '#/d/Gone'}}",
            "f:1:17: /s/properties: the reference '#/d/Gone' leads to nothing"},
        Reference{"{$ref: '#/s'}", "f:1:4: /s: the references lead in a circle"},
        Reference{"{anyOf: {$ref: '#/d'}}", "f:2:4: /d: a mapping is not a list"}
    )
);

struct NoSchema {
    const char* schema;
    const char* problem;
};

class NoSchemas : public testing::TestWithParam<NoSchema> {};

TEST_P(NoSchemas, AreRefusedAtTheirPlace) {
    const auto loaded = test::load_schema(GetParam().schema);
    ASSERT_EQ(loaded.schema, nullptr);
    EXPECT_EQ(loaded.problems.front(), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    NoSchemas,
    testing::Values(
        NoSchema{"[]", "f:1:1: a schema is a mapping, or true or false"},
        NoSchema{"{not: }", "f:1:2: /not: a schema is due here"},
        NoSchema{"{properties: [a]}", "f:1:14: /properties: a list is not a mapping"},
        NoSchema{
            "{properties: {a: string}}",
            "f:1:18: /properties/a: a schema is a mapping, or true or false"},
        NoSchema{"{allOf: {type: string}}", "f:1:9: /allOf: a mapping is not a list"},
        NoSchema{"{items: [true, 7]}", "f:1:16: /items/1: a schema is a mapping, or true or false"},
        NoSchema{"{dependencies: [a]}", "f:1:16: /dependencies: a list is not a mapping"},
        NoSchema{
            "{minLength: -1}",
            "f:1:1: not a JSON Schema of draft 7: Expected a non-negative integer value for "
            "'minLength' constraint."},
        NoSchema{
            "{required: name}", "f:1:1: not a JSON Schema of draft 7: JSON value is not an array."},
        NoSchema{
            "{pattern: '(a'}",
            "f:1:1: the pattern '(a' cannot be read: Mismatched '(' and ')' in regular expression"}
    )
);

}  // namespace
}  // namespace sluice::contract
