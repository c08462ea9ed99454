#include "store/sql_text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sluice::store {
namespace {

TEST(SqlText, TheFirstWordStandsBehindBlanksAndComments) {
    for (const auto& [text, word] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"COMMIT", "commit"},
             {"\n\tend transaction", "end"},
             {"begin;", "begin"},
             {"-- first\ncommit", "commit"},
             {"/* a /* b */ c */ Commit", "commit"},
             {"--", ""},
             {"/* never ended commit", ""},
             {"- commit", ""},
             {"(select 1)", ""},
             {"", ""}}) {
        EXPECT_EQ(first_word(text), word) << text;
    }
}

TEST(SqlText, QuotedTextsAreSteppedOver) {
    for (const auto& [text, behind] : std::vector<std::pair<std::string_view, std::size_t>>{
             {"'a'b", 3},
             {"\"a\"b", 3},
             {"`a`b", 3},
             {"'never", 6},
             {"--a\nb", 3},
             {"-a", 0},
             {"/*a*/b", 5},
             {"/*/**/b*/c", 9},
             {"/b", 0},
             {"a'b'", 0}}) {
        EXPECT_EQ(behind_quoted(text, 0), behind) << text;
    }
}

TEST(SqlText, RefusedWordsAreNamed) {
    constexpr std::array<std::string_view, 2> kWords{"commit", "end"};
    EXPECT_NO_THROW(refuse_words(kWords, "insert into commit values ('end')"));
    EXPECT_NO_THROW(refuse_words(kWords, "ending"));
    try {
        refuse_words(kWords, " /* now */ End");
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.kind(), SqlError::Kind::kOther);
        EXPECT_STREQ(
            error.what(), "a handler's transaction is not its own to end: \"end\" is refused"
        );
    }
}

TEST(SqlText, ALongStatementIsCut) {
    const std::string told =
        sql_error(SqlError::Kind::kBusy, "busy", "select " + std::string(300, 'x')).what();
    EXPECT_TRUE(told.starts_with("busy (in: select xxx"));
    EXPECT_TRUE(told.ends_with(" …)"));
    EXPECT_LT(told.size(), 230U);
}

}  // namespace
}  // namespace sluice::store
