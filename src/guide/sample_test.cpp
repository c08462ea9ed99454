#include "guide/sample.hpp"

#include "contract/schema_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace sluice::guide {
namespace {

using Json = nlohmann::json;
using contract::test::verdict;

std::string sample(std::string_view schema) {
    return sample_of(Json::parse(schema)).dump();
}

TEST(Sample, IsWhatTheSchemaOffers) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"({"type": "integer", "examples": [7, 8], "default": 1})", "7"},
        {R"({"type": "integer", "default": 3})", "3"},
        {R"({"const": {"a": 1}})", R"({"a":1})"},
        {R"({"enum": ["KRW", "EUR"]})", R"("KRW")"},
        {R"({"type": ["null", "boolean"]})", "true"},
        {R"({"type": "null"})", "null"},
        {R"(true)", R"("text")"},
        {R"({"type": "object", "properties": {"old": {"deprecated": true}, "new": {"type": "integer"}}})",
         R"({"new":1})"},
        {R"({"type": "array"})", "[]"}};
    for (const auto& [schema, expected] : cases) EXPECT_EQ(sample(schema), expected) << schema;
}

TEST(Sample, IsTakenByItsSchema) {
    const std::string_view schemas[] = {
        R"({"type": "string", "minLength": 9})",
        R"({"type": "string", "maxLength": 2})",
        R"({"type": "string", "minLength": 5000})",
        R"({"type": "string", "format": "date-time"})",
        R"({"type": "string", "format": "date"})",
        R"({"type": "string", "format": "time"})",
        R"({"type": "integer", "minimum": 10, "maximum": 12})",
        R"({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5})",
        R"({"type": "integer", "maximum": -4})",
        R"({"type": "integer", "minimum": 7, "multipleOf": 5})",
        R"({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})",
        R"({"type": "number", "minimum": 0.25})",
        R"({"type": "array", "items": {"type": "integer"}, "minItems": 3})",
        R"({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false})",
        R"({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "boolean"}}})",
        R"({"required": ["id"], "properties": {"id": {"type": "integer"}}, "type": "object", "additionalProperties": false})",
        R"({"type": "object", "allOf": [{"required": ["a"], "properties": {"a": {"type": "integer"}}},
             {"required": ["b"], "properties": {"b": {"type": "string"}}}]})",
        R"({"oneOf": [{"type": "object", "required": ["card"], "properties": {"card": {"type": "string"}}},
             {"type": "string"}]})",
        R"({"type": "object", "required": ["lines"], "properties": {"lines": {"type": "array", "minItems": 1, "items":
             {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string", "minLength": 1}}}}}})"};
    for (const std::string_view schema : schemas) {
        const std::string value = sample(schema);
        const std::string told = verdict(schema, value);
        const bool cut_short =
            schema.find("5000") != std::string_view::npos;  // 4,096 is where it ends
        EXPECT_EQ(told == "fine", !cut_short) << schema << '\n' << value << '\n' << told;
    }
}

}  // namespace
}  // namespace sluice::guide
