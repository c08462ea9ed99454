#include "project/cesql_check.hpp"

#include "project/cesql_fixture.hpp"

namespace sluice::project {
namespace {

std::string told(std::string_view text) {
    const auto parsed = Cesql::parse_filter(text);
    return parsed ? "fine" : parsed.error().message;
}

TEST(CesqlFilter, TakesWhatCanPass) {
    for (const char* text :
         {"type = 'a'",
          "type LIKE 'order.%' AND NOT EXISTS test",
          "INT(hop) < INT(ttl)",
          "TRUE",
          "type = 'a' OR 1 = 2",
          "BOOL(urgent)",
          "1 / hop = 1",
          "FALSE AND 1/0 = 1"}) {
        EXPECT_EQ(told(text), "fine") << text;
    }
}

TEST(CesqlFilter, RefusesWhatIsNoBoolean) {
    EXPECT_EQ(
        told("1 + 2"),
        "column 3: gives Integer, and a filter must give Boolean; compare it with something, such "
        "as x = TRUE"
    );
    EXPECT_EQ(told("urgent").substr(0, 22), "column 1: gives String");
    EXPECT_EQ(told("'a'").substr(0, 22), "column 1: gives String");
    EXPECT_EQ(told("LENGTH(a)").substr(0, 23), "column 1: gives Integer");
}

TEST(CesqlFilter, RefusesWhatFailsForEveryEvent) {
    const std::string math =
        "fails for every event: a division by zero, or a number beyond 32 bits";
    EXPECT_EQ(told("1/0"), "column 2: " + math);
    EXPECT_EQ(told("type = 'a' AND 1 % 0 = 1"), "column 22: " + math);
    EXPECT_EQ(
        told("n = 1 OR INT('x') = 1"),
        "column 19: fails for every event: a value is not what its operator takes"
    );
    EXPECT_EQ(
        told("a = LEFT('x', -1)"), "column 5: fails for every event: an argument is out of range"
    );
}

TEST(CesqlFilter, RefusesFunctionsThatThereAreNot) {
    EXPECT_EQ(
        told("SYSTEM('rm') = 0"),
        "column 1: there is no function SYSTEM; there are: LENGTH, CONCAT, CONCAT_WS, LOWER, "
        "UPPER, TRIM, LEFT, RIGHT, SUBSTRING, ABS, INT, BOOL, STRING"
    );
    EXPECT_EQ(told("a = 1 AND LEFT(a) = 'x'"), "column 11: LEFT does not take 1 arguments");
}

}  // namespace
}  // namespace sluice::project
