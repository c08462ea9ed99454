#include "state/merge_patch.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>

namespace sluice::state {
namespace {

struct PatchCase {
    const char* target;
    const char* patch;
    const char* expected;
};

class MergePatchCases : public testing::TestWithParam<PatchCase> {};

TEST_P(MergePatchCases, IsAsTheRfcSays) {
    const auto made = merge_patch(GetParam().target, GetParam().patch);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made.value(), GetParam().expected);
}

// RFC 7396, appendix A, all of it.
INSTANTIATE_TEST_SUITE_P(
    Rfc7396,
    MergePatchCases,
    testing::Values(
        PatchCase{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        PatchCase{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        PatchCase{R"({"a":"b"})", R"({"a":null})", R"({})"},
        PatchCase{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        PatchCase{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        PatchCase{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        PatchCase{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        PatchCase{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        PatchCase{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        PatchCase{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        PatchCase{R"({"a":"foo"})", R"(null)", R"(null)"},
        PatchCase{R"({"a":"foo"})", R"("bar")", R"("bar")"},
        PatchCase{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        PatchCase{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        PatchCase{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Bytes,
    MergePatchCases,
    testing::Values(
        PatchCase{"null", R"( {"a": 1.10} )", R"({"a":1.10})"},
        PatchCase{
            R"({"n":12345678901234567890123})",
            R"({"a":1})",
            R"({"n":12345678901234567890123,"a":1})"},
        PatchCase{R"({"a":1,"b":2})", R"({"a":3})", R"({"a":3,"b":2})"},
        PatchCase{R"({"a\u0062":1})", R"({"ab":2})", R"({"a\u0062":2})"},
        PatchCase{R"({"a":1})", R"({"a":2,"a":3})", R"({"a":3})"},
        PatchCase{R"({"a":1})", R"({"a":null,"a":3})", R"({"a":3})"},
        PatchCase{R"({"a":1})", R"({"q\":\"":2})", R"({"a":1,"q\":\"":2})"}
    )
);

TEST(MergePatch, SaysWhatIsNoJson) {
    EXPECT_EQ(merge_patch("null", "{").error().code, ErrorCode::kInvalidEvent);
    EXPECT_TRUE(merge_patch("null", R"({"a":1} x)").error().message.starts_with("data: "));
    EXPECT_FALSE(merge_patch("null", "").has_value());
    EXPECT_TRUE(merge_patch("{", R"({"a":1})").error().message.starts_with("state: "));
}

nlohmann::json drawn(std::mt19937_64& random, int depth) {
    const auto name = [&random] { return std::string(1, static_cast<char>('a' + random() % 4)); };
    switch (random() % (depth > 0 ? 6 : 4)) {
        case 0: return nullptr;
        case 1: return static_cast<std::int64_t>(random() % 100);
        case 2: return "\"{" + name();
        case 3: return nlohmann::json::array({1, name(), nullptr});
        default: break;
    }
    nlohmann::json object = nlohmann::json::object();
    for (std::uint64_t left = random() % 4; left > 0; --left)
        object[name()] = drawn(random, depth - 1);
    return object;
}

TEST(MergePatch, IsWhatAnotherImplementationMakes) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        nlohmann::json target = drawn(random, 4);
        const nlohmann::json patch = drawn(random, 4);
        const auto made = merge_patch(target.dump(round % 3), patch.dump(round % 2 ? -1 : 2));
        ASSERT_TRUE(made) << made.error().message;
        target.merge_patch(patch);
        ASSERT_EQ(nlohmann::json::parse(made.value()), target) << patch.dump();
    }
}

}  // namespace
}  // namespace sluice::state
