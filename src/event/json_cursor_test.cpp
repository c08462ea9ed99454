#include "event/json_cursor.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <regex>

namespace sluice::event {
namespace {

std::string failure_of(std::string_view text, std::size_t depth_max = 8) {
    JsonCursor cursor{text, depth_max};
    static_cast<void>(cursor.raw());
    cursor.end();
    return cursor.ok() ? "fine" : cursor.failure()->message;
}

TEST(JsonCursor, KeepsTheBytesOfAValue) {
    JsonCursor cursor{R"( { "a" : [1, {"b" : "]"} ] , "c":"d\n\u00e9" } )", 8};
    cursor.open('{');
    ASSERT_TRUE(cursor.more('}'));
    EXPECT_EQ(cursor.name(), "a");
    EXPECT_EQ(cursor.peek(), JsonKind::kArray);
    EXPECT_EQ(cursor.raw(), R"([1, {"b" : "]"} ])");
    ASSERT_TRUE(cursor.more('}'));
    EXPECT_EQ(cursor.name(), "c");
    EXPECT_EQ(cursor.string(), "d\n\xC3\xA9");
    EXPECT_FALSE(cursor.more('}'));
    cursor.end();
    EXPECT_TRUE(cursor.ok());
}

TEST(JsonCursor, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(failure_of(""), "byte 0: expected a JSON value, found the end");
    EXPECT_EQ(failure_of("[1,]"), "byte 3: expected a JSON value, found ']'");
    EXPECT_EQ(failure_of("[1 2]"), "byte 3: expected ',' or ']', found '2]'");
    EXPECT_EQ(failure_of("{\"a\" 1}"), "byte 5: expected ':' behind 'a', found '1}'");
    EXPECT_EQ(failure_of("{\"a\":1,}"), "byte 7: expected a string, found '}'");
    EXPECT_EQ(failure_of("{\"a\":1]"), "byte 6: expected ',' or '}', found ']'");
    EXPECT_EQ(failure_of("[1"), "byte 2: expected ',' or ']', found the end");
    EXPECT_EQ(failure_of("01"), "byte 1: expected the end, found '1'");
    EXPECT_EQ(failure_of("-"), "byte 1: expected a digit, found the end");
    EXPECT_EQ(failure_of("1.e3"), "byte 2: expected a digit, found 'e3'");
    EXPECT_EQ(failure_of("nul"), "byte 0: expected a JSON value, found 'nul'");
    EXPECT_EQ(failure_of("NaN"), "byte 0: expected a JSON value, found 'NaN'");
    EXPECT_EQ(failure_of("\"a"), "byte 2: the string does not end");
    EXPECT_EQ(failure_of("\"a\nb\""), "byte 2: a control character in a string must be escaped");
    EXPECT_EQ(failure_of("\"\xFF\""), "byte 1: not UTF-8");
    EXPECT_EQ(failure_of(R"("\x")"), "byte 2: no such escape");
    EXPECT_EQ(failure_of(R"("\u12g4")"), "byte 5: \\u takes four hexadecimal digits");
    EXPECT_EQ(failure_of(R"("a\ud800b")"), "byte 2: half of a surrogate pair");
    EXPECT_EQ(failure_of(R"("\udc00")"), "byte 1: half of a surrogate pair");
    EXPECT_EQ(failure_of(R"("\ud800\u0041")"), "byte 1: half of a surrogate pair");
    EXPECT_EQ(failure_of("1 x"), "byte 2: expected the end, found 'x'");
    EXPECT_EQ(
        failure_of("\xEF\xBB\xBF"
                   "1"),
        "byte 0: expected a JSON value, found '\xEF\xBB\xBF"
        "1'"
    );
}

TEST(JsonCursor, BoundsTheDepth) {
    EXPECT_EQ(failure_of("[[{\"a\":1}]]", 3), "fine");
    EXPECT_EQ(
        failure_of("[[{\"a\":[]}]]", 3), "byte 7: more than 3 arrays and objects within each other"
    );
    EXPECT_TRUE(is_json(std::string(100'000, '[') + std::string(100'000, ']'), 100'000));
}

TEST(JsonCursor, TheFirstFailureStays) {
    JsonCursor cursor{"[x", 8};
    cursor.open('{');
    const std::string first = cursor.failure()->message;
    EXPECT_EQ(first, "byte 0: expected '{', found '[x'");
    EXPECT_FALSE(cursor.more('}'));
    EXPECT_EQ(cursor.name(), "");
    EXPECT_EQ(cursor.raw(), "");
    EXPECT_EQ(cursor.peek(), JsonKind::kNone);
    EXPECT_EQ(cursor.failure()->message, first);
}

// The reference is nlohmann's parser: the same texts are taken, before and after a byte is damaged.
TEST(JsonCursor, AgreesWithAnotherParser) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::regex large_exponent{"[eE][+]?[0-9]{3}"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text = sluice::test::random_json(random);
        ASSERT_TRUE(is_json(text, 64)) << text;
        switch (random() % 3) {
            case 0: text[random() % text.size()] = static_cast<char>(random()); break;
            case 1: text.erase(random() % text.size(), 1); break;
            case 2: text.insert(random() % text.size(), 1, "{}[],:\"\\0e.- "[random() % 14]); break;
        }
        // nlohmann passes over a byte order mark, takes a zero byte for the end, and refuses
        // numbers beyond a double.
        if (text.starts_with('\xEF') || text.find('\0') != std::string::npos) continue;
        if (std::regex_search(text, large_exponent)) continue;
        ASSERT_EQ(is_json(text, 64), nlohmann::json::accept(text)) << text;
    }
}

}  // namespace
}  // namespace sluice::event
