#include "commerce/events/json_text.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::commerce {
namespace {

std::string text_of(std::string_view json) {
    JsonReader in{json};
    std::string value;
    return in.read(value) && in.end() ? value : "refused: " + in.error().message;
}

bool is_integer(std::string_view json) {
    JsonReader in{json};
    std::int64_t value = 0;
    return in.read(value) && in.end();
}

TEST(JsonText, Escapes) {
    EXPECT_EQ(text_of(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
    EXPECT_EQ(text_of(R"("\u0041\u00e9\u20AC\ud83d\ude00")"), "A\u00e9\u20ac\U0001F600");
}

TEST(JsonText, RefusesWhatIsNoString) {
    for (const char* json :
         {"",
          "x",
          "\"",
          "\"a",
          "\"a\\\"",
          R"("\x")",
          R"("\u12")",
          R"("\u12g4")",
          R"("\ud83d")",
          R"("\ud83dx")",
          R"("\ude00")",
          R"("\u0000")",
          "\"\n\"",
          R"("a"b)"}) {
        EXPECT_EQ(text_of(json).substr(0, 8), "refused:") << json;
    }
}

TEST(JsonText, IntegersOfZeroOrMore) {
    for (const char* json : {"0", " 7 ", "1000000000000000"}) EXPECT_TRUE(is_integer(json)) << json;
    for (const char* json :
         {"",
          "-1",
          "+1",
          "01",
          "1.0",
          "1e3",
          "1000000000000001",
          "x",
          "\"1\"",
          "99999999999999999999",
          "1 2"}) {
        EXPECT_FALSE(is_integer(json)) << json;
    }
}

TEST(JsonText, ThePathIsBuiltFromTheInside) {
    JsonReader in{"x"};
    in.fail("first");
    in.fail("second");
    in.inside("net");
    in.inside(std::size_t{2});
    in.inside("units");
    in.inside("order");
    EXPECT_EQ(in.error().message, "order.units[2].net: first (byte 0)");
    EXPECT_EQ(in.error().code, ErrorCode::kInvalidEvent);
}

TEST(JsonText, EveryStringComesBack) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        std::string value(random() % 20, '\0');
        for (char& c : value) c = static_cast<char>(1 + random() % 127);
        std::string json;
        append_json(json, value);
        ASSERT_EQ(text_of(json), value);
        ASSERT_EQ(json.find('\n'), std::string::npos);
    }
}

}  // namespace
}  // namespace sluice::commerce
