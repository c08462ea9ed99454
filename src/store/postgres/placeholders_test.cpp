#include "store/postgres/placeholders.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace sluice::store {
namespace {

TEST(Placeholders, AreNumberedInTheirOrder) {
    EXPECT_EQ(number_places("select ?, ?+?").text, "select $1, $2+$3");
    EXPECT_EQ(number_places("select ?, ?+?").places, 3U);
    EXPECT_EQ(number_places("").text, "");
    EXPECT_EQ(number_places("?").text, "$1");
}

TEST(Placeholders, StayWhatTheyAreInTextsAndComments) {
    for (const char* same :
         {"select '?'",
          "select 'it''s ?'",
          R"(select E'\'?')",
          R"(select e'\\\'?')",
          "select \"a?\" from \"b\"\"?\"",
          "select 1 -- why?",
          "select 1 /* why? /* why? */ ? */",
          "select $$ ? $$",
          "select $a$ ? $$ ? $b$ ? $a$",
          "select $größe$ ? $größe$",
          "select '? never ended",
          "select $a$ ? never ended",
          "select /* ? never ended"}) {
        EXPECT_EQ(number_places(same).text, same);
        EXPECT_EQ(number_places(same).places, 0U) << same;
    }
}

TEST(Placeholders, AreFoundBetweenThem) {
    for (const auto& [text, numbered] : std::vector<std::pair<std::string, std::string>>{
             {"'?' ? '?'", "'?' $1 '?'"},
             {R"('\' ? '?')", R"('\' $1 '?')"},  // a backslash is no escape in a plain literal
             {R"(E'\'' ? '?')", R"(E'\'' $1 '?')"},
             {R"(tree'\' ? '?')", R"(tree'\' $1 '?')"},  // of a name, not E
             {"/*?*/ ? --?\n ?", "/*?*/ $1 --?\n $2"},
             {"$$?$$ ? $a$?$a$", "$$?$$ $1 $a$?$a$"},
             {"a$b$ ? a$b$", "a$b$ $1 a$b$"},  // a dollar in a name
             {"5 - ? / ?", "5 - $1 / $2"},
             {"`?`", "`$1`"}}) {
        EXPECT_EQ(number_places(text).text, numbered);
    }
}

/// Texts made of parts of which each is known.
TEST(Placeholders, ModelWhateverStandsBesideWhatever) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::array kFixed{
        " 'a?''b' ", " \"?\" ", " E'\\'?' ", " /*?/*?*/*/ ", " --?\n ", " $x$?$x$ ", " a - b / c "};
    for (int round = 0; round < 2'000; ++round) {
        std::string text;
        std::string expected;
        std::size_t places = 0;
        for (auto left = random() % 12; left > 0; --left) {
            const std::size_t pick = random() % (kFixed.size() + 3);
            if (pick < kFixed.size()) {
                text += kFixed.at(pick);
                expected += kFixed.at(pick);
            } else {
                text += "?";
                expected += "$" + std::to_string(++places);
            }
        }
        const NumberedStatement numbered = number_places(text);
        ASSERT_EQ(numbered.text, expected);
        ASSERT_EQ(numbered.places, places);
    }
}

}  // namespace
}  // namespace sluice::store
