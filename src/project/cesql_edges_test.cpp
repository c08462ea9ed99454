#include "base/test_seed.hpp"
#include "project/cesql_fixture.hpp"
#include "project/cesql_text.hpp"

#include <random>
#include <string>
#include <vector>

namespace sluice::project {
namespace {

using test::given;
using test::TestEvent;

TEST(CesqlEdges, FunctionsTakeAttributesOfEveryTypeAsTheirOwn) {
    const TestEvent event{
        {{"count", std::int32_t{-42}}, {"urgent", true}, {"name", std::string{"Kim"}}}};
    EXPECT_EQ(given("LENGTH(count)", event), "3");
    EXPECT_EQ(given("LENGTH(urgent)", event), "4");
    EXPECT_EQ(given("CONCAT_WS('/', name, count, urgent)", event), "'Kim/-42/true'");
    EXPECT_EQ(given("ABS(count)", event), "42");
    EXPECT_EQ(given("ABS(urgent)", event), "1");
    EXPECT_EQ(given("LEFT(count, urgent)", event), "'-'");
    EXPECT_EQ(given("SUBSTRING(urgent, '-2', '1')", event), "'u'");
    EXPECT_EQ(given("RIGHT(name, name)", event), "'' cast");
    EXPECT_EQ(given("INT(urgent) + INT(count)", event), "-41");
    EXPECT_EQ(given("BOOL(count)", event), "true");
    EXPECT_EQ(given("STRING(urgent)", event), "'true'");
}

TEST(CesqlEdges, TheFirstErrorIsTheOneThatIsTold) {
    EXPECT_EQ(given("LEFT('abc', -1) = missing"), "false functionEvaluation");
    EXPECT_EQ(given("missing = LEFT('abc', -1)"), "false missingAttribute");
    EXPECT_EQ(given("(1 / 0) + INT('x')"), "0 math");
    EXPECT_EQ(given("INT('x') + (1 / 0)"), "0 cast");
    EXPECT_EQ(given("CONCAT(missing, NOSUCH())"), "'' missingAttribute");
    EXPECT_EQ(given("CONCAT(NOSUCH(), missing)"), "'' missingFunction");
    EXPECT_EQ(given("LEFT('abc', INT('-'))"), "'' cast");
    EXPECT_EQ(given("SUBSTRING('abc', 9, 'x')"), "'' cast") << "its arguments, then itself";
}

TEST(CesqlEdges, EveryFaultHasWordsOfItsOwn) {
    using cesql::Fault;
    const std::vector<Fault> all{
        Fault::kNone,
        Fault::kMath,
        Fault::kCast,
        Fault::kMissingAttribute,
        Fault::kMissingFunction,
        Fault::kFunctionEvaluation,
        Fault::kGeneric};
    for (std::size_t one = 0; one < all.size(); ++one) {
        EXPECT_FALSE(cesql::to_string(all[one]).empty());
        for (std::size_t other = 0; other < one; ++other)
            EXPECT_NE(cesql::to_string(all[one]), cesql::to_string(all[other]));
    }
}

TEST(CesqlEdges, ColumnsOfErrorsCountCharacters) {
    const auto told = [](std::string_view text) {
        const auto parsed = Cesql::parse_filter(text);
        return parsed ? "fine" : parsed.error().message.substr(0, 10);
    };
    EXPECT_EQ(told("'a' = LEFT('x')"), "column 7: ");
    EXPECT_EQ(told("'한' = LEFT('x')"), "column 7: ");
    EXPECT_EQ(told("'\xFF' = LEFT('x')"), "column 7: ");
}

TEST(CesqlEdges, AFilterFailsOnlyWhereItIsSureToFail) {
    const auto told = [](std::string_view text) {
        const auto parsed = Cesql::parse_filter(text);
        return parsed ? "fine" : parsed.error().message;
    };
    EXPECT_EQ(told("LEFT(a, 1) = 'x'"), "fine");
    EXPECT_EQ(told("LEFT(a, n) = 'x'"), "fine");
    EXPECT_EQ(told("EXISTS a AND ABS(-2147483647) > n"), "fine");
    EXPECT_EQ(
        told("EXISTS a AND ABS(-2147483648) > n"),
        "column 14: fails for every event: a division by zero, or a number beyond 32 bits"
    );
    EXPECT_EQ(
        told("a IN ('x', SUBSTRING('abc', 9))"),
        "column 12: fails for every event: an argument is out of range"
    );
}

// The functions against characters in a list, over texts of one to four bytes a character and
// bytes that are none.
TEST(CesqlTextModel, CutsWhereCharactersEnd) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::vector<std::string> letters{"a", "é", "한", "😀", "\xFF", "\x80"};
    const auto joined = [](const std::vector<std::string>& chars, std::size_t from, std::size_t to
                        ) {
        std::string text;
        for (std::size_t i = from; i < std::min(to, chars.size()); ++i) text += chars[i];
        return text;
    };
    for (int round = 0; round < 3'000; ++round) {
        std::vector<std::string> chars;
        for (std::size_t left = random() % 9; left > 0; --left) {
            std::string next = letters[random() % letters.size()];
            chars.push_back(std::move(next));
        }
        const std::size_t size = chars.size();
        const TestEvent event{{{"t", joined(chars, 0, size)}}};
        const std::size_t count = random() % 10;
        const auto place = static_cast<std::int64_t>(random() % 21) - 10;
        SCOPED_TRACE(fmt::format("{} characters, count {}, place {}", size, count, place));
        const auto quoted = [](const std::string& text) { return "'" + text + "'"; };
        ASSERT_EQ(given("LENGTH(t)", event), std::to_string(size));
        ASSERT_EQ(given(fmt::format("LEFT(t, {})", count), event), quoted(joined(chars, 0, count)));
        ASSERT_EQ(
            given(fmt::format("RIGHT(t, {})", count), event),
            quoted(joined(chars, size - std::min(size, count), size))
        );
        const auto length = static_cast<std::int64_t>(size);
        std::string expected = "'' functionEvaluation";
        if (place == 0) {
            expected = "''";
        } else if (place <= length && place >= -length) {
            const auto from = static_cast<std::size_t>(place > 0 ? place - 1 : length + place);
            expected = quoted(joined(chars, from, from + count));
        }
        ASSERT_EQ(given(fmt::format("SUBSTRING(t, {}, {})", place, count), event), expected);
    }
}

}  // namespace
}  // namespace sluice::project
