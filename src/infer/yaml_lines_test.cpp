#include "infer/yaml_lines.hpp"

#include "contract/document.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sluice::infer {
namespace {

using Json = nlohmann::json;

Json read_back(const std::string& text) {
    const auto document = contract::Document::parse("f", text);
    EXPECT_TRUE(document.has_value()) << text << (document ? "" : document.error().message);
    return document ? document.value().root() : Json{};
}

TEST(YamlScalar, IsPlainWhereItIsReadAsThatText) {
    EXPECT_EQ(yaml_scalar("order.placed"), "order.placed");
    EXPECT_EQ(yaml_scalar("/order/id"), "/order/id");
    for (const std::string_view text :
         {"",     "true", "No", "NULL", "1",  "1.5",        "-",   "- a", "a: b", "a#b", "#a",
          "*a",   "&a",   "!a", "%a",   "@a", "`a`",        "{a}", "[a]", "a\nb", "\"",  "'",
          "주문", " a",   "a ", "0x1f", "~",  "2026-01-31", "a,b", "?",   "a\\b"}) {
        EXPECT_EQ(read_back(fmt::format("k: {}\n", yaml_scalar(text)))["k"], text)
            << yaml_scalar(text);
        EXPECT_EQ(read_back(fmt::format("{{k: {}}}\n", yaml_scalar(text)))["k"], text)
            << "in a flow mapping";
        EXPECT_EQ(
            read_back(fmt::format("{}: 1\n", yaml_scalar(text))), (Json{{std::string{text}, 1}})
        ) << "as a key";
    }
}

TEST(YamlLines, AreReadBackAsTheValue) {
    const std::string_view values[] = {
        R"({"type": "object", "required": ["a", "b c"], "properties": {"a": {"type": ["integer", "null"]}, "b c": {}}})",
        R"({"anyOf": [{"type": "string"}, {"items": [{"const": 1}, {"enum": [1.5, true, null, "no"]}]}]})",
        R"({"list": [[1, 2], [], {}], "empty": [], "none": {}})",
        R"("text")",
        R"(17)",
        R"([1, [2, [3]]])"};
    for (const std::string_view value : values) {
        const Json json = Json::parse(value);
        EXPECT_EQ(read_back("at:\n" + yaml_lines(json, 2))["at"], json) << yaml_lines(json, 2);
    }
}

TEST(YamlLines, AreWrittenAsAPersonWould) {
    EXPECT_EQ(
        yaml_lines(
            Json::parse(
                R"({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})"
            ),
            2
        ),
        "  properties:\n    id:\n      type: string\n  required: [id]\n  type: object\n"
    );
}

TEST(FlowPair, QuotesWhatMustBe) {
    EXPECT_EQ(flow_pair("pointer: /order/id"), "pointer: /order/id");
    EXPECT_EQ(flow_pair("header: a, b"), "header: \"a, b\"");
}

}  // namespace
}  // namespace sluice::infer
