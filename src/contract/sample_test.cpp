#include "contract/sample.hpp"

#include "base/test_seed.hpp"
#include "contract/schema_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

Texts samples_of(const std::string& schema, const Texts& texts = {}) {
    const auto loaded = test::load_schema(schema);
    EXPECT_NE(loaded.schema, nullptr) << schema;
    return make_samples(Json::parse(schema), *loaded.schema, texts);
}

bool any_sample(const Texts& samples, const auto& holds) {
    return std::any_of(samples.begin(), samples.end(), [&](const std::string& one) {
        return holds(Json::parse(one));
    });
}

TEST(Sample, AreTheSameEachTimeAndEachOnce) {
    const std::string schema =
        R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}}})";
    const Texts samples = samples_of(schema);
    EXPECT_EQ(samples, samples_of(schema));
    EXPECT_GT(samples.size(), 8U);
    EXPECT_LE(samples.size(), kSamplesMax);
    Texts sorted = samples;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
    EXPECT_EQ(samples.at(0), R"({"a":1,"b":"text"})") << "the first is whole and plain";
}

TEST(Sample, HaveAllMembersTheRequiredOnesAndSome) {
    const Texts samples = samples_of(
        R"({"type":"object","required":["a"],"properties":{"a":{},"b":{},"c":{"type":"null"}}})"
    );
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one.size() == 3; }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one.size() == 1; }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one.size() == 2; }));
    EXPECT_FALSE(any_sample(samples, [](const Json& one) { return !one.contains("a"); }));
}

TEST(Sample, NumbersComeToTheirLimits) {
    const Texts samples = samples_of(R"({"type":"integer","minimum":-3,"exclusiveMaximum":40})");
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one == -3; }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one == 39; }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one > 0 && one < 39; }));
    EXPECT_TRUE(any_sample(samples_of(R"({"type":"number"})"), [](const Json& one) {
        return one.is_number_float();
    }));
    for (const std::string& one : samples_of(R"({"type":"integer","minimum":5,"multipleOf":7})"))
        EXPECT_EQ(Json::parse(one).get<int>() % 7, 0);
}

TEST(Sample, ListsAreEmptyAndNot) {
    const Texts samples = samples_of(R"({"type":"array","items":{"type":"boolean"}})");
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one.empty(); }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one.size() > 1; }));
    EXPECT_EQ(samples_of(R"({"items":[{"const":1},{"const":"a"}]})"), Texts{R"([1,"a"])"});
    for (const std::string& one : samples_of(R"({"type":"array","minItems":2,"maxItems":3})"))
        EXPECT_GE(Json::parse(one).size(), 2U);
}

TEST(Sample, ChoicesAreAllChosen) {
    const Texts samples =
        samples_of(R"({"oneOf":[{"type":"integer"},{"type":"null"},{"enum":["x","y"]}]})");
    for (const Json& due : {Json(nullptr), Json("x"), Json("y")})
        EXPECT_TRUE(any_sample(samples, [&](const Json& one) { return one == due; })) << due;
    const Texts both = samples_of(
        R"({"allOf":[{"required":["a"],"properties":{"a":{"const":1}}},{"required":["b"]}]})"
    );
    EXPECT_EQ(both, Texts{R"({"a":1,"b":"text"})"});
}

TEST(Sample, WhatPatternsAskForComesFromExamples) {
    EXPECT_EQ(samples_of(R"({"type":"string","pattern":"^[0-9]{3}-[a-z]$"})"), Texts{});
    EXPECT_EQ(
        samples_of(R"({"type":"string","pattern":"^[0-9]{3}-[a-z]$","examples":["123-a"]})"),
        Texts{R"("123-a")"}
    );
    EXPECT_EQ(samples_of(R"({"type":"string","format":"date"})"), Texts{R"("2026-01-31")"});
    EXPECT_EQ(samples_of(R"({"not":{}})"), Texts{}) << "nothing is taken";
    EXPECT_EQ(samples_of("true"), Texts{R"("text")"});
}

TEST(Sample, TextsAreOfTheTables) {
    const Json tables = {{"code", {{"p-1", "standard"}}}, {"list", {"a", "b"}}};
    EXPECT_EQ(texts_in(tables), (Texts{"a", "b", "p-1"}));
    const Texts samples = samples_of(R"({"type":"string"})", {"p-1"});
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one == "p-1"; }));
    EXPECT_TRUE(any_sample(samples, [](const Json& one) { return one != "p-1"; }));
    Json large = Json::object();
    for (int i = 0; i < 5'000; ++i) large["t"]["k" + std::to_string(i)] = i;
    EXPECT_EQ(texts_in(large).size(), 1'000U);
}

TEST(Sample, LimitsThatAreBeyondReasonCostNothing) {
    EXPECT_TRUE(samples_of(R"({"type":"array","minItems":100000000})").empty());
    EXPECT_TRUE(samples_of(R"({"type":"string","minLength":100000000})").empty());
    EXPECT_FALSE(samples_of(R"({"type":"integer","minimum":-1e300})").empty());
    EXPECT_FALSE(samples_of(R"({"type":"number","maximum":-1e300})").empty());
}

/// Whatever a schema says, each sample is one that it takes, and the generator finds some for most.
TEST(SampleModel, EverySampleIsTaken) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    static const Texts kFields{
        R"({"type":"integer","minimum":2})",
        R"({"type":["string","null"],"maxLength":3})",
        R"({"enum":["a","b",3]})",
        R"({"type":"array","items":{"type":"number","exclusiveMinimum":0},"maxItems":2})",
        R"({"type":"object","required":["z"],"properties":{"z":{"type":"boolean"}}})",
        R"({"anyOf":[{"type":"integer"},{"type":"string","minLength":2}]})",
        R"({"type":"string","format":"date-time"})"};
    for (int round = 0; round < 60; ++round) {
        Json schema = {{"type", "object"}, {"additionalProperties", false}};
        for (std::uint64_t left = random() % 5; left > 0; --left) {
            const std::string name = "f" + std::to_string(left);
            schema["properties"][name] = Json::parse(kFields[random() % kFields.size()]);
            if (random() % 2 == 0) schema["required"].push_back(name);
        }
        const auto loaded = test::load_schema(schema.dump());
        ASSERT_NE(loaded.schema, nullptr) << schema;
        const Texts samples = make_samples(schema, *loaded.schema, {"abcd", "x"});
        ASSERT_FALSE(samples.empty()) << schema;
        for (const std::string& one : samples)
            ASSERT_EQ(test::verdict(*loaded.schema, one), "fine");
    }
}

}  // namespace
}  // namespace sluice::contract
