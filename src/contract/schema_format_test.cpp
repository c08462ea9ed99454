#include "contract/schema_format.hpp"

#include <sluice/time.hpp>

#include "base/test_seed.hpp"
#include "contract/schema_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace sluice::contract {
namespace {

using test::verdict;

struct FormatCase {
    const char* format;
    const char* text;
    bool passes;
};

class Formats : public testing::TestWithParam<FormatCase> {};

TEST_P(Formats, AreThoseOfRfc3339) {
    const auto& [format, text, passes] = GetParam();
    const std::string schema = fmt::format(R"({{"type":"string","format":"{}"}})", format);
    const std::string reason = fmt::format("data: String should be a valid {}", format);
    const std::string said = verdict(schema, fmt::format("\"{}\"", text));
    EXPECT_EQ(said == "fine", passes) << text << ": " << said;
    EXPECT_TRUE(passes || said.starts_with("data: ")) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Dates,
    Formats,
    testing::Values(
        FormatCase{"date", "2024-02-29", true},
        FormatCase{"date", "0000-01-01", true},
        FormatCase{"date", "9999-12-31", true},
        FormatCase{"date", "2024-02-30", false},
        FormatCase{"date", "2024-04-31", false},
        FormatCase{"date", "2024-13-01", false},
        FormatCase{"date", "2024-00-01", false},
        FormatCase{"date", "2024-01-00", false},
        FormatCase{"date", "2024-1-1", false},
        FormatCase{"date", "12024-01-01", false},
        FormatCase{"date", "24-01-01", false},
        FormatCase{"date", "2024-01-01T00:00:00Z", false},
        FormatCase{"date", " 2024-01-01", false},
        FormatCase{"date", "2024-01-01\\n", false},
        FormatCase{"date", "\\u0662024-01-01", false},
        FormatCase{"date", "", false}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Times,
    Formats,
    testing::Values(
        FormatCase{"time", "00:00:00Z", true},
        FormatCase{"time", "23:59:60z", true},
        FormatCase{"time", "12:30:00.123456+09:00", true},
        FormatCase{"time", "12:30:00-23:59", true},
        FormatCase{"time", "12:30:00", false},
        FormatCase{"time", "24:00:00Z", false},
        FormatCase{"time", "12:60:00Z", false},
        FormatCase{"time", "12:30:00.Z", false},
        FormatCase{"time", "12:30:00|09:00", false},
        FormatCase{"time", "12:30:00+24:00", false},
        FormatCase{"date-time", "2026-11-22T21:01:14Z", true},
        FormatCase{"date-time", "2026-11-22t21:01:14.5z", true},
        FormatCase{"date-time", "1990-12-31T23:59:60Z", true},
        FormatCase{"date-time", "2026-11-22T21:01:14+05:45", true},
        FormatCase{"date-time", "2026-11-22 21:01:14Z", false},
        FormatCase{"date-time", "2026-11-22T21:01:14", false},
        FormatCase{"date-time", "2026-02-30T21:01:14Z", false},
        FormatCase{"date-time", "2026-11-22T21:01:14|05:45", false},
        FormatCase{"date-time", "2026-11-22", false}
    )
);

TEST(Format, SaysWhichOneItIs) {
    EXPECT_EQ(verdict("{format: date}", R"("x")"), "data: String should be a valid date");
    EXPECT_EQ(verdict("{format: time}", R"("x")"), "data: String should be a valid time");
    EXPECT_EQ(verdict("{format: date-time}", R"("x")"), "data: String should be a valid date-time");
    EXPECT_EQ(
        verdict("{properties: {at: {items: {format: date}}}}", R"({"at":["2024-01-01","x"]})"),
        "data: /at/1: String should be a valid date"
    );
}

// valijson throws here, which would end the process: one event against its schema is enough.
TEST(Format, ConcernsTextsAlone) {
    for (const char* payload : {"7", "1.5", "true", "null", "{}", R"({"a":[1]})", "[]", "[1,2]"}) {
        EXPECT_EQ(verdict("{format: date}", payload), "fine") << payload;
        EXPECT_EQ(
            verdict("{type: string, format: date-time}", payload),
            "data: Value type not permitted by 'type' constraint"
        );
    }
}

TEST(Format, StandsBesideEveryOtherKeyword) {
    const char* schema =
        "{format: date, allOf: [{pattern: '^2024'}], if: {maxLength: 9}, then: false,"
        " pattern: '-01$'}";
    EXPECT_EQ(verdict(schema, R"("2024-02-01")"), "fine");
    EXPECT_NE(verdict(schema, R"("2023-02-01")"), "fine") << "its own allOf";
    EXPECT_NE(verdict(schema, R"("2024-02-02")"), "fine") << "its own pattern";
    EXPECT_NE(verdict(schema, R"("2024-13-01")"), "fine") << "the format";
    EXPECT_NE(verdict(schema, R"("2024-01")"), "fine") << "its own if";
}

TEST(Format, OthersAreNotes) {
    for (const char* format : {"email", "uuid", "uri", "int64", "Date", "datetime", ""}) {
        EXPECT_EQ(verdict(fmt::format("{{format: '{}'}}", format), R"("anything")"), "fine");
        EXPECT_EQ(verdict(fmt::format("{{format: '{}'}}", format), R"([{"a":1}])"), "fine");
    }
}

TEST(Format, APropertyOfThatNameIsNoKeyword) {
    const char* schema = "{properties: {format: {type: integer}}, required: [format]}";
    EXPECT_EQ(verdict(schema, R"({"format":1})"), "fine");
    EXPECT_EQ(
        verdict(schema, R"({"format":"x"})"),
        "data: /format: Value type not permitted by 'type' constraint"
    );
}

TEST(Format, ThatIsNoTextIsRefused) {
    EXPECT_EQ(
        test::load_schema("{format: 5}").problems.front().substr(0, 44),
        "f:1:1: not a JSON Schema of draft 7: Expecte"
    );
}

// What we write ourselves passes, whatever the moment; a letter changed, and it passes only where
// our own parser takes it too.
TEST(Format, AgreesWithTheParserOfTimes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto schema = test::load_schema("{format: date-time}").schema;
    for (int round = 0; round < 300; ++round) {
        const Instant at{static_cast<std::int64_t>(random() % 4'000'000'000'000)};
        std::string text = to_rfc3339(at);
        ASSERT_EQ(test::verdict(*schema, '"' + text + '"'), "fine") << text;
        text[random() % text.size()] = "0123456789-+:.TZx"[random() % 17];
        const bool passes = schema->validate('"' + text + '"').has_value();
        // A schema knows no leap years, so it takes every February's 29th.
        const bool leap_day = text.find("-02-29") != std::string::npos;
        ASSERT_TRUE(!passes || leap_day || parse_rfc3339(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace sluice::contract
