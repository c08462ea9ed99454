#include "cast/trial.hpp"

#include "cast/cast_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::cast {
namespace {

using contract::test::versioned_with;
using Lines = std::vector<std::string>;

constexpr const char* kVersions = "/components/messages/placed/x-sluice/versions";
constexpr const char* kLower = "down: '.price = (.cents / 100 | floor) | del(.cents, .currency)'";

Lines problems_with(std::string_view piece, std::string_view instead) {
    return cast_problems(*test::loaded(versioned_with(piece, instead)), test::jq_child());
}

std::string at_program(const char* place, const char* program) {
    return std::string{"o.yaml:"} + place + ": " + kVersions + program + ": ";
}

TEST(CastTrial, CastsThatHoldAreQuiet) {
    EXPECT_EQ(cast_problems(*test::loaded(), test::jq_child()), Lines{});
}

TEST(CastTrial, AResultThatTheSchemaDoesNotTakeIsShown) {
    const Lines told = problems_with(kLower, "down: '.price = .cents / 100 | del(.cents)'");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with(at_program("29:19", "/3/down") + "makes {")) << told[0];
    EXPECT_NE(told[0].find("\"price\":0.01} of {\"cents\":1,"), std::string::npos) << told[0];
    EXPECT_NE(told[0].find(", which version 2 does not take: data: "), std::string::npos);
}

TEST(CastTrial, AProgramThatFailsIsShownWithItsOwnMessage) {
    const Lines told = problems_with(kLower, "down: 'error(\"no way back\")'");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with(
        at_program("29:19", "/3/down") + "order.placed 3 to 2: no way back, of {\"cents\":1,"
    )) << told[0];
}

TEST(CastTrial, AWrongProgramIsShownWithItsPlace) {
    const Lines told = problems_with(kLower, "down: '.price = '");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with(at_program("29:19", "/3/down") + "syntax error")) << told[0];
}

TEST(CastTrial, WhatNoTableKnowsMayBeRefusedButNotEverything) {
    EXPECT_EQ(problems_with("{KR: KRW, DE: EUR}", "{ABCDEF: KRW}").size(), 1U)
        << "no country is so long: each sample is refused";
    EXPECT_EQ(problems_with("{KR: KRW, DE: EUR}", "{ZZ: KRW}"), Lines{});
}

TEST(CastTrial, WithoutASampleNothingIsBelieved) {
    const std::string pattern = "name: {type: string, pattern: '^[a-z]{2} [a-z]{9}$'}";
    const std::string text = versioned_with("name: {type: string}", pattern);
    const Lines untried = cast_problems(*test::loaded(text), test::jq_child());
    ASSERT_EQ(untried.size(), 2U) << "the way down makes what version 1 does not take";
    EXPECT_EQ(
        untried[0],
        at_program("18:17", "/1/up") +
            "cannot be tried: no data could be made that version 1 takes; give it 'examples'"
    );
    const std::string wide =
        "            deprecated: until 2027\n            examples: [{name: ab "
        "abcdefghi, price: 1, country: KR}]\n";
    std::string given = text;
    const std::string piece = "            deprecated: until 2027\n";
    given.replace(given.find(piece), piece.size(), wide);
    const Lines told = cast_problems(*test::loaded(given), test::jq_child());
    ASSERT_EQ(told.size(), 1U) << "only the way down is wrong";
    EXPECT_NE(told[0].find("/2/down: makes {"), std::string::npos) << told[0];
}

TEST(CastTrial, WithoutAProcessItSaysSo) {
    project::JqPrograms::Options options;
    options.worker = {"/nonexistent/worker"};
    const Lines told = cast_problems(*test::loaded(), options);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("/nonexistent/worker"), std::string::npos);
}

}  // namespace
}  // namespace sluice::cast
