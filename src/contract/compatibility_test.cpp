#include "contract/compatibility.hpp"

#include "base/test_seed.hpp"
#include "contract/schema_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;
using Lines = std::vector<std::string>;

Lines told(const char* writer, const char* reader) {
    Lines lines;
    for (const auto& one : incompatibilities(Json::parse(writer), Json::parse(reader))) {
        lines.push_back(one.path + ": " + one.what);
    }
    return lines;
}

TEST(Compatibility, NamesThePlaceInTheDataAndWhatIsWrong) {
    EXPECT_EQ(
        told(
            R"({"properties":{"lines":{"type":"array","items":{"properties":{"n":{"type":"number"}}}}}})",
            R"({"properties":{"lines":{"type":"array","items":{"properties":{"n":{"type":"integer"}},
                "required":["a/b"]}}},"required":["id"]})"
        ),
        (Lines{
            "/id: may be absent, and is required",
            "/lines/*/a~1b: may be absent, and is required",
            "/lines/*/n: may be number, and integer is due"})
    );
    EXPECT_EQ(
        told(R"({"enum":["a","b"]})", R"({"enum":["b"]})"),
        Lines{": may be \"a\", which is not taken"}
    );
    EXPECT_EQ(
        told(R"({"type":"string"})", R"({"type":"string","maxLength":3})"),
        Lines{": maxLength is 3, and was not there"}
    );
}

TEST(Compatibility, EveryFindingSaysHowToFixIt) {
    const auto found = incompatibilities(
        Json::parse(R"({"properties":{"a":{"type":"string"}}})"),
        Json::parse(R"({"properties":{"a":{"type":"integer"}},"required":["b"],"minProperties":1})")
    );
    EXPECT_EQ(found.size(), 3U);
    for (const auto& one : found) EXPECT_FALSE(one.fix.empty()) << one.what;
}

TEST(Compatibility, EachChoiceOfTheWriterMustBeTaken) {
    EXPECT_EQ(
        told(
            R"({"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"boolean"}]}}})",
            R"({"properties":{"a":{"type":["string","null"]}}})"
        ),
        Lines{"/a: may be boolean, and null, string is due"}
    );
    EXPECT_EQ(
        told(R"({"type":"boolean"})", R"({"anyOf":[{"type":"string"},{"type":"null"}]})"),
        Lines{": fits none of the choices of `anyOf`"}
    );
    EXPECT_EQ(
        told(R"({"type":"integer"})", R"({"oneOf":[{"type":"integer"},{"type":"number"}]})"),
        Lines{": fits none of the choices of `oneOf`"}
    ) << "two of them take it, and exactly one may";
}

TEST(Compatibility, PartsOfAllOfAreTakenTogether) {
    const char* parts =
        R"({"allOf":[{"properties":{"a":{"type":"integer"}}},{"required":["a"]},{"required":["b"]}]})";
    EXPECT_EQ(
        told(parts, R"({"properties":{"a":{"type":"integer"}},"required":["a","b"]})"), Lines{}
    );
    EXPECT_EQ(
        told(parts, R"({"properties":{"a":{"type":"string"}},"required":["a","b"]})"),
        Lines{"/a: may be integer, and string is due"}
    );
    EXPECT_EQ(told(parts, R"({"required":["c"]})"), Lines{"/c: may be absent, and is required"});
}

/// A small random schema, and data that may be of it.
Json random_pair_schema(std::mt19937_64& random, int depth) {
    switch (random() % (depth == 0 ? 4 : 7)) {
        case 0: return Json{{"type", "integer"}, {"minimum", random() % 4}};
        case 1: return Json{{"type", "string"}, {"maxLength", random() % 4}};
        case 2: return Json{{"enum", Json::array({random() % 3, "ab", random() % 5})}};
        case 3: return Json{{"type", random() % 2 == 0 ? "number" : "integer"}};
        case 4: return Json{{"type", "array"}, {"items", random_pair_schema(random, depth - 1)}};
        case 5:
            return Json{
                {"anyOf",
                 Json::array(
                     {random_pair_schema(random, depth - 1), random_pair_schema(random, depth - 1)}
                 )}};
        default: {
            Json schema{{"type", "object"}, {"additionalProperties", false}};
            for (const char* name : {"a", "b"}) {
                if (random() % 3 == 0) continue;
                schema["properties"][name] = random_pair_schema(random, depth - 1);
                if (random() % 2 == 0) schema["required"].push_back(name);
            }
            return schema;
        }
    }
}

Json random_data(std::mt19937_64& random, int depth) {
    switch (random() % (depth == 0 ? 4 : 6)) {
        case 0: return random() % 6;
        case 1: return std::string(random() % 5, 'a');
        case 2: return "ab";
        case 3: return 1.5;
        case 4: {
            Json list = Json::array();
            for (std::size_t left = random() % 3; left > 0; --left)
                list.push_back(random_data(random, depth - 1));
            return list;
        }
        default: {
            Json object = Json::object();
            for (const char* name : {"a", "b"}) {
                if (random() % 3 > 0) object[name] = random_data(random, depth - 1);
            }
            return object;
        }
    }
}

// Where nothing stands in the way, whatever the writer's schema takes the reader's takes too.
TEST(CompatibilityModel, NeverPromisesWhatDataDisproves) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::size_t compatible = 0;
    std::size_t judged = 0;
    for (int round = 0; round < 2'000; ++round) {
        const Json writer = random_pair_schema(random, 2);
        const Json reader =
            random() % 2 == 0
                ? random_pair_schema(random, 2)
                : Json{{"anyOf", Json::array({writer, random_pair_schema(random, 1)})}};
        if (!incompatibilities(writer, reader).empty()) continue;
        ++compatible;
        const auto writes = test::load_schema(writer.dump());
        const auto reads = test::load_schema(reader.dump());
        ASSERT_NE(writes.schema, nullptr) << writer.dump();
        ASSERT_NE(reads.schema, nullptr) << reader.dump();
        for (int i = 0; i < 20; ++i) {
            const std::string data = random_data(random, 2).dump();
            if (!writes.schema->validate(data)) continue;
            ++judged;
            ASSERT_TRUE(reads.schema->validate(data))
                << data << " of " << writer.dump() << " under " << reader.dump();
        }
    }
    EXPECT_GT(compatible, 200U);
    EXPECT_GT(judged, 200U);
}

}  // namespace
}  // namespace sluice::contract
