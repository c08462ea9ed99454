#include "infer/sketch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::infer {
namespace {

using Json = nlohmann::json;

std::string schema_of(const std::vector<std::string_view>& values) {
    Sketch sketch;
    for (const std::string_view one : values) sketch.add(Json::parse(one));
    EXPECT_EQ(sketch.count(), values.size());
    return sketch.schema().dump();
}

TEST(Sketch, NamesWhatKindsThereWere) {
    EXPECT_EQ(schema_of({}), "{}");
    EXPECT_EQ(schema_of({"1", "2"}), R"({"type":"integer"})");
    EXPECT_EQ(schema_of({"1", "2.5"}), R"({"type":"number"})");
    EXPECT_EQ(schema_of({"1", "null"}), R"({"type":["integer","null"]})");
    EXPECT_EQ(schema_of({"true", "\"x\""}), R"({"type":["boolean","string"]})");
    EXPECT_EQ(schema_of({"[]"}), R"({"type":"array"})");
    EXPECT_EQ(
        schema_of({"[1, \"x\"]", "[]"}), R"({"items":{"type":["integer","string"]},"type":"array"})"
    );
}

TEST(Sketch, RequiresWhatEachObjectHad) {
    EXPECT_EQ(
        schema_of({R"({"a": 1, "b": 2})", R"({"a": 3})"}),
        R"({"properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a"],"type":"object"})"
    );
    EXPECT_EQ(
        schema_of({R"({"a": 1})", "{}", "null"}),
        R"({"properties":{"a":{"type":"integer"}},"type":["null","object"]})"
    );
}

TEST(Sketch, SeesTimesOnlyWhereAllTextsAreTimes) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"("2026-01-31")", "date"},
        {R"("2026-01-31T09:30:00Z")", "date-time"},
        {R"("2026-01-31T09:30:00.125+09:00")", "date-time"},
        {R"("2026-01-31T09:30:00")", ""},
        {R"("2026-01-31T09:30:00.Z")", ""},
        {R"("2026-01-31 09:30:00Z")", ""},
        {R"("26-01-31")", ""},
        {R"("")", ""}};
    for (const auto& [text, format] : cases) {
        Sketch sketch;
        sketch.add(Json::parse(text));
        EXPECT_EQ(sketch.schema().value("format", ""), format) << text;
    }
    EXPECT_EQ(schema_of({R"("2026-01-31")", R"("soon")"}), R"({"type":"string"})");
    EXPECT_EQ(
        schema_of({R"("2026-01-31")", "null"}), R"({"format":"date","type":["null","string"]})"
    );
}

TEST(Sketch, OfAnObjectOfManyKeysNamesNone) {
    Sketch sketch;
    Json prices;
    for (std::size_t i = 0; i <= Sketch::kNamesMax; ++i)
        prices[fmt::format("sku-{}", i)] = {{"price", i}};
    sketch.add(prices);
    const Json schema = sketch.schema();
    EXPECT_FALSE(schema.contains("properties"));
    EXPECT_EQ(schema["additionalProperties"]["properties"]["price"]["type"], "integer");
    EXPECT_EQ(schema["additionalProperties"]["required"], Json::array({"price"}))
        << "those before the many and those after";
}

TEST(Sketch, EndsAtItsLastLevel) {
    Json deep = 1;
    for (int i = 0; i < Sketch::kLevelsMax + 10; ++i) deep = Json::array({deep});
    Sketch sketch;
    sketch.add(deep);
    Json schema = sketch.schema();
    int levels = 0;
    for (; schema.contains("items"); ++levels) schema = Json(schema["items"]);
    EXPECT_EQ(levels, Sketch::kLevelsMax);
    EXPECT_EQ(schema, (Json{{"type", "array"}})) << "what lies deeper may be anything";
}

TEST(Sketch, HoldsNoValue) {
    const std::string schema = schema_of({R"({"name": "Kim", "tags": ["secret"], "n": 4711})"});
    for (const std::string_view value : {"Kim", "secret", "4711"}) {
        EXPECT_EQ(schema.find(value), std::string::npos) << schema;
    }
}

}  // namespace
}  // namespace sluice::infer
