#include "guide/markdown.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::guide {
namespace {

/// What is between <body> and </body>.
std::string rendered(std::string_view markdown) {
    const std::string page = html_page("t", "en", "", markdown);
    const std::size_t from = page.find("<body>\n") + 7;
    return page.substr(from, page.find("</body>") - from);
}

TEST(Plain, ShowsExactlyTheText) {
    const std::string_view texts[] = {
        "an order",
        "*bold* _it_ `code` [a](b) <b>",
        "a|b",
        "a & b &amp; c",
        "# no head",
        "- no list",
        "+ x",
        "1. no list",
        "12) nor this",
        "1.5 is fine",
        "C:\\temp",
        "a_b_c",
        "=====",
        "![x](y)",
        "주문 <취소>",
        "!",
        "~~x~~"};
    for (const std::string_view text : texts) {
        EXPECT_EQ(rendered(plain(text)), "<p>" + html_text(text) + "</p>\n") << plain(text);
    }
}

TEST(Plain, IsOneLine) {
    EXPECT_EQ(plain("  a\nb\r\n\tc"), "a b   c");
    EXPECT_EQ(plain(" \n "), "");
    EXPECT_EQ(plain(""), "");
}

TEST(Plain, RandomTexts) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::string_view kLetters = "ab1.)(*_`[]<>&|\\#+-=!~:\"'{}/";
    for (int round = 0; round < 2'000; ++round) {
        std::string text = "x";  // spaces at the ends are nothing in HTML
        for (std::size_t i = 0; i < random() % 12; ++i)
            text += kLetters[random() % kLetters.size()];
        ASSERT_EQ(rendered(plain(text)), "<p>" + html_text(text) + "</p>\n") << text << '\n'
                                                                             << plain(text);
        text.erase(0, 1);
        if (text.empty()) continue;
        ASSERT_EQ(rendered(plain(text)), "<p>" + html_text(text) + "</p>\n") << text << '\n'
                                                                             << plain(text);
    }
}

TEST(Code, ShowsExactlyTheTextWithinACell) {
    const std::string_view texts[] = {
        "/lines/*", "a|b", "integer | null", "`", "``x`", "a`b", "<b>", "\\"};
    for (const std::string_view text : texts) {
        EXPECT_NE(
            rendered(table({"a"}, {{code(text)}})
            ).find("<td><code>" + html_text(text) + "</code></td>"),
            std::string::npos
        ) << code(text)
          << '\n'
          << rendered(table({"a"}, {{code(text)}}));
    }
    EXPECT_EQ(code(""), "");
}

TEST(Block, IsNotEndedByWhatItHolds) {
    EXPECT_EQ(block("sh", "a"), "```sh\na\n```\n\n");
    EXPECT_EQ(block("sh", "a\n"), "```sh\na\n```\n\n");
    EXPECT_EQ(
        rendered(block("sh", "a\n```\n# b\n````\n")),
        "<pre><code class=\"language-sh\">a\n```\n# b\n````\n</code></pre>\n"
    );
}

TEST(Table, HasARowForEach) {
    EXPECT_EQ(
        table({"a", "b"}, {{"1", "2"}, {"3", ""}}),
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |\n\n"
    );
    EXPECT_EQ(table({"a"}, {}), "");
}

TEST(Html, LeavesRawHtmlAndScriptsOut) {
    const std::string body = rendered("<script>x()</script>\n\n[a](javascript:x())");
    EXPECT_EQ(body.find("<script"), std::string::npos) << body;
    EXPECT_EQ(body.find("javascript"), std::string::npos) << body;
}

TEST(Html, IsAPageOfItsLanguage) {
    const std::string page = html_page("a < b", "ko", "../", "x");
    EXPECT_EQ(page.rfind("<!doctype html>\n<html lang=\"ko\">\n", 0), 0U);
    EXPECT_NE(page.find("<title>a &lt; b</title>"), std::string::npos);
    EXPECT_NE(page.find("href=\"../style.css\""), std::string::npos);
}

}  // namespace
}  // namespace sluice::guide
