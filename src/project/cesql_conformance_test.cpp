// The official cases of CESQL 1.0 (the specification's technology compatibility kit), a test a
// file. They are no part of the project: SLUICE_SHARED names a directory with conformance/cesql,
// else they are looked for in ../shared. Where there are none these tests say that they skip, and
// the tests beside the units stand alone.
#include "contract/document.hpp"
#include "project/cesql_fixture.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sluice::project {
namespace {

using contract::Document;
using nlohmann::json;

std::string folder() {
    const char* shared = std::getenv("SLUICE_SHARED");  // NOLINT(concurrency-mt-unsafe): no writer
    return std::string{shared != nullptr ? shared : SLUICE_SHARED_FOLDER} + "/conformance/cesql";
}

std::string path_of(const char* file) {
    return fmt::format("{}/{}.yaml", folder(), file);
}

std::string read_all(const std::string& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// A scalar as it is written, since `expression: TRUE` means these letters.
std::string written_at(const Document& document, const std::string& text, const std::string& at) {
    const json& value = *document.find(at);
    if (value.is_string()) return value.get<std::string>();
    const contract::Place place = document.place_of(at);
    std::istringstream lines{text};
    std::string line;
    for (std::size_t i = 0; i < place.line; ++i) std::getline(lines, line);
    const std::string scalar = line.substr(place.column - 1);
    return scalar.substr(0, scalar.find_last_not_of(" \r") + 1);
}

test::Attribute attribute(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int32_t>();
    return value.get<std::string>();
}

test::TestEvent event_of(const json& one) {
    test::TestEvent event{
        {{"specversion", std::string{"1.0"}},
         {"id", std::string{"an-id"}},
         {"source", std::string{"/a/source"}},
         {"type", std::string{"a.type"}}}};
    if (one.contains("event")) event = test::TestEvent{};
    for (const char* given : {"event", "eventOverrides"}) {
        if (!one.contains(given)) continue;
        for (const auto& [name, value] : one.at(given).items()) event.set(name, attribute(value));
    }
    return event;
}

std::string expected(const json& one) {
    const std::string fault = one.contains("error") ? " " + one.at("error").get<std::string>() : "";
    const json& result = one.at("result");
    if (result.is_string()) return fmt::format("'{}'{}", result.get<std::string>(), fault);
    return result.dump() + fault;
}

class CesqlConformance : public testing::TestWithParam<const char*> {};

TEST_P(CesqlConformance, EveryCaseOfTheFile) {
    const std::string path = path_of(GetParam());
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the official cases are not at " << path;
    const std::string text = read_all(path);
    const auto document = Document::parse(path, text);
    ASSERT_TRUE(document.has_value()) << document.error().message;
    const json& tests = document->root().at("tests");
    for (std::size_t i = 0; i < tests.size(); ++i) {
        const json& one = tests.at(i);
        const std::string at = fmt::format("/tests/{}/expression", i);
        const std::string expression = written_at(document.value(), text, at);
        SCOPED_TRACE(fmt::format("{}: {}", one.at("name").dump(), expression));
        const bool shall_parse = one.value("error", "") != "parse";
        ASSERT_EQ(Cesql::parse(expression).has_value(), shall_parse);
        if (shall_parse) {
            ASSERT_EQ(test::given(expression, event_of(one)), expected(one));
        }
    }
}

constexpr std::array kFiles{
    "binary_comparison_operators",
    "binary_logical_operators",
    "binary_math_operators",
    "case_sensitivity",
    "casting_functions",
    "context_attributes_access",
    "exists_expression",
    "in_expression",
    "integer_builtin_functions",
    "like_expression",
    "literals",
    "negate_operator",
    "not_operator",
    "parse_errors",
    "spec_examples",
    "string_builtin_functions",
    "sub_expression",
    "subscriptions_api_recreations"};

TEST(CesqlConformanceFiles, AreAllThereWith275Cases) {
    if (!std::filesystem::exists(folder())) {
        GTEST_SKIP() << "the official cases are not at " << folder();
    }
    std::size_t cases = 0;
    for (const char* file : kFiles) {
        const auto document = Document::read(path_of(file));
        ASSERT_TRUE(document.has_value()) << document.error().message;
        cases += document->root().at("tests").size();
    }
    EXPECT_EQ(cases, 275U);
}

INSTANTIATE_TEST_SUITE_P(Files, CesqlConformance, testing::ValuesIn(kFiles), [](const auto& file) {
    return std::string{file.param};
});

}  // namespace
}  // namespace sluice::project
