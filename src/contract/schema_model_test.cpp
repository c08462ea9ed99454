#include "base/test_seed.hpp"
#include "contract/schema_fixture.hpp"
#include "event/random_event.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;

/// What JSON Schema says of a value, in the keywords that `random_schema` uses.
bool fits(const Json& schema, const Json& value) {
    if (schema.is_boolean()) return schema.get<bool>();
    const auto all = [&](const char* keyword, const auto& holds) {
        return !schema.contains(keyword) || holds(schema.at(keyword));
    };
    const auto count = [&](const Json& list) {
        return std::count_if(list.begin(), list.end(), [&](const Json& s) {
            return fits(s, value);
        });
    };
    static const std::map<std::string, bool (*)(const Json&)> kTypes{
        {"null", [](const Json& v) { return v.is_null(); }},
        {"boolean", [](const Json& v) { return v.is_boolean(); }},
        {"integer", [](const Json& v) { return v.is_number_integer(); }},
        {"number", [](const Json& v) { return v.is_number(); }},
        {"string", [](const Json& v) { return v.is_string(); }},
        {"array", [](const Json& v) { return v.is_array(); }},
        {"object", [](const Json& v) { return v.is_object(); }}};
    return all("type", [&](const Json& s) { return kTypes.at(s)(value); }) &&
           all("minimum", [&](const Json& s) { return !value.is_number() || value >= s; }) &&
           all("maxItems", [&](const Json& s) { return !value.is_array() || value.size() <= s; }) &&
           all("required",
               [&](const Json& s) { return !value.is_object() || value.contains(s.at(0)); }) &&
           all("properties",
               [&](const Json& s) {
                   return !value.is_object() || !value.contains("k0") ||
                          fits(s.at("k0"), value.at("k0"));
               }) &&
           all("items",
               [&](const Json& s) {
                   return !value.is_array() ||
                          std::all_of(value.begin(), value.end(), [&](const Json& v) {
                              return fits(s, v);
                          });
               }) &&
           all("enum",
               [&](const Json& s) { return std::find(s.begin(), s.end(), value) != s.end(); }) &&
           all("allOf", [&](const Json& s) { return count(s) == std::ssize(s); }) &&
           all("anyOf", [&](const Json& s) { return count(s) > 0; }) &&
           all("oneOf", [&](const Json& s) { return count(s) == 1; }) &&
           all("not", [&](const Json& s) { return !fits(s, value); });
}

Json random_schema(std::mt19937_64& random, int depth = 0) {
    constexpr std::array<const char*, 7> types{
        "null", "boolean", "integer", "number", "string", "array", "object"};
    const auto inner = [&] { return random_schema(random, depth + 1); };
    Json schema = Json::object();
    for (std::uint64_t left = random() % 3; left > 0; --left) {
        switch (random() % (depth < 3 ? 11 : 5)) {
            case 0: schema["type"] = types[random() % types.size()]; break;
            case 1: schema["minimum"] = static_cast<int>(random() % 3) - 1; break;
            case 2: schema["maxItems"] = random() % 3; break;
            case 3: schema["required"] = Json::array({"k" + std::to_string(random() % 2)}); break;
            case 4: schema["enum"] = Json::array({0, true, nullptr, ""}); break;
            case 5: schema["properties"] = Json{{"k0", inner()}}; break;
            case 6: schema["items"] = inner(); break;
            case 7: schema["allOf"] = Json::array({inner(), inner()}); break;
            case 8: schema["anyOf"] = Json::array({inner(), inner()}); break;
            case 9: schema["oneOf"] = Json::array({inner(), inner()}); break;
            case 10: schema["not"] = inner(); break;
        }
    }
    return schema;
}

TEST(SchemaModel, AgreesWithAReferenceOfAFewLines) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int fine = 0;
    for (int round = 0; round < 1'500; ++round) {
        const Json schema = random_schema(random);
        const auto loaded = test::load_schema(schema.dump());
        ASSERT_NE(loaded.schema, nullptr) << schema;
        for (int payload = 0; payload < 4; ++payload) {
            const std::string data = sluice::test::random_json(random);
            const bool expected = fits(schema, Json::parse(data));
            ASSERT_EQ(loaded.schema->validate(data).has_value(), expected) << schema << "\n"
                                                                           << data;
            fine += expected ? 1 : 0;
        }
    }
    EXPECT_GT(fine, 300) << "the generator makes both kinds";
    EXPECT_LT(fine, 5'700);
}

/// The pieces of a text between its bars.
std::vector<std::string> pieces(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in{text};
    for (std::string piece; std::getline(in, piece, '|');) all.push_back(piece);
    return all;
}

/// A schema whose keywords hold anything, right or wrong.
std::string random_nonsense(std::mt19937_64& random, int depth = 0) {
    static const auto kKeywords = pieces(
        "type|enum|const|multipleOf|minimum|maximum|exclusiveMinimum|exclusiveMaximum|minLength|"
        "maxLength|pattern|required|properties|patternProperties|additionalProperties|"
        "propertyNames|minProperties|maxProperties|dependencies|items|additionalItems|contains|"
        "minItems|maxItems|uniqueItems|allOf|anyOf|oneOf|not|if|then|else|format|definitions|$id|"
        "$ref"
    );
    static const auto kValues = pieces(
        "0|1|-1|1.5|true|false|null|'a'|object|date|'^a'|'('|[]|{}|[1]|[a]|[{}]|{a: {}}|{a: [b]}|"
        "18446744073709551615|-9223372036854775808|1e300"
    );
    std::map<std::string, std::string> members;
    for (std::uint64_t left = random() % 4 + 1; left > 0; --left) {
        const bool deeper = depth < 3 && random() % 2 == 0;
        std::string value =
            deeper ? random_nonsense(random, depth + 1) : kValues[random() % kValues.size()];
        if (deeper && random() % 3 == 0) {
            value = fmt::format(fmt::runtime(random() % 2 == 0 ? "[{}]" : "{{a: {}}}"), value);
        }
        members[kKeywords[random() % kKeywords.size()]] = std::move(value);
    }
    std::string text{"{"};
    for (const auto& [keyword, value] : members) text += fmt::format("{}: {}, ", keyword, value);
    return text + "}";
}

// Whatever stands in a schema and in the data: it is refused with a place, or it checks, and no
// exception and no signal of the library below comes through.
TEST(SchemaModel, NonsenseIsRefusedWithItsPlaceOrChecks) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int loaded_count = 0;
    for (int round = 0; round < 5'000; ++round) {
        const std::string text = random_nonsense(random);
        const auto loaded = test::load_schema(text);
        if (loaded.schema == nullptr) {
            for (const std::string& problem : loaded.problems) {
                ASSERT_TRUE(problem.starts_with("f:1:")) << problem << "\n" << text;
            }
            continue;
        }
        ++loaded_count;
        for (int payload = 0; payload < 3; ++payload) {
            const std::string said =
                test::verdict(*loaded.schema, sluice::test::random_json(random));
            ASSERT_TRUE(said == "fine" || said.starts_with("data: ")) << said << "\n" << text;
        }
    }
    EXPECT_GT(loaded_count, 100);
}

}  // namespace
}  // namespace sluice::contract
