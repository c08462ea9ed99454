#include "project/cesql_parser.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sluice::project::cesql {
namespace {

std::string told_by_parser(std::string_view text) {
    const auto parsed = parse(text);
    return parsed ? to_string(parsed.value()) : parsed.error().message;
}

TEST(CesqlParser, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(told_by_parser(""), "column 1: a value is due, found the end");
    EXPECT_EQ(told_by_parser("a ="), "column 4: a value is due, found the end");
    EXPECT_EQ(told_by_parser("a = )"), "column 5: a value is due, found ')'");
    EXPECT_EQ(told_by_parser("(a = 1"), "column 7: ')' is due, found the end");
    EXPECT_EQ(told_by_parser("a = 1)"), "column 6: an operator or the end is due, found ')'");
    EXPECT_EQ(told_by_parser("a b"), "column 3: an operator or the end is due, found 'b'");
    EXPECT_EQ(told_by_parser("ABC("), "column 5: a value is due, found the end");
    EXPECT_EQ(told_by_parser("ABC(1,)"), "column 7: a value is due, found ')'");
    EXPECT_EQ(told_by_parser("x LIKE 123"), "column 8: a pattern in quotes is due, found '123'");
    EXPECT_EQ(told_by_parser("x NOT 1"), "column 7: LIKE or IN is due, found '1'");
    EXPECT_EQ(told_by_parser("x IN 1"), "column 6: '(' is due, found '1'");
    EXPECT_EQ(told_by_parser("x IN ()"), "column 7: a value is due, found ')'");
    EXPECT_EQ(
        told_by_parser("EXISTS 'x'"), "column 8: the name of an attribute is due, found ''x''"
    );
    EXPECT_EQ(
        told_by_parser("EXISTS like"), "column 8: the name of an attribute is due, found 'like'"
    );
    EXPECT_EQ(
        told_by_parser("like = 1"), "column 1: the name of an attribute is due, found 'like'"
    );
    EXPECT_EQ(
        told_by_parser("a_b = 1"),
        "column 1: an attribute's name has letters and digits only, found 'a_b'"
    );
    EXPECT_EQ(told_by_parser("a = 'x"), "column 5: the string does not end; ' is due");
    EXPECT_EQ(told_by_parser("a = \"x\\\""), "column 5: the string does not end; \" is due");
    EXPECT_EQ(told_by_parser("a = 1; b"), "column 6: ';' means nothing here");
    EXPECT_EQ(told_by_parser("a = \xFF"), "column 5: not UTF-8");
    EXPECT_EQ(told_by_parser("'한글' = ?"), "column 8: '?' means nothing here")
        << "counts characters";
    EXPECT_EQ(told_by_parser("+ x"), "column 3: a number is due behind '+', found 'x'");
    EXPECT_EQ(
        told_by_parser("2147483648"), "column 1: the number is not one of -2147483648 to 2147483647"
    );
    EXPECT_EQ(
        told_by_parser("1 = 99999999999999999999"),
        "column 5: the number is not one of -2147483648 to 2147483647"
    );
}

TEST(CesqlParser, ReadsEachFormOnce) {
    EXPECT_EQ(told_by_parser("a<>1"), "(a != 1)");
    EXPECT_EQ(told_by_parser("a >= 1 xor not b"), "((a >= 1) XOR (NOT (b)))");
    EXPECT_EQ(told_by_parser("a not like 'x' "), "(a NOT LIKE 'x')");
    EXPECT_EQ(told_by_parser("a Not In (1,b)"), "(a NOT IN (1, b))");
    EXPECT_EQ(told_by_parser("exists A1"), "(EXISTS a1)");
    EXPECT_EQ(told_by_parser("concat_ws(',', a)"), "CONCAT_WS(',', a)");
    EXPECT_EQ(told_by_parser("4 -1"), "(4 - 1)");
    EXPECT_EQ(told_by_parser("4 - -1"), "(4 - -1)");
    EXPECT_EQ(told_by_parser("--10"), "10");
    EXPECT_EQ(told_by_parser("-(10)"), "-10");
    EXPECT_EQ(told_by_parser("+5"), "5");
    EXPECT_EQ(told_by_parser("-'10'"), "(- ('10'))");
    EXPECT_EQ(told_by_parser("1a = 1"), "(1a = 1)") << "names may begin with a digit";
}

TEST(CesqlParser, StringsKeepEveryBackslashButTheOneThatEscapesTheirQuote) {
    const auto value = [](std::string_view text) {
        const auto parsed = parse(text);
        return parsed ? std::get<std::string>(parsed.value().literal) : parsed.error().message;
    };
    EXPECT_EQ(value(R"('a"b\'c')"), R"(a"b'c)");
    EXPECT_EQ(value(R"("a'b\"c")"), R"(a'b"c)");
    EXPECT_EQ(value(R"('a\%b\\c\d')"), R"(a\%b\\c\d)");
    EXPECT_EQ(value(R"('ends in\\')"), R"(ends in\\)");
    EXPECT_EQ(value(R"("a\'b")"), R"(a\'b)");
    for (const char* text : {R"('a\'b')", R"("a\'b")", R"("a\"\'b")", R"('\\\'')", R"("\\")"}) {
        EXPECT_EQ(value(told_by_parser(text)), value(text)) << text;
    }
}

TEST(CesqlParser, WhatIsTooMuchIsRefused) {
    const std::string deep(kDepthMax - 1, '(');
    EXPECT_EQ(told_by_parser(deep + "a" + std::string(kDepthMax - 1, ')')), "a");
    EXPECT_NE(
        told_by_parser(deep + "((a))" + deep).find("more than 100 within"), std::string::npos
    );
    std::string negated;
    for (int i = 0; i < 300; ++i) negated += "NOT ";
    EXPECT_NE(told_by_parser(negated + "a").find("more than 100 within"), std::string::npos);
    std::string many{"a"};
    for (std::size_t i = 0; i < kNodesMax / 2; ++i) many += "+a";
    EXPECT_NE(told_by_parser(many).find("more than 1000 parts"), std::string::npos);
    EXPECT_EQ(
        told_by_parser(std::string(kTextBytesMax + 1, ' ')),
        "4097 bytes; an expression has at most 4096"
    );
}

}  // namespace
}  // namespace sluice::project::cesql
