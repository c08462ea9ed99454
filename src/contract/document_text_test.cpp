#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "contract/document.hpp"
#include "contract/json_pointer.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;

std::string text_error(std::string_view text) {
    const auto document = Document::parse("f", text);
    return document.has_value() ? "fine: " + document->root().dump() : document.error().message;
}

Json tree_of(std::string_view text) {
    const auto document = Document::parse("f", text);
    EXPECT_TRUE(document.has_value()) << document.error().message;
    return document.has_value() ? document->root() : Json{};
}

struct Text {
    const char* yaml;
    const char* json;
};

class YamlTexts : public testing::TestWithParam<Text> {};

TEST_P(YamlTexts, MeanTheirJson) {
    EXPECT_EQ(tree_of(GetParam().yaml), Json::parse(GetParam().json));
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    YamlTexts,
    testing::Values(
        Text{"a: |\n  two\n  lines\n", R"({"a":"two\nlines\n"})"},
        Text{"a: >-\n  one\n  line\n", R"({"a":"one line"})"},
        Text{"a: 'it''s'\nb: \"a\\tb\\u00e9\"\n", R"({"a":"it's","b":"a\tbé"})"},
        Text{"# above\na: 1 # beside\n\n#below", R"({"a":1})"},
        Text{"a: b#c\n", R"({"a":"b#c"})"},
        Text{"a:\n- 1\n- - 2\n  - {b: 3}\n", R"({"a":[1,[2,{"b":3}]]})"},
        Text{"a:\nb: ~\nc: ''\n", R"({"a":null,"b":null,"c":""})"},
        Text{"---\na: 1\n...\n", R"({"a":1})"},
        Text{
            "\xEF\xBB\xBF"
            "a: 1\r\nb: 2\r\n",
            R"({"a":1,"b":2})"},
        Text{"주문: '취소 🛒'\n", R"({"주문":"취소 🛒"})"},
        Text{"'1': a\ntrue: b\n", R"({"1":"a","true":"b"})"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Anchors,
    YamlTexts,
    testing::Values(
        Text{"a: &x {b: 1}\nc: *x\n", R"({"a":{"b":1},"c":{"b":1}})"},
        Text{"a: &x text\nb: [*x, *x]\n", R"({"a":"text","b":["text","text"]})"},
        Text{"a: &x {b: 1}\nc: {<<: *x}\n", R"({"a":{"b":1},"c":{"<<":{"b":1}}})"}
    )
);

struct BadText {
    std::string_view text;
    const char* error;
};

class BadTexts : public testing::TestWithParam<BadText> {};

TEST_P(BadTexts, AreRefusedAtTheirPlace) {
    EXPECT_EQ(text_error(GetParam().text), GetParam().error);
}

constexpr const char* kNoText = "f:2:4: no text in UTF-8, or a control character, stands here";

INSTANTIATE_TEST_SUITE_P(
    Bytes,
    BadTexts,
    testing::Values(
        BadText{"a: 1\nb: \xFF\n", kNoText},
        BadText{"a: 1\nb: \xC3(", kNoText},
        BadText{"a: 1\nb: \xED\xA0\x80", kNoText},
        BadText{"a: 1\nb: \x07\n", kNoText},
        BadText{std::string_view{"a: 1\nb: \0c", 10}, kNoText},
        BadText{"a: 1\nb: \x7F\n", kNoText},
        BadText{
            "a: 1\n# \xFF\xFE\n", "f:2:3: no text in UTF-8, or a control character, stands here"},
        BadText{
            std::string_view{
                "\xFF\xFE"
                "a\0:\0",
                6},
            "f:1:1: no text in UTF-8, or a control character, stands here"}
    )
);

// Each of these, as a whole file, made yaml-cpp's LoadAll take memory until there was none.
INSTANTIATE_TEST_SUITE_P(
    StrayMarks,
    BadTexts,
    testing::Values(
        BadText{",", "f:1:1: a second document begins; a file holds one"},
        BadText{"a: 1\n, b: 2\n", "f:2:1: end of map not found"},
        BadText{"a: 1\n]\n", "f:2:1: illegal flow end"},
        BadText{"[1]]", "f:1:4: illegal flow end"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Ambiguous,
    BadTexts,
    testing::Values(
        BadText{" \n\t\r\n", "f:1:1: the file is empty"},
        BadText{"a: 1\n---\n", "f:2:1: a second document begins; a file holds one"},
        BadText{"{a: 1, 'a': 2}", "f:1:8: /a: this name is there twice"},
        BadText{"a: {b: {c: 1, c: 2}}", "f:1:15: /a/b/c: this name is there twice"},
        BadText{"? [1, 2]\n: 3\n", "f:1:1: a name must be a text"},
        BadText{
            "a: !!binary AAAA\n",
            "f:1:4: /a: the tag 'tag:yaml.org,2002:binary' is not known; quote a text instead"},
        BadText{"a: \"\\x80\"\n", "fine: {\"a\":\"\xC2\x80\"}"}
    )
);

TEST(Document, ANameThatIsHalfTheFileIsCutInMessages) {
    const auto document = Document::parse("f", "a: 1\n");
    ASSERT_TRUE(document.has_value()) << document.error().message;
    EXPECT_EQ(document->line({1, 2}, "/a b/c", "text"), "f:1:2: /a b/c: text");
    EXPECT_EQ(document->line({1, 2}, "/a\nb/c", "text"), "f:1:2: /'a\\x0ab'/c: text");
    EXPECT_EQ(
        document->line({3, 1}, "/" + std::string(90, 'n'), "text"),
        "f:3:1: /'" + std::string(40, 'n') + "…' (90 bytes): text"
    );
}

TEST(Document, NothingStandsWhereItsNameDoes) {
    const auto document = Document::parse("f", "a: {b: , c: }\nd:\n\n\ne: [~, ]\n").value();
    EXPECT_EQ(document.place_of("/a/b"), (Place{1, 5}));
    EXPECT_EQ(document.place_of("/a/c"), (Place{1, 10}));
    EXPECT_EQ(document.place_of("/d"), (Place{2, 1}));
    EXPECT_EQ(document.place_of("/e/0"), (Place{5, 5}));
}

TEST(Document, APlaceIsWhereItsTextStands) {
    const std::string text = "a: {b: [x, y]}\nc:\n  - d: 'e'\n    f: \"g\"\n";
    const auto document = Document::parse("f", text).value();
    EXPECT_EQ(document.place_of("/a/b/1"), (Place{1, 12}));
    EXPECT_EQ(document.place_of("/c/0/d"), (Place{3, 8}));
    EXPECT_EQ(document.place_of("/c/0/f"), (Place{4, 8}));
    EXPECT_EQ(document.place_of_key("/c/0/f"), (Place{4, 5}));
    EXPECT_EQ(document.place_of_key("/c"), (Place{2, 1}));
}

// JSON is a part of YAML: the reference is nlohmann's parser. Every value has a place, and its name
// or first letter stands there.
TEST(Document, ReadsAnyJsonAsAParserOfJsonDoes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        Json tree{{"first", 1}};
        for (std::uint64_t left = random() % 5; left > 0; --left) {
            tree["k" + std::to_string(random() % 9)] = {
                {sluice::test::random_text(random, 8),
                 {true, nullptr, static_cast<std::int64_t>(random())}},
                {"list", {sluice::test::random_text(random, 8), 0.5, Json::object()}}};
        }
        const std::string text = tree.dump(static_cast<int>(random() % 3));
        const auto document = Document::parse("f", text);
        ASSERT_TRUE(document.has_value()) << document.error().message << "\n" << text;
        ASSERT_EQ(document->root(), tree);
        const Json flat = tree.flatten();
        for (const auto& [pointer, leaf] : flat.items()) {
            const Json* found = document->find(pointer);
            ASSERT_NE(found, nullptr) << pointer;
            ASSERT_EQ(*found, tree.at(Json::json_pointer{pointer}));
        }
    }
}

TEST(Document, WhateverTheTextItEndsAndSaysWhere) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string good = "a: &x [1, {b: 'c'}]\nd: |\n  e\n\"f\": *x\n? g\n: !!str 5\n";
    ASSERT_TRUE(Document::parse("f", good).has_value());
    for (int round = 0; round < 5'000; ++round) {
        std::string text = good;
        for (std::uint64_t left = random() % 4 + 1; left > 0; --left) {
            text = sluice::test::mutated(random, std::move(text), ":{}[],'\"#&*!|>-?% \n\t@`");
        }
        const auto document = Document::parse("f", text);
        if (document.has_value()) continue;
        ASSERT_EQ(document.error().code, ErrorCode::kBadConfig);
        ASSERT_TRUE(document.error().message.starts_with("f:")) << document.error().message;
        ASSERT_EQ(document.error().message.find('\n'), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace sluice::contract
