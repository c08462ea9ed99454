#include "project/jq_program.hpp"

#include "project/jq_engine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sluice::project {
namespace {

using Texts = std::vector<std::string>;

Result<JqProgram> open(std::string program, int event_timeout_ms = 5'000) {
    JqProgram::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{event_timeout_ms};
    return JqProgram::open(std::move(program), std::move(options));
}

std::string refusal(std::string program) {
    const auto opened = open(std::move(program));
    return opened ? "accepted" : opened.error().message;
}

/// Each event's value, or "!" and why there is none.
Texts run(Result<JqProgram>& program, const Texts& events) {
    EXPECT_TRUE(program.has_value()) << program.error().message;
    const std::vector<std::string_view> views{events.begin(), events.end()};
    auto answers = program->run(views);
    EXPECT_TRUE(answers.has_value()) << answers.error().message;
    Texts texts;
    for (const auto& one : answers.value()) {
        texts.push_back(one ? one.value() : "!" + one.error().message);
    }
    return texts;
}

Texts run_once(std::string program, const Texts& events) {
    auto opened = open(std::move(program));
    return run(opened, events);
}

/// Those that this thread has started; answers how many.
int kill_children() {
    std::ifstream list{fmt::format("/proc/self/task/{}/children", ::gettid())};
    int count = 0;
    for (pid_t child = 0; list >> child; ++count) ::kill(child, SIGKILL);
    return count;
}

TEST(JqProgram, MakesOneValueOfEach) {
    EXPECT_EQ(
        run_once(
            "{id, skus: [.lines[].sku]}",
            {R"({"id":1,"lines":[{"sku":"a"},{"sku":"b"}]})", R"({"id":2,"lines":[]})"}
        ),
        (Texts{R"({"id":1,"skus":["a","b"]})", R"({"id":2,"skus":[]})"})
    );
    EXPECT_EQ(run_once(".a", {R"({"a":"한글 \u0041"})"}), Texts{R"("한글 A")"});
}

TEST(JqProgram, AnErrorIsTheProgramsOwn) {
    EXPECT_EQ(
        run_once(
            "if .n > 1 then error(\"too many: \\(.n)\") else .n end",
            {R"({"n":1})", R"({"n":2})", R"({"n":0})"}
        ),
        (Texts{"1", "!too many: 2", "0"})
    );
    EXPECT_EQ(run_once(".a.b", {R"({"a":"x"})"}), Texts{"!Cannot index string with string \"b\""});
    EXPECT_EQ(run_once("error({a: 1})", {"1"}), Texts{R"(!{"a":1})"});
    EXPECT_EQ(run_once("error(\"two\\nlines\")", {"1"}), Texts{"!two lines"});
}

TEST(JqProgram, GivesExactlyOneValue) {
    EXPECT_EQ(run_once("empty", {"1"}), Texts{"!the program gives no value"});
    EXPECT_EQ(
        run_once(".[]", {"[1,2]", "[1]"}), (Texts{"!the program gives more than one value", "1"})
    );
    EXPECT_EQ(run_once("null", {"1"}), Texts{"null"});
}

TEST(JqProgram, DataThatIsNoJsonIsTold) {
    const Texts told = run_once(".", {"{broken", "", "1 2", "{}"});
    EXPECT_TRUE(told[0].starts_with("!data: ")) << told[0];
    EXPECT_TRUE(told[1].starts_with("!data: ")) << told[1];
    EXPECT_TRUE(told[2].starts_with("!data: ")) << told[2];
    EXPECT_EQ(told[3], "{}");
}

TEST(JqProgram, AWrongProgramIsRefusedWithWhatJqSays) {
    EXPECT_NE(refusal(".a b").find("syntax error"), std::string::npos) << refusal(".a b");
    EXPECT_NE(refusal("nosuch").find("nosuch/0 is not defined"), std::string::npos);
    EXPECT_EQ(refusal("nosuch").find('\n'), std::string::npos);
    EXPECT_NE(
        refusal(std::string(JqProgram::kProgramBytesMax + 1, ' ')).find("65536"), std::string::npos
    );
}

TEST(JqProgram, WhatIsNoFunctionOfItsInputIsRefused) {
    for (const char* name :
         {"input",
          "inputs",
          "debug",
          "stderr",
          "input_filename",
          "input_line_number",
          "now",
          "localtime",
          "halt",
          "halt_error",
          "env",
          "get_search_list",
          "modulemeta"}) {
        const std::string told = refusal(fmt::format("[.a, \"x\\({})\"]", name));
        EXPECT_NE(told.find("is not for use here"), std::string::npos) << name << ": " << told;
    }
    EXPECT_NE(refusal("$ENV.HOME").find("$ENV is not for use here"), std::string::npos);
    EXPECT_NE(refusal("import \"a\" as a; .").find("module not found"), std::string::npos);
    EXPECT_NE(refusal("include \"a\"; .").find("module not found"), std::string::npos);
}

// By what it is compiled to, not by its letters: a field may have any name.
TEST(JqProgram, NamesOfFieldsAndTextsAreFree) {
    EXPECT_EQ(
        run_once(
            "{now: .now, env: .input, s: \"halt CALL_BUILTIN now\"}", {R"({"now":1,"input":2})"}
        ),
        Texts{R"({"now":1,"env":2,"s":"halt CALL_BUILTIN now"})"}
    );
    EXPECT_EQ(run_once("def now: 7; now", {"1"}), Texts{"7"});
}

TEST(JqProgram, AProgramThatRunsForEverCostsItsEventAlone) {
    auto program = open("if .loop then until(false; .) else .n end", 300);
    EXPECT_EQ(
        run(program, {R"({"n":1})", R"({"loop":true})", R"({"n":3})"}),
        (Texts{"1", "!it took longer than 300 ms", "3"})
    );
}

TEST(JqProgram, AProgramThatTakesAllMemoryCostsItsEventAlone) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers cannot live within a limit of memory";
#endif
    auto program = open("if .big then [] | .[1000000000] = 1 else .n end", 60'000);
    const Texts told = run(program, {R"({"big":true})", R"({"n":2})"});
    EXPECT_TRUE(told[0].starts_with("!its process ended (")) << told[0];
    EXPECT_EQ(told[1], "2");
}

// libjq 1.6 ends its process where its stack ends.
TEST(JqProgram, WhatEndsItsProcessCostsItsEventAlone) {
    auto program =
        open("if .deep then reduce range(3e5) as $i (0; [.]) | tojson else .n end", 60'000);
    const Texts told =
        run(program, {R"({"n":1})", R"({"deep":true})", R"({"deep":true})", R"({"n":4})"});
    EXPECT_EQ(told[0], "1");
    EXPECT_TRUE(told[1].starts_with("!its process ended (")) << told[1];
    EXPECT_EQ(told[2], told[1]);
    EXPECT_EQ(told[3], "4");
}

TEST(JqProgram, AProcessThatIsGoneBetweenEventsIsNobodysFault) {
    auto program = open(".");
    EXPECT_EQ(run(program, {"1"}), Texts{"1"});
    ASSERT_EQ(kill_children(), 1);
    EXPECT_EQ(run(program, {"2", "3"}), (Texts{"2", "3"}));
}

TEST(JqProgram, ManyLargeEventsDoNotBlockOneAnother) {
    const std::string large = "\"" + std::string(300'000, 'x') + "\"";
    const Texts events(40, large);
    EXPECT_EQ(run_once(".", events), events);
}

TEST(JqProgram, WithoutAProcessNothingIsTried) {
    JqProgram::Options options;
    options.worker = {"/nonexistent/worker"};
    const auto opened = JqProgram::open(".", options);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(opened.error().message.find("/nonexistent/worker"), std::string::npos);
}

TEST(JqEngine, FindsForbiddenCallsInADisassembly) {
    const std::string text =
        "0000 TOP\n0001 CALL_BUILTIN now\n    0005 CALL_BUILTIN _plus\n  0002 LOADK \"CALL_BUILTIN "
        "env\"\n0004 CALL_BUILTIN _input\n0009 CALL_BUILTIN input\n";
    EXPECT_EQ(jq::forbidden_in(text), "now, input");
    EXPECT_EQ(jq::forbidden_in("0001 CALL_BUILTIN nowhere\n"), "");
    EXPECT_EQ(jq::forbidden_in(""), "");
}

}  // namespace
}  // namespace sluice::project
