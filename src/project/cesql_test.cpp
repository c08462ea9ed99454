#include "project/cesql.hpp"

#include "project/cesql_fixture.hpp"

namespace sluice::project {
namespace {

using test::given;
using test::TestEvent;

const TestEvent kOrder{
    {{"type", std::string{"order.placed"}},
     {"source", std::string{"/orders"}},
     {"sequence", std::string{"5"}},
     {"urgent", std::string{"true"}}}};

TEST(Cesql, ComparesAttributesWithLiterals) {
    EXPECT_EQ(given("type = 'order.placed'", kOrder), "true");
    EXPECT_EQ(given("type <> 'order.placed'", kOrder), "false");
    EXPECT_EQ(given("TYPE = \"order.placed\"", kOrder), "true");
    EXPECT_EQ(given("type = 'Order.placed'", kOrder), "false");
    EXPECT_EQ(given("sequence > 4 AND sequence <= 5", kOrder), "true");
    EXPECT_EQ(given("sequence = 05", kOrder), "true");
    EXPECT_EQ(given("urgent = TRUE", kOrder), "true");
    EXPECT_EQ(given("urgent = 1", kOrder), "false cast");
}

TEST(Cesql, TheLeftIsCastToTheTypeOfTheRight) {
    EXPECT_EQ(given("'TRUE' = true"), "true");
    EXPECT_EQ(given("true = 'TRUE'"), "false");
    EXPECT_EQ(given("1 = '01'"), "false");
    EXPECT_EQ(given("'01' = 1"), "true");
    EXPECT_EQ(given("'x' = 1"), "false cast");
    EXPECT_EQ(given("'x' != 1"), "false cast");
    EXPECT_EQ(given("5 = TRUE"), "true");
}

TEST(Cesql, InCastsToTheTypeOfTheLeft) {
    EXPECT_EQ(given("'1' IN (1, 2)"), "true");
    EXPECT_EQ(given("'01' IN (1, 2)"), "false");
    EXPECT_EQ(given("1 IN ('01')"), "true");
    EXPECT_EQ(given("1 NOT IN (2, 3)"), "true");
    EXPECT_EQ(given("1 IN ('x', 1)"), "false cast");
    EXPECT_EQ(given("1 NOT IN ('x')"), "false cast");
    EXPECT_EQ(given("1 IN (1, 'x', missing)"), "true") << "what stands behind it is not looked at";
    EXPECT_EQ(given("missing IN (1)"), "false missingAttribute");
    EXPECT_EQ(given("1 IN (2, missing)"), "false missingAttribute");
}

TEST(Cesql, AndAndOrLookAtTheirRightOnlyWhenTheyMust) {
    EXPECT_EQ(given("FALSE AND missing"), "false");
    EXPECT_EQ(given("TRUE OR missing"), "true");
    EXPECT_EQ(given("TRUE AND missing"), "false missingAttribute");
    EXPECT_EQ(given("FALSE OR missing"), "false missingAttribute");
    EXPECT_EQ(given("missing OR TRUE"), "false missingAttribute");
    EXPECT_EQ(given("FALSE XOR missing"), "false missingAttribute");
    EXPECT_EQ(given("missing XOR TRUE"), "false missingAttribute");
    EXPECT_EQ(given("'true' XOR 'false'"), "true");
    EXPECT_EQ(given("'x' OR TRUE"), "true cast");
}

TEST(Cesql, BindsAsTheSpecificationSays) {
    EXPECT_EQ(given("2 + 3 * 4 = 14"), "true");
    EXPECT_EQ(given("10 - 3 - 2"), "5");
    EXPECT_EQ(given("20 / 2 / 5"), "2");
    EXPECT_EQ(given("1 < 2 AND 2 < 3"), "true");
    EXPECT_EQ(given("TRUE OR TRUE AND FALSE"), "false") << "from left to right";
    EXPECT_EQ(given("TRUE OR (TRUE AND FALSE)"), "true");
    EXPECT_EQ(given("NOT FALSE = FALSE"), "false") << "NOT binds stronger than =";
    EXPECT_EQ(given("NOT EXISTS a OR FALSE"), "true");
    EXPECT_EQ(given("'a' LIKE 'a' = TRUE"), "true");
    EXPECT_EQ(given("1 + 1 IN (2)"), "1") << "IN binds stronger than +: 1 + FALSE";
}

TEST(Cesql, NumbersHave32Bits) {
    EXPECT_EQ(given("2147483647"), "2147483647");
    EXPECT_EQ(given("-2147483648"), "-2147483648");
    EXPECT_EQ(given("2147483647 + 1"), "0 math");
    EXPECT_EQ(given("-2147483648 - 1"), "0 math");
    EXPECT_EQ(given("65536 * 65536"), "0 math");
    EXPECT_EQ(given("-2147483648 / -1"), "0 math");
    EXPECT_EQ(given("-2147483648 % -1"), "0");
    EXPECT_EQ(given("-(-2147483648)"), "0 math");
    EXPECT_EQ(given("'2147483648' + 0"), "0 cast");
    EXPECT_EQ(given("-7 / 2"), "-3");
    EXPECT_EQ(given("-7 % 2"), "-1");
    EXPECT_EQ(given("7 % -2"), "1");
    EXPECT_EQ(given("7 % 0"), "0 math");
}

TEST(Cesql, AFailedOperandGivesTheZeroOfTheOperator) {
    EXPECT_EQ(given("missing"), "false missingAttribute");
    EXPECT_EQ(given("missing * 5"), "0 missingAttribute");
    EXPECT_EQ(given("5 - missing"), "0 missingAttribute");
    EXPECT_EQ(given("-missing"), "0 missingAttribute");
    EXPECT_EQ(given("NOT missing"), "false missingAttribute");
    EXPECT_EQ(given("missing LIKE '%'"), "false missingAttribute");
    EXPECT_EQ(given("missing NOT LIKE '%'"), "false missingAttribute");
    EXPECT_EQ(given("missing < 1"), "false missingAttribute");
    EXPECT_EQ(given("1 < missing"), "false missingAttribute");
    EXPECT_EQ(given("1 = missing"), "false missingAttribute");
    EXPECT_EQ(given("1 / 0 = 0"), "false math");
    EXPECT_EQ(given("LEFT(missing, 1)"), "'' missingAttribute");
    EXPECT_EQ(given("LENGTH(missing)"), "0 missingAttribute");
    EXPECT_EQ(given("EXISTS missing"), "false");
}

TEST(Cesql, CastsTextsStrictly) {
    EXPECT_EQ(given("INT('+7')"), "7");
    EXPECT_EQ(given("INT('-7')"), "-7");
    for (const char* text : {"''", "'+'", "'-'", "'+-7'", "' 7'", "'7 '", "'7.0'", "'0x7'"}) {
        EXPECT_EQ(given(fmt::format("INT({})", text)), "0 cast") << text;
    }
    EXPECT_EQ(given("BOOL('TrUe')"), "true");
    EXPECT_EQ(given("BOOL('yes')"), "false cast");
    EXPECT_EQ(given("BOOL('')"), "false cast");
    EXPECT_EQ(given("STRING(-2147483648)"), "'-2147483648'");
}

TEST(Cesql, NotTakesNoIntegerButBoolDoes) {
    EXPECT_EQ(given("NOT 10"), "true cast");
    EXPECT_EQ(given("NOT BOOL(10)"), "false");
    EXPECT_EQ(given("10 AND TRUE"), "true");
}

TEST(Cesql, LikeMatchesCharactersNotBytes) {
    EXPECT_EQ(given("'한글' LIKE '_글'"), "true");
    EXPECT_EQ(given("'한글' LIKE '__'"), "true");
    EXPECT_EQ(given("'한글' LIKE '______'"), "false");
    EXPECT_EQ(given("'' LIKE '%'"), "true");
    EXPECT_EQ(given("'' LIKE ''"), "true");
    EXPECT_EQ(given("'a' LIKE ''"), "false");
    EXPECT_EQ(given("'abcabd' LIKE '%ab_'"), "true");
    EXPECT_EQ(given("'aaab' LIKE '%a%a%b%%'"), "true");
    EXPECT_EQ(given("'100%' LIKE '100\\%'"), "true");
    EXPECT_EQ(given("'a\\b' LIKE 'a\\b'"), "true");
    EXPECT_EQ(given("'a\nb' LIKE 'a_b'"), "true");
    EXPECT_EQ(given("'\xFFz' LIKE '_z'"), "true") << "a byte that is not UTF-8 is a character";
}

TEST(Cesql, IsTheSameWhereverItsPartsStand) {
    const auto one = Cesql::parse("a = 1 AND b LIKE 'x%'");
    const auto two = Cesql::parse("  ( (A=1) and (b  like 'x%') )");
    const auto other = Cesql::parse("a = 1 AND b LIKE 'y%'");
    ASSERT_TRUE(one.has_value() && two.has_value() && other.has_value());
    EXPECT_EQ(one.value(), two.value());
    EXPECT_FALSE(one.value() == other.value());
    EXPECT_EQ(one.value().text(), "((a = 1) AND (b LIKE 'x%'))");
}

TEST(Cesql, ItsTextHasMoreParenthesesThanWereWrittenAndKeepsToTheSameLimits) {
    const auto deep = Cesql::parse(std::string(70, '-') + "a");
    ASSERT_TRUE(deep.has_value());
    const auto again = Cesql::parse(deep->text());
    ASSERT_FALSE(again.has_value());
    EXPECT_NE(again.error().message.find("more than 100 within each other"), std::string::npos);
}

}  // namespace
}  // namespace sluice::project
