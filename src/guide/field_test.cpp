#include "guide/field.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sluice::guide {
namespace {

using Json = nlohmann::json;

std::map<std::string, Field> by_path(const Json& schema) {
    std::map<std::string, Field> fields;
    for (Field& one : fields_of(schema)) {
        std::string path = one.path;
        EXPECT_TRUE(fields.emplace(std::move(path), std::move(one)).second) << "twice";
    }
    return fields;
}

std::vector<std::string> paths_of(const Json& schema) {
    std::vector<std::string> paths;
    for (const Field& one : fields_of(schema)) paths.push_back(one.path);
    return paths;
}

TEST(Fields, StandEachBeforeWhatLiesInIt) {
    const Json schema = Json::parse(R"({"type": "object", "properties": {
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {}, "quantity": {}}}},
        "buyer": {"type": "object", "properties": {"a/b~c": {"type": "string"}}}}})");
    EXPECT_EQ(
        paths_of(schema),
        (std::vector<std::string>{
            "/buyer", "/buyer/a~1b~0c", "/lines", "/lines/*", "/lines/*/quantity", "/lines/*/sku"})
    );
}

TEST(Fields, OfListsByPlaceAndOfOpenObjects) {
    const Json schema = Json::parse(R"({"properties": {
        "pair": {"items": [{"type": "string"}, {"type": "integer"}]},
        "prices": {"additionalProperties": {"type": "integer"}},
        "closed": {"additionalProperties": false},
        "tags": {"patternProperties": {"^t": {"type": "boolean"}}}}})");
    EXPECT_EQ(
        paths_of(schema),
        (std::vector<std::string>{
            "/closed", "/pair", "/pair/0", "/pair/1", "/prices", "/prices/*", "/tags", "/tags/*"})
    );
}

TEST(Fields, OfEveryBranchOnce) {
    const Json schema = Json::parse(R"({"oneOf": [
        {"required": ["card"], "properties": {"card": {"type": "string"}, "at": {"type": "string"}}},
        {"properties": {"bank": {"type": "string"}, "at": {"type": "integer"}}}],
        "allOf": [{"properties": {"id": {"type": "integer"}}}]})");
    const auto fields = by_path(schema);
    EXPECT_EQ(fields.size(), 4U);
    EXPECT_TRUE(fields.at("/card").always);
    EXPECT_EQ(fields.at("/at").type, "string") << "as the first that has it says";
}

TEST(Fields, SayTheirTypeInSigns) {
    const Json schema = Json::parse(R"({"properties": {
        "a": {"type": ["integer", "null"]},
        "b": {"type": "string", "format": "date-time"},
        "c": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "string"}]},
        "d": {}, "e": true}})");
    const auto fields = by_path(schema);
    EXPECT_EQ(fields.at("/a").type, "integer | null");
    EXPECT_EQ(fields.at("/b").type, "string (date-time)");
    EXPECT_EQ(fields.at("/c").type, "string | number");
    EXPECT_EQ(fields.at("/d").type, "any");
    EXPECT_EQ(fields.at("/e").type, "any");
}

TEST(Fields, SayTheirLimitsInSigns) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({})", ""},
        {R"({"minimum": 1, "maximum": 100})", "≥ 1, ≤ 100"},
        {R"({"exclusiveMinimum": 0, "exclusiveMaximum": 1.5})", "> 0, < 1.5"},
        {R"({"multipleOf": 10})", "n × 10"},
        {R"({"minLength": 1, "maxLength": 3})", "length ≥ 1, length ≤ 3"},
        {R"({"minItems": 1, "maxItems": 2, "uniqueItems": true})", "items ≥ 1, items ≤ 2, items ≠"},
        {R"({"pattern": "^[A-Z]{3}$"})", "/^[A-Z]{3}$/"},
        {R"({"enum": ["KRW", "EUR", 3, null]})", "KRW | EUR | 3 | null"},
        {R"({"const": "x"})", "\"x\""}};
    for (const auto& [schema, limits] : cases) {
        const Json whole{{"properties", {{"f", Json::parse(schema)}}}};
        EXPECT_EQ(fields_of(whole).front().limits, limits) << schema;
    }
}

TEST(Fields, HaveMarksUnitsAndExamples) {
    const Json schema = Json::parse(R"({"required": ["email"], "properties": {
        "email": {"type": "string", "x-sluice": {"personal": true}, "examples": ["a@b.c", "d@e.f"]},
        "total": {"type": "integer", "x-unit": "KRW", "deprecated": true, "examples": []}}})");
    const auto fields = by_path(schema);
    const Field& email = fields.at("/email");
    EXPECT_TRUE(email.always && email.personal && !email.deprecated);
    EXPECT_EQ(email.example, "\"a@b.c\"");
    const Field& total = fields.at("/total");
    EXPECT_TRUE(!total.always && !total.personal && total.deprecated);
    EXPECT_EQ(total.unit, "KRW");
    EXPECT_EQ(total.example, "");
}

TEST(Description, IsThatOfTheLanguageElseTheOneForAll) {
    const Json both =
        Json::parse(R"({"description": "An order", "x-description": {"ko": "주문"}})");
    EXPECT_EQ(description_of(both, "ko"), "주문");
    EXPECT_EQ(description_of(both, "en"), "An order");
    EXPECT_EQ(description_of(Json::parse(R"({"summary": "s", "title": "t"})"), "ko"), "s");
    EXPECT_EQ(description_of(Json::parse(R"({"title": "t"})"), "en"), "t");
    EXPECT_EQ(
        description_of(Json::parse(R"({"description": 7, "x-description": "no map"})"), "en"), ""
    );
    EXPECT_EQ(description_of(Json(true), "en"), "");
}

}  // namespace
}  // namespace sluice::guide
