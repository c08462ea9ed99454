#include "project/cesql_functions.hpp"

#include "project/cesql_fixture.hpp"
#include "project/cesql_text.hpp"

namespace sluice::project {
namespace {

using test::given;

TEST(CesqlFunctions, CountCharacters) {
    EXPECT_EQ(given("LENGTH('한글a')"), "3");
    EXPECT_EQ(given("LENGTH(12345)"), "5");
    EXPECT_EQ(given("LEFT('한글abc', 1)"), "'한'");
    EXPECT_EQ(given("RIGHT('a한글', 2)"), "'한글'");
    EXPECT_EQ(given("SUBSTRING('a한글b', 2, 2)"), "'한글'");
    EXPECT_EQ(given("SUBSTRING('한글', -2, 1)"), "'한'");
}

TEST(CesqlFunctions, TellWhatIsOutOfRange) {
    EXPECT_EQ(given("LEFT('abc', -1)"), "'abc' functionEvaluation");
    EXPECT_EQ(given("RIGHT('abc', -1)"), "'abc' functionEvaluation");
    EXPECT_EQ(given("LEFT('abc', 2147483647)"), "'abc'");
    EXPECT_EQ(given("SUBSTRING('abc', 4)"), "'' functionEvaluation");
    EXPECT_EQ(given("SUBSTRING('abc', -4)"), "'' functionEvaluation");
    EXPECT_EQ(given("SUBSTRING('abc', 3)"), "'c'");
    EXPECT_EQ(given("SUBSTRING('abc', -3)"), "'abc'");
    EXPECT_EQ(given("SUBSTRING('abc', 1, -1)"), "'' functionEvaluation");
    EXPECT_EQ(given("SUBSTRING('abc', 0, 5)"), "''");
    EXPECT_EQ(given("SUBSTRING('', 0)"), "''");
    EXPECT_EQ(given("SUBSTRING('', 1)"), "'' functionEvaluation");
    EXPECT_EQ(given("SUBSTRING('abc', -2147483648)"), "'' functionEvaluation");
    EXPECT_EQ(given("ABS(-2147483648)"), "2147483647 math");
    EXPECT_EQ(given("ABS(-2147483647)"), "2147483647");
}

TEST(CesqlFunctions, MapCasesOfEveryAlphabetWhateverTheLocale) {
    EXPECT_EQ(given("LOWER('ÀÉ ΑΒΓ ЖЗ ABC 1')"), "'àé αβγ жз abc 1'");
    EXPECT_EQ(given("UPPER('àé αβγ жз abc ß')"), "'ÀÉ ΑΒΓ ЖЗ ABC ß'");
    EXPECT_EQ(given("UPPER('한글')"), "'한글'");
    EXPECT_EQ(given("UPPER('a\xFFz')"), "'A\xFFZ'") << "bytes that are not UTF-8 stay";
}

TEST(CesqlFunctions, TrimWhatUnicodeCallsWhiteSpace) {
    EXPECT_EQ(given("TRIM('\t\n x \r')"), "'x'");
    EXPECT_EQ(given("TRIM('\u00A0\u3000x y\u2003')"), "'x y'");
    EXPECT_EQ(given("TRIM('\u200B x \u200B')"), "'\u200B x \u200B'") << "no white space";
    EXPECT_EQ(given("TRIM(' \u2003 ')"), "''");
    EXPECT_EQ(given("TRIM('\x01 x')"), "'\x01 x'") << "control characters are none";
    EXPECT_EQ(given("TRIM('x\xFF')"), "'x\xFF'");
}

TEST(CesqlFunctions, JoinAnyNumberOfTexts) {
    EXPECT_EQ(given("CONCAT()"), "''");
    EXPECT_EQ(given("CONCAT(1, TRUE, 'x')"), "'1truex'");
    EXPECT_EQ(given("CONCAT('a','b','c','d','e','f')"), "'abcdef'");
    EXPECT_EQ(given("CONCAT_WS('-')"), "''");
    EXPECT_EQ(given("CONCAT_WS('-', 1, 2, 3, 4, 5)"), "'1-2-3-4-5'");
    EXPECT_EQ(given("CONCAT_WS(1, 2, 3)"), "'213'");
}

TEST(CesqlFunctions, AreKnownByNameAndNumberOfArguments) {
    EXPECT_EQ(given("CONCAT_WS()"), "false missingFunction");
    EXPECT_EQ(given("LENGTH('a', 'b')"), "false missingFunction");
    EXPECT_EQ(given("NOSUCH(missing)"), "false missingFunction");
    EXPECT_EQ(cesql::find_function("length", 1), nullptr) << "in capitals";
    EXPECT_TRUE(cesql::is_function("SUBSTRING"));
    EXPECT_FALSE(cesql::is_function("SYSTEM"));
}

TEST(CesqlFunctions, ABrokenCastGoesOnWithTheZeroOfTheType) {
    EXPECT_EQ(given("LEFT('abc', 'x')"), "'' cast");
    EXPECT_EQ(given("ABS('x')"), "0 cast");
}

TEST(CesqlFunctions, TheTextsOfOneEvaluationAreBounded) {
    const test::TestEvent event{{{"big", std::string(65'536, 'x')}}};
    std::string call{"CONCAT(big"};
    for (int i = 0; i < 63; ++i) call += ",big";
    EXPECT_EQ(given("LENGTH(" + call + "))", event), "4194304");
    EXPECT_EQ(given("LENGTH(" + call + ",big))", event), "0 generic");
    EXPECT_EQ(given("LENGTH(UPPER(" + call + ")))", event), "0 generic");
}

TEST(CesqlScratch, BuffersAreUsedAgain) {
    cesql::Scratch scratch;
    std::string* first = scratch.text(100);
    first->assign(100, 'x');
    const char* bytes = first->data();
    scratch.clear();
    std::string* again = scratch.text(100);
    EXPECT_EQ(again, first);
    EXPECT_TRUE(again->empty());
    EXPECT_EQ(again->assign(100, 'y').data(), bytes);
    EXPECT_EQ(scratch.text(cesql::Scratch::kBytesMax), nullptr);
}

}  // namespace
}  // namespace sluice::project
