// Pairs of schemas with known answers: can the new one read the old data (backward), and the old
// one the new data (forward)? The names of a public registry's documentation are in the comments;
// where the answer is another, it is because here nobody sends what a schema does not name.
#include "contract/compatibility.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;

struct Pair {
    const char* name;
    const char* before;
    const char* after;
    bool backward;
    bool forward;
};

const std::vector<Pair> kPairs{
    // ---- fields
    {"same", R"({"type":"object"})", R"({"type":"object"})", true, true},
    {"optional field added",
     R"({"properties":{"a":{}}})",
     R"({"properties":{"a":{},"b":{"type":"string"}}})",
     true,
     true},  // open model: not backward there
    {"required field added",
     R"({"properties":{"a":{}}})",
     R"({"properties":{"a":{},"b":{"type":"string"}},"required":["b"]})",
     false,
     true},
    {"optional field removed, open",
     R"({"properties":{"a":{},"b":{}}})",
     R"({"properties":{"a":{}}})",
     true,
     true},
    {"optional field removed, closed",
     R"({"properties":{"a":{},"b":{}}})",
     R"({"properties":{"a":{}},"additionalProperties":false})",
     false,
     true},
    {"required field removed",
     R"({"properties":{"a":{},"b":{}},"required":["b"]})",
     R"({"properties":{"a":{}}})",
     true,
     false},
    {"field added to closed",
     R"({"properties":{"a":{}},"additionalProperties":false})",
     R"({"properties":{"a":{},"b":{}},"additionalProperties":false})",
     true,
     false},
    {"field becomes required",
     R"({"properties":{"a":{}}})",
     R"({"properties":{"a":{}},"required":["a"]})",
     false,
     true},
    {"field becomes optional",
     R"({"properties":{"a":{}},"required":["a"]})",
     R"({"properties":{"a":{}}})",
     true,
     false},
    {"field renamed",
     R"({"properties":{"a":{}},"required":["a"]})",
     R"({"properties":{"b":{}},"required":["b"]})",
     false,
     false},
    {"becomes closed",
     R"({"properties":{"a":{}}})",
     R"({"properties":{"a":{}},"additionalProperties":false})",
     true,
     true},
    {"others become typed",
     R"({"additionalProperties":{"type":"string"}})",
     R"({"additionalProperties":{"type":"integer"}})",
     false,
     false},
    {"others widened",
     R"({"additionalProperties":{"type":"integer"}})",
     R"({"additionalProperties":{"type":"number"}})",
     true,
     false},
    {"others typed, one becomes known",
     R"({"additionalProperties":{"type":"string"}})",
     R"({"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}})",
     false,
     false},
    {"nested field required",
     R"({"properties":{"c":{"properties":{"x":{}}}}})",
     R"({"properties":{"c":{"properties":{"x":{}},"required":["x"]}}})",
     false,
     true},
    // ---- types
    {"integer to number", R"({"type":"integer"})", R"({"type":"number"})", true, false},
    {"number to integer", R"({"type":"number"})", R"({"type":"integer"})", false, true},
    {"number to string", R"({"type":"number"})", R"({"type":"string"})", false, false},
    {"type widened by null", R"({"type":"string"})", R"({"type":["string","null"]})", true, false},
    {"type narrowed", R"({"type":["string","integer"]})", R"({"type":"string"})", false, true},
    {"type dropped", R"({"type":"string"})", R"({})", true, false},
    {"type added", R"({})", R"({"type":"string"})", false, true},
    {"anything to true", R"({"type":"object"})", "true", true, false},
    {"nothing is allowed", R"({"type":"object"})", "false", false, true},
    {"a field is split into a list",
     R"({"properties":{"a":{"type":"string"}}})",
     R"({"properties":{"a":{"type":"array","items":{"type":"string"}}}})",
     false,
     false},
    // ---- values
    {"enum widened", R"({"enum":["a"]})", R"({"enum":["a","b"]})", true, false},
    {"enum narrowed", R"({"enum":["a","b"]})", R"({"enum":["a"]})", false, true},
    {"enum renamed", R"({"enum":["NEW","PAID"]})", R"({"enum":["new","paid"]})", false, false},
    {"enum dropped", R"({"type":"string","enum":["a"]})", R"({"type":"string"})", true, false},
    {"enum added", R"({"type":"string"})", R"({"type":"string","enum":["a"]})", false, true},
    {"const changed", R"({"const":1})", R"({"const":2})", false, false},
    {"const to enum", R"({"const":1})", R"({"enum":[1,2]})", true, false},
    {"enum within limits",
     R"({"enum":[1,5]})",
     R"({"type":"integer","minimum":1,"maximum":5})",
     true,
     false},
    {"enum beyond limits", R"({"enum":[1,5]})", R"({"type":"integer","minimum":2})", false, false},
    {"enum of short texts",
     R"({"enum":["ab","c"]})",
     R"({"type":"string","maxLength":2})",
     true,
     false},
    {"enum and a type", R"({"enum":["a",1]})", R"({"type":"string"})", false, false},
    // ---- limits
    {"maximum raised",
     R"({"type":"integer","maximum":5})",
     R"({"type":"integer","maximum":9})",
     true,
     false},
    {"maximum lowered",
     R"({"type":"integer","maximum":9})",
     R"({"type":"integer","maximum":5})",
     false,
     true},
    {"minimum raised",
     R"({"type":"number","minimum":0})",
     R"({"type":"number","minimum":1})",
     false,
     true},
    {"minimum becomes exclusive",
     R"({"type":"number","minimum":0})",
     R"({"type":"number","exclusiveMinimum":0})",
     false,
     true},
    {"maximum beyond the exclusive",
     R"({"type":"number","maximum":5})",
     R"({"type":"number","exclusiveMaximum":6})",
     true,
     false},
    {"maxLength added", R"({"type":"string"})", R"({"type":"string","maxLength":9})", false, true},
    {"maxLength removed",
     R"({"type":"string","maxLength":9})",
     R"({"type":"string"})",
     true,
     false},
    {"minLength lowered",
     R"({"type":"string","minLength":3})",
     R"({"type":"string","minLength":1})",
     true,
     false},
    {"pattern changed",
     R"({"type":"string","pattern":"^a"})",
     R"({"type":"string","pattern":"^b"})",
     false,
     false},
    {"pattern added", R"({"type":"string"})", R"({"type":"string","pattern":"^a"})", false, true},
    {"format removed", R"({"type":"string","format":"date"})", R"({"type":"string"})", true, false},
    {"multipleOf divides",
     R"({"type":"integer","multipleOf":10})",
     R"({"type":"integer","multipleOf":5})",
     true,
     false},
    {"multipleOf does not divide",
     R"({"type":"integer","multipleOf":10})",
     R"({"type":"integer","multipleOf":3})",
     false,
     false},
    {"a limit of another type",
     R"({"type":"string"})",
     R"({"type":"string","maximum":5})",
     true,
     true},
    // ---- lists
    {"items widened",
     R"({"type":"array","items":{"type":"integer"}})",
     R"({"type":"array","items":{"type":"number"}})",
     true,
     false},
    {"items typed",
     R"({"type":"array"})",
     R"({"type":"array","items":{"type":"string"}})",
     false,
     true},
    {"minItems added", R"({"type":"array"})", R"({"type":"array","minItems":1})", false, true},
    {"maxItems raised",
     R"({"type":"array","maxItems":3})",
     R"({"type":"array","maxItems":4})",
     true,
     false},
    {"uniqueItems added",
     R"({"type":"array"})",
     R"({"type":"array","uniqueItems":true})",
     false,
     true},
    {"a place gets a type",
     R"({"type":"array","items":[{},{}]})",
     R"({"type":"array","items":[{},{"type":"string"}]})",
     false,
     true},
    {"field within items required",
     R"({"items":{"properties":{"sku":{}}}})",
     R"({"items":{"properties":{"sku":{}},"required":["sku"]}})",
     false,
     true},
    // ---- choices
    {"choice added",
     R"({"oneOf":[{"type":"string"}]})",
     R"({"oneOf":[{"type":"string"},{"type":"integer"}]})",
     true,
     false},
    {"becomes one of two that both take it",
     R"({"type":"integer"})",
     R"({"oneOf":[{"type":"integer"},{"type":"number"}]})",
     false,
     false},
    {"choice removed",
     R"({"anyOf":[{"type":"string"},{"type":"integer"}]})",
     R"({"anyOf":[{"type":"string"}]})",
     false,
     true},
    {"becomes a choice",
     R"({"type":"string"})",
     R"({"anyOf":[{"type":"string"},{"type":"null"}]})",
     true,
     false},
    {"allOf added",
     R"({"type":"object"})",
     R"({"allOf":[{"type":"object"},{"required":["a"]}]})",
     false,
     true},
    {"allOf taken together",
     R"({"allOf":[{"properties":{"a":{}}},{"required":["a"]}]})",
     R"({"properties":{"a":{}},"required":["a"]})",
     true,
     true},
    {"not added", R"({"type":"string"})", R"({"type":"string","not":{"const":"x"}})", false, true},
    {"dependency added",
     R"({"type":"object"})",
     R"({"type":"object","dependencies":{"a":["b"]}})",
     false,
     true},
    // ---- notes
    {"a note changed",
     R"({"type":"string","description":"a"})",
     R"({"type":"string","description":"b"})",
     true,
     true},
    {"a default added", R"({"type":"string"})", R"({"type":"string","default":"x"})", true, true},
};

class CompatibilityTable : public testing::TestWithParam<Pair> {};

TEST_P(CompatibilityTable, IsKnown) {
    const Pair& pair = GetParam();
    const Json before = Json::parse(pair.before);
    const Json after = Json::parse(pair.after);
    const auto told = [](const std::vector<Incompatibility>& all) {
        std::string text;
        for (const auto& one : all) text += fmt::format("{}: {}; ", one.path, one.what);
        return text;
    };
    const auto backward = incompatibilities(before, after);
    const auto forward = incompatibilities(after, before);
    EXPECT_EQ(backward.empty(), pair.backward) << "backward: " << told(backward);
    EXPECT_EQ(forward.empty(), pair.forward) << "forward: " << told(forward);
    EXPECT_TRUE(incompatibilities(before, before).empty()) << "with itself";
    EXPECT_TRUE(incompatibilities(after, after).empty()) << "with itself";
}

INSTANTIATE_TEST_SUITE_P(
    Pairs,
    CompatibilityTable,
    testing::ValuesIn(kPairs),
    [](const auto& pair) {
        std::string name = pair.param.name;
        for (char& letter : name) {
            if (letter == ' ' || letter == ',') letter = '_';
        }
        return name;
    }
);

}  // namespace
}  // namespace sluice::contract
