#include "project/jq_programs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::project {
namespace {

using Lines = std::vector<std::string>;
using Programs = std::vector<JqPrograms::Program>;
using Jobs = std::vector<JqPrograms::Job>;

Result<JqPrograms> opened_programs(Programs programs, std::string tables = "{}") {
    JqPrograms::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{30'000};
    options.start_timeout = std::chrono::milliseconds{60'000};
    return JqPrograms::open(std::move(programs), std::move(tables), std::move(options));
}

/// Each job's value, or "!" and why there is none.
Lines answers_of(Result<JqPrograms>& programs, const Jobs& jobs) {
    EXPECT_TRUE(programs.has_value()) << programs.error().message;
    const auto answers = programs->run(jobs);
    EXPECT_TRUE(answers.has_value()) << answers.error().message;
    Lines lines;
    for (const auto& one : answers.value()) {
        lines.push_back(one ? one.value() : "!" + one.error().message);
    }
    return lines;
}

std::string refused(Programs programs, std::string tables = "{}") {
    const auto opened = opened_programs(std::move(programs), std::move(tables));
    return opened ? "accepted" : opened.error().message;
}

const Programs kSteps{
    {"1 to 2", "f:1", ".n + 1"},
    {"2 to 3", "f:2", "if . > 10 then error(\"too much: \\(.)\") else {m: .} end"},
    {"3 to 4", "f:3", ".m * 2"}};

TEST(JqPrograms, AValueGoesThroughAsManyAsItsJobSays) {
    auto programs = opened_programs(kSteps);
    const std::string data = R"({"n":1})";
    EXPECT_EQ(
        answers_of(
            programs, {{0, 1, data}, {0, 2, data}, {0, 3, data}, {1, 1, "5"}, {2, 1, R"({"m":7})"}}
        ),
        (Lines{"2", R"({"m":2})", "4", R"({"m":5})", "14"})
    );
}

TEST(JqPrograms, AFailureNamesTheProgramThatFailed) {
    auto programs = opened_programs(kSteps);
    EXPECT_EQ(
        answers_of(
            programs, {{0, 3, R"({"n":10})"}, {0, 3, R"("x")"}, {0, 3, R"({"n":9})"}, {2, 1, "[]"}}
        ),
        (Lines{
            "!2 to 3: too much: 11",
            "!1 to 2: Cannot index string with string \"n\"",
            "20",
            "!3 to 4: Cannot index array with string \"m\""})
    );
}

TEST(JqPrograms, TablesAreThere) {
    const Programs programs{
        {"look", "", "$tables.codes[.] // error(\"no code for \\(.)\")"},
        {"", "", "$tables | keys"}};
    auto opened = opened_programs(programs, R"({"codes":{"a":"standard","b":"exempt"}})");
    EXPECT_EQ(
        answers_of(opened, {{0, 1, R"("b")"}, {0, 1, R"("c")"}, {1, 1, "0"}}),
        (Lines{R"("exempt")", "!look: no code for c", R"(["codes"])"})
    );
    auto without = opened_programs(programs);
    EXPECT_EQ(answers_of(without, {{1, 1, "0"}}), Lines{"[]"});
}

TEST(JqPrograms, TablesMayBeLarge) {
    std::string tables = R"({"t":{)";
    for (int i = 0; i < 100'000; ++i) tables += "\"key-" + std::to_string(i) + R"(":"value",)";
    tables += R"("last":"x"}})";
    auto opened = opened_programs({{"", "", "$tables.t[.]"}, {"", "", "."}}, std::move(tables));
    EXPECT_EQ(
        answers_of(opened, {{0, 1, R"("last")"}, {0, 2, R"("key-7")"}}),
        (Lines{R"("x")", R"("value")"})
    );
}

TEST(JqPrograms, TheOneThatIsWrongIsNamedByItsPlace) {
    Programs programs = kSteps;
    programs[1].text = ".a b";
    EXPECT_TRUE(refused(programs).starts_with("f:2: syntax error")) << refused(programs);
    programs[1].text = "now";
    EXPECT_TRUE(refused(programs).starts_with("f:2: now is not for use here"));
    programs[1].text = "$nosuch";
    EXPECT_TRUE(refused(programs).starts_with("f:2: $nosuch is not defined"));
    programs[1].text = std::string(JqPrograms::kProgramBytesMax + 1, ' ');
    EXPECT_EQ(refused(programs), "f:2: a program is a text of at most 65536 bytes");
    EXPECT_EQ(refused({{"", "f", "$tables"}}, "{broken"), "f: $tables: not JSON");
}

TEST(JqPrograms, WhatEndsTheProcessCostsItsEventAlone) {
    auto programs = opened_programs(
        {{"a to b", "", "if .deep then reduce range(3e5) as $i (0; [.]) | tojson else .n end"},
         {"b to c", "", ". + $tables.by"}},
        R"({"by":10})"
    );
    const Lines lines =
        answers_of(programs, {{0, 2, R"({"n":1})"}, {0, 2, R"({"deep":true})"}, {1, 1, "4"}});
    EXPECT_EQ(lines[0], "11");
    EXPECT_TRUE(lines[1].starts_with("!a to b: its process ended (")) << lines[1];
    EXPECT_EQ(lines[2], "14") << "the new process has the tables too";
}

}  // namespace
}  // namespace sluice::project
