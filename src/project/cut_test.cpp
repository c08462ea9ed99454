#include "project/cut.hpp"

#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "event/random_event.hpp"
#include "project/cut_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <vector>

namespace sluice::project {
namespace {

using Json = nlohmann::json;
using test::drop;
using test::keep;
using test::Texts;
using test::tree;

constexpr std::string_view kOrderPayload =
    R"({ "id": "A-1", "total" : 110.520, "customer": {"name":"김\u0041", "tier":"gold"},)"
    R"( "lines": [ {"sku":"x", "n": 1e2}, {"n":2, "sku":"y"} ], "note": null })";

TEST(KeepFields, KeepsTheBytesOfWhatItKeepsInTheOrderOfTheData) {
    EXPECT_EQ(keep(kOrderPayload, {"/total", "/id"}), R"({"id":"A-1","total":110.520})");
    EXPECT_EQ(keep(kOrderPayload, {"/customer/name"}), R"({"customer":{"name":"김\u0041"}})");
    EXPECT_EQ(
        keep(kOrderPayload, {"/customer"}), R"({"customer":{"name":"김\u0041", "tier":"gold"}})"
    );
    EXPECT_EQ(
        keep(kOrderPayload, {"/customer", "/customer/name"}), keep(kOrderPayload, {"/customer"})
    );
    EXPECT_EQ(keep(kOrderPayload, {"/lines/*/sku"}), R"({"lines":[{"sku":"x"},{"sku":"y"}]})");
    EXPECT_EQ(keep(kOrderPayload, {"/lines/1/n"}), R"({"lines":[{"n":2}]})");
    EXPECT_EQ(
        keep(kOrderPayload, {"/lines/0", "/lines/*/n"}),
        R"({"lines":[{"sku":"x", "n": 1e2},{"n":2}]})"
    );
    EXPECT_EQ(keep(kOrderPayload, {"/note"}), R"({"note":null})");
}

TEST(KeepFields, WhatIsNotThereIsNotMissed) {
    EXPECT_EQ(keep(kOrderPayload, {"/nothing"}), "{}");
    EXPECT_EQ(keep(kOrderPayload, {"/customer/nothing"}), R"({"customer":{}})");
    EXPECT_EQ(keep(kOrderPayload, {"/total/x"}), "{}");
    EXPECT_EQ(keep(kOrderPayload, {"/note/x"}), "{}");
    EXPECT_EQ(keep(kOrderPayload, {"/lines/*/nothing"}), R"({"lines":[{},{}]})")
        << "as long as it was";
    EXPECT_EQ(keep(R"([1,{"a":2},[3]])", {"/*/a"}), R"([{"a":2},[]])");
    EXPECT_EQ(keep("[]", {"/0"}), "[]");
}

TEST(KeepFields, ReadsEscapedNamesAndKeepsThemAsTheyAre) {
    EXPECT_EQ(
        keep(R"({"a\/b":1,"\u0061":2,"~":3})", {"/a~1b", "/a", "/~0"}),
        R"({"a\/b":1,"\u0061":2,"~":3})"
    );
    EXPECT_EQ(keep(R"({"":{"":1}})", {"//"}), R"({"":{"":1}})");
    EXPECT_EQ(keep(R"({"a":{"x":1,"y":2},"b":{"x":3}})", {"/*/x"}), R"({"a":{"x":1},"b":{"x":3}})");
    EXPECT_EQ(keep(R"({"a":1,"b":0,"a":2})", {"/a"}), R"({"a":1,"a":2})") << "twice stays twice";
}

TEST(KeepFields, SaysWhatIsNoJsonAndWhatHasNoFields) {
    EXPECT_EQ(keep("", {"/a"}), "data: byte 0: expected a JSON value, found the end");
    EXPECT_EQ(keep(R"({"a":1)", {"/a"}), "data: byte 6: expected ',' or '}', found the end");
    EXPECT_EQ(keep(R"({"a":1}})", {"/a"}), "data: byte 7: expected the end, found '}'");
    EXPECT_EQ(
        keep(R"({"b":tru,"a":1})", {"/a"}),
        "data: byte 5: expected a JSON value, found 'tru,\"a\":1}'"
    );
    EXPECT_EQ(
        keep("5", {"/a"}),
        "data: byte 1: neither an object nor a list, so there are no fields to keep"
    );
}

TEST(DropFields, KeepsTheBytesOfAllElse) {
    EXPECT_EQ(drop(R"({"a": 1.0 ,"b":2})", {"/b"}), R"({"a":1.0})");
    EXPECT_EQ(drop(R"({"a":{"b":1,"c":[1, 2]}})", {"/a/b"}), R"({"a":{"c":[1, 2]}})");
    EXPECT_EQ(drop(R"([{"a":1,"b":2},{"a":3}, 4])", {"/*/a"}), R"([{"b":2},{},4])");
    EXPECT_EQ(drop(R"({"a":[1,2,3]})", {"/a/1"}), R"({"a":[1,3]})");
    EXPECT_EQ(drop(R"({"a":[1,2]})", {"/a/*"}), R"({"a":[]})");
    EXPECT_EQ(drop(R"({"a":1})", {"/a/b"}), R"({"a":1})");
    EXPECT_EQ(drop("5", {"/a"}), "5");
    EXPECT_EQ(drop(R"({"a":1,"b":0,"\u0061":2})", {"/a"}), R"({"b":0})") << "each of them";
    EXPECT_EQ(drop(R"({"a")", {"/a"}), "data: byte 4: expected ':' behind 'a', found the end");
}

/// What is left of a tree: the reference, in its own words.
Json reference_keep(const Json& value, const Texts& tokens, std::size_t at) {
    if (at == tokens.size()) return value;
    Json out = value.is_array() ? Json::array() : Json::object();
    const auto inner = [&](const Json& child) {
        return at + 1 == tokens.size() || child.is_object() || child.is_array();
    };
    if (value.is_object()) {
        for (const auto& [name, child] : value.items()) {
            const bool wanted = tokens[at] == "*" || tokens[at] == name;
            if (wanted && inner(child)) out[name] = reference_keep(child, tokens, at + 1);
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const bool wanted = tokens[at] == "*" || tokens[at] == std::to_string(i);
            if (wanted && inner(value[i])) out.push_back(reference_keep(value[i], tokens, at + 1));
        }
    }
    return out;
}

Json reference_drop(const Json& value, const Texts& tokens, std::size_t at) {
    Json out = value.is_array() ? Json::array() : Json::object();
    if (!value.is_object() && !value.is_array()) return value;
    std::size_t place = 0;
    for (const auto& [name, child] : value.items()) {
        const bool named = tokens[at] == "*" || tokens[at] == name;
        const bool gone = named && at + 1 == tokens.size();
        const Json left = named && !gone ? reference_drop(child, tokens, at + 1) : child;
        if (!gone && value.is_object()) out[name] = left;
        if (!gone && value.is_array()) out[place++] = left;
    }
    return out;
}

/// Whether it is JSON, as far as the tree's parser tells: where a number is beyond what it can
/// hold, it stops, and that is no question of form.
bool may_be_json(const std::string& text) {
    try {
        return !Json::parse(text).is_discarded();
    } catch (const Json::out_of_range&) {
        return true;
    } catch (const Json::parse_error&) {
        return false;
    }
}

// Any data, any one path: both are what a tree would give, and a broken text is refused by both.
TEST(CutModel, AgreesWithATree) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 3'000; ++round) {
        const std::string data = R"({"a":)" + sluice::test::random_json(random) + R"(,"b":[)" +
                                 sluice::test::random_json(random) + R"(,{"a":{"b":1},"c":2}]})";
        const Texts names{"a", "b", "c", "0", "1", "*"};
        Texts tokens;
        std::string path;
        for (std::size_t left = random() % 3 + 1; left > 0; --left) {
            tokens.push_back(names[random() % names.size()]);
            path += "/" + tokens.back();
        }
        SCOPED_TRACE(path + " of " + data);
        const Json value = Json::parse(data);
        ASSERT_EQ(Json::parse(keep(data, {path})), reference_keep(value, tokens, 0));
        const std::string left = drop(data, {path});
        ASSERT_TRUE(Json::accept(left)) << left;
        ASSERT_EQ(Json::parse(left), reference_drop(value, tokens, 0));
        const std::string broken = sluice::test::mutated(random, data, "{}[]\",:\\");
        const auto kept = keep_fields(broken, tree({path}));
        const auto dropped = drop_fields(broken, tree({path}));
        if (!may_be_json(broken)) {
            ASSERT_FALSE(kept.has_value()) << broken;
            ASSERT_FALSE(dropped.has_value()) << broken;
        }
    }
}

}  // namespace
}  // namespace sluice::project
