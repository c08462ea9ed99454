#include "project/field_filter.hpp"

#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <vector>

namespace sluice::project {
namespace {

using test::order_event;
using test::verdict;

/// The verdict of one filter on fields, over the order or other data.
std::string fields(std::string_view conditions) {
    return verdict(fmt::format("[{{urn:sluice:data: {{{}}}}}]", conditions));
}

std::string over(std::string data, std::string_view conditions) {
    Event event = order_event();
    event.data = std::move(data);
    return verdict(fmt::format("[{{urn:sluice:data: {{{}}}}}]", conditions), event);
}

TEST(FieldFilter, ComparesScalars) {
    EXPECT_EQ(fields("/status: PAID"), "passes");
    EXPECT_EQ(fields("/status: paid"), "filtered");
    EXPECT_EQ(fields("/paid: true"), "passes");
    EXPECT_EQ(fields("/paid: 'true'"), "filtered");
    EXPECT_EQ(fields("/coupon: null"), "passes");
    EXPECT_EQ(fields("/status: null"), "filtered");
    EXPECT_EQ(fields("/nothing: null"), "filtered");
    EXPECT_EQ(fields("/total: 110.520"), "passes");
    EXPECT_EQ(fields("/total: '110.52'"), "filtered");
    EXPECT_EQ(fields("/customer/tier: gold"), "passes");
    EXPECT_EQ(fields("/customer/tier: {in: [silver, gold]}"), "passes");
    EXPECT_EQ(fields("/customer/tier: {in: [silver, 1]}"), "filtered");
    EXPECT_EQ(fields("/status: PAID, /paid: false"), "filtered");
}

TEST(FieldFilter, ComparesBounds) {
    EXPECT_EQ(fields("/total: {more: 100, less: 200}"), "passes");
    EXPECT_EQ(fields("/total: {more: 110.52}"), "filtered");
    EXPECT_EQ(fields("/total: {at_least: 110.52, at_most: 110.52}"), "passes");
    EXPECT_EQ(fields("/status: {more: 1}"), "filtered");
    EXPECT_EQ(fields("/nothing: {less: 1}"), "filtered");
}

TEST(FieldFilter, ComparesPartsOfTexts) {
    EXPECT_EQ(fields("/status: {prefix: PA, suffix: ID}"), "passes");
    EXPECT_EQ(fields("/status: {prefix: AI}"), "filtered");
    EXPECT_EQ(fields("/total: {prefix: '1'}"), "filtered");
}

TEST(FieldFilter, AStarIsAnyElementOrMember) {
    EXPECT_EQ(fields("/lines/*/sku: KR-1"), "passes") << "decoded";
    EXPECT_EQ(fields("/lines/*/sku: {prefix: KR-}"), "passes");
    EXPECT_EQ(fields("/lines/*/sku: B"), "filtered");
    EXPECT_EQ(fields("/lines/0/sku: A"), "passes");
    EXPECT_EQ(fields("/lines/1/sku: A"), "filtered");
    EXPECT_EQ(fields("/*/tier: gold"), "passes");
    EXPECT_EQ(over("[1, 5, 9]", "/*: {more: 4, less: 6}"), "passes");
    EXPECT_EQ(over("[1, 9]", "/*: {more: 4, less: 6}"), "filtered") << "one value is all of it";
    EXPECT_EQ(over(R"({"a":{"x":1},"b":{"x":2}})", "/*/x: 2, /a/x: 1"), "passes");
}

TEST(FieldFilter, ExistsAsksForTheFieldAlone) {
    EXPECT_EQ(fields("/coupon: {exists: true}"), "passes");
    EXPECT_EQ(fields("/customer: {exists: true}"), "passes");
    EXPECT_EQ(fields("/customer/name: {exists: false}"), "passes");
    EXPECT_EQ(fields("/customer: {exists: false}"), "filtered");
    EXPECT_EQ(fields("/lines/*/sku: {exists: false}"), "filtered");
    EXPECT_EQ(over("5", "/a: {exists: false}"), "passes");
}

TEST(FieldFilter, NumbersAreExactWhileTheyAreWhole) {
    EXPECT_EQ(over("[9007199254740993]", "/0: 9007199254740993"), "passes");
    EXPECT_EQ(over("[9007199254740992]", "/0: 9007199254740993"), "filtered");
    EXPECT_EQ(over("[1.0]", "/0: 1"), "passes");
    EXPECT_EQ(over("[1e2]", "/0: {at_least: 100}"), "passes");
    EXPECT_EQ(over("[1e999]", "/0: {more: 9223372036854775807}"), "passes");
    EXPECT_EQ(over("[-1e999]", "/0: {less: -9223372036854775807}"), "passes");
    EXPECT_EQ(over("[1e-999]", "/0: 0"), "passes");
}

TEST(FieldFilter, WhatCouldBeReadInTwoWaysIsNotJudged) {
    EXPECT_EQ(over(R"({"a":1,"a":2})", "/a: 2"), "unjudged");
    EXPECT_EQ(over(R"({"a":1,"\u0061":2})", "/a: 2"), "unjudged");
    EXPECT_EQ(over(R"({"b":1,"b":2,"a":2})", "/a: 2"), "passes") << "nobody asks for b";
    EXPECT_EQ(over(R"([{"x":1},{"x":2}])", "/*/x: 1"), "passes") << "two objects";
    EXPECT_EQ(over(R"({"a":1} )", "/a: 1"), "passes");
    EXPECT_EQ(over(R"({"a":1}x)", "/a: 1"), "unjudged");
}

TEST(FieldFilter, WrongConditionsAreRefused) {
    const auto told = [](std::string_view conditions) { return fields(conditions); };
    EXPECT_EQ(
        told("status: x"),
        "f:1:29: /0/urn:sluice:data/status: 'status' is not a JSON pointer such as /orderId or "
        "/lines/*/sku"
    );
    EXPECT_NE(told("/a: {}").find("says nothing"), std::string::npos);
    EXPECT_NE(told("/a: []").find("a text, a number, true, false or null"), std::string::npos);
    EXPECT_NE(told("/a: {exact: {x: 1}}").find("a text, a number"), std::string::npos);
    EXPECT_NE(told("/a: {mroe: 1}").find("did you mean 'more'"), std::string::npos);
    EXPECT_NE(told("/a: {more: '1'}").find("a number is due"), std::string::npos);
    EXPECT_NE(told("/a: {prefix: ''}").find("at least one character"), std::string::npos);
    EXPECT_NE(told("/a: {in: []}").find("the list is empty"), std::string::npos);
    EXPECT_NE(told("/a: {in: [1], exact: 1}").find("say the same"), std::string::npos);
    EXPECT_NE(told("/a: {exists: false, more: 1}").find("leave the others out"), std::string::npos);
    EXPECT_NE(told("/a: {exists: maybe}").find("a/exists: 'maybe'"), std::string::npos);
}

TEST(FieldFilter, HasAtMost64Fields) {
    std::string conditions;
    for (int i = 0; i < 64; ++i) conditions += fmt::format("/f{}: {{exists: false}}, ", i);
    EXPECT_EQ(fields(conditions), "passes");
    EXPECT_NE(fields(conditions + "/g: 1").find("65 fields; at most 64"), std::string::npos);
}

// Against a tree: one field, random data; a broken text is never a pass.
TEST(FieldFilterModel, AgreesWithATree) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    using Json = nlohmann::json;
    const auto pick = [&](std::uint64_t below) { return random() % below; };
    const auto scalar = [&]() -> Json {
        const std::vector<Json> all{0, 1, -1.5, "", "x", "한\"글", true, nullptr};
        return all[pick(all.size())];
    };
    for (int round = 0; round < 2'000; ++round) {
        Json data;
        if (pick(3) > 0) data["a"] = scalar();
        if (pick(3) > 0) data["b"] = {{"c", scalar()}, {"d", Json::array({scalar(), scalar()})}};
        const std::vector<const char*> pointers{"/a", "/b/c", "/b/d/1", "/b/d", "/z"};
        const std::string pointer = pointers[pick(pointers.size())];
        const Json wanted = scalar();
        const bool equal = data.contains(Json::json_pointer{pointer}) &&
                           data.at(Json::json_pointer{pointer}) == wanted;
        Event event = order_event();
        event.data = data.dump();
        const std::string filter =
            Json::array({{{std::string{FieldFilter::kDialect}, {{pointer, {{"exact", wanted}}}}}}}
            ).dump();
        SCOPED_TRACE(filter + " over " + *event.data);
        ASSERT_EQ(verdict(filter, event), equal ? "passes" : "filtered");
        event.data = sluice::test::mutated(random, *event.data, "{}[]\",:\\ax1");
        const bool sound = Json::accept(*event.data);
        if (!sound) {
            ASSERT_EQ(verdict(filter, event), "unjudged") << *event.data;
        }
    }
}

}  // namespace
}  // namespace sluice::project
