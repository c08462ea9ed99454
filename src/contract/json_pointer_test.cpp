#include "contract/json_pointer.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace sluice::contract {
namespace {

using Found = std::optional<std::string>;

Found at(std::string_view pointer, std::string_view payload) {
    return JsonPointer::parse(pointer).value().scalar_in(payload).value();
}

std::string error_at(std::string_view pointer, std::string_view payload) {
    return JsonPointer::parse(pointer).value().scalar_in(payload).error().message;
}

TEST(JsonPointer, FindsScalars) {
    const std::string_view payload =
        R"({"a":{"b/c":[10,{"d~":"e\u0041"}],"x":true},"n":null,"f":1.50})";
    EXPECT_EQ(at("/a/b~1c/1/d~0", payload), "eA");
    EXPECT_EQ(at("/a/b~1c/0", payload), "10");
    EXPECT_EQ(at("/a/x", payload), "true");
    EXPECT_EQ(at("/f", payload), "1.50");
    EXPECT_EQ(at("/n", payload), std::nullopt);
    EXPECT_EQ(at("/missing", payload), std::nullopt);
    EXPECT_EQ(at("/f/deeper", payload), std::nullopt);
    EXPECT_EQ(at("/a/b~1c/2", payload), std::nullopt);
    EXPECT_EQ(at("/a/b~1c/01", payload), std::nullopt);
    EXPECT_EQ(at("/", R"({"":7})"), "7");
    EXPECT_EQ(at("/a", R"({"a":1,"a":2})"), "2");
}

TEST(JsonPointer, SaysWhatIsWrongWithThePayload) {
    EXPECT_EQ(error_at("/a", ""), "data: byte 0: expected a JSON value, found the end");
    EXPECT_EQ(error_at("/a", "{\"a\":1"), "data: byte 6: expected ',' or '}', found the end");
    EXPECT_EQ(
        error_at("/a", "{\"a\":[1]}"), "data: at /a stands '[1]', where a text or a number is due"
    );
}

TEST(JsonPointer, BeginsWithASlash) {
    for (const char* text : {"", "a", "a/b", "/a~", "/a~2", "#/a"}) {
        const auto pointer = JsonPointer::parse(text);
        ASSERT_FALSE(pointer.has_value()) << text;
        EXPECT_EQ(pointer.error().code, ErrorCode::kBadConfig);
    }
    EXPECT_EQ(
        JsonPointer::parse("a").error().message, "'a' is not a JSON pointer such as /parcelId"
    );
}

TEST(JsonPointer, EscapesAndBack) {
    EXPECT_EQ(escaped_token("a/b~c"), "a~1b~0c");
    EXPECT_EQ(pointer_tokens("/a~1b~0c").value(), std::vector<std::string>{"a/b~c"});
    EXPECT_TRUE(pointer_tokens("")->empty());
}

// The reference is nlohmann's tree, flattened: each of its leaves is found, and is the same.
TEST(JsonPointer, FindsEveryLeafOfRandomTrees) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 300; ++round) {
        nlohmann::json tree = nlohmann::json::object();
        for (std::uint64_t left = random() % 10 + 1; left > 0; --left) {
            nlohmann::json* place = &tree["k" + std::to_string(random() % 3)];
            if (random() % 2 == 0 && (place->is_null() || place->is_object()))
                place = &(*place)["/~"];
            *place = random() % 2 == 0 ? nlohmann::json(random())
                                       : nlohmann::json("t" + std::to_string(random()));
        }
        const nlohmann::json flat = tree.flatten();
        for (const auto& [pointer, leaf] : flat.items()) {
            const Found expected = leaf.is_string() ? leaf.get<std::string>() : leaf.dump();
            ASSERT_EQ(at(pointer, tree.dump(2)), expected) << pointer << tree;
        }
    }
}

}  // namespace
}  // namespace sluice::contract
