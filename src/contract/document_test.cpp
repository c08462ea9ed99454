#include "contract/document.hpp"

#include <gtest/gtest.h>

namespace sluice::contract {
namespace {

std::string error_of(std::string_view text) {
    const auto document = Document::parse("f.yaml", text);
    return document.has_value() ? "fine" : document.error().message;
}

TEST(Document, KnowsWhereEachValueStands) {
    const auto document = Document::parse("f.yaml", "a:\n  b/c: [1, two]\n  d: {e: 'x'}\n").value();
    EXPECT_EQ(document.root(), nlohmann::json::parse(R"({"a":{"b/c":[1,"two"],"d":{"e":"x"}}})"));
    EXPECT_EQ(document.place_of("/a/b~1c/1"), (Place{2, 12}));
    EXPECT_EQ(document.place_of_key("/a/b~1c"), (Place{2, 3}));
    EXPECT_EQ(document.place_of("/a/d/e"), (Place{3, 10}));
    EXPECT_EQ(document.place_of("/a/d/missing/deeper"), document.place_of("/a/d"));
    EXPECT_EQ(*document.find("/a/b~1c/0"), 1);
    EXPECT_EQ(document.find("/a/b~1c/2"), nullptr);
    EXPECT_EQ(document.find("/a/x"), nullptr);
    EXPECT_EQ(document.find("a"), nullptr);
    EXPECT_EQ(document.line({3, 7}, "/a", "text"), "f.yaml:3:7: /a: text");
}

TEST(Document, TakesJson) {
    const auto document =
        Document::parse("f.json", "{\n \"a\": [true, null, -1.5e2, \"\\u00e9\\/\"]\n}").value();
    EXPECT_EQ(document.root(), nlohmann::json::parse(R"({"a":[true,null,-150.0,"é/"]})"));
    EXPECT_EQ(document.place_of("/a/2"), (Place{2, 20}));
}

TEST(Document, QuotedIsText) {
    const auto document = Document::parse("f", "[12, '12', \"true\", !!str 5, ~]").value();
    EXPECT_EQ(document.root(), nlohmann::json::parse(R"([12,"12","true","5",null])"));
}

TEST(Document, RefusesWhatIsAmbiguous) {
    EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: /a: this name is there twice");
    EXPECT_EQ(
        error_of("a: 1\n---\nb: 2\n"), "f.yaml:2:1: a second document begins; a file holds one"
    );
    EXPECT_EQ(
        error_of("a: !size 5\n"),
        "f.yaml:1:4: /a: the tag '!size' is not known; quote a text instead"
    );
    EXPECT_EQ(error_of("[1]: 2\n"), "f.yaml:1:1: a name must be a text");
    EXPECT_EQ(error_of(""), "f.yaml:1:1: the file is empty");
    EXPECT_EQ(error_of("a: \"\\ud83d\\uded2\"\n"), "f.yaml:1:11: invalid unicode: 55357");
}

TEST(Document, SaysWhereTheTextBreaks) {
    EXPECT_EQ(error_of("a: [1, 2\nb: 3\n"), "f.yaml:2:2: end of sequence flow not found");
    EXPECT_EQ(error_of("a: {b: 1\n"), "f.yaml:2:1: end of map flow not found");
    EXPECT_EQ(error_of("a: *nowhere\n"), "f.yaml:1:4: the referenced anchor is not defined");
}

TEST(Document, IsBounded) {
    EXPECT_NE(
        error_of(std::string(200, '[') + std::string(200, ']')).find("more than 100 levels"),
        std::string::npos
    );
    EXPECT_NE(error_of(std::string(100'000, '[')), "fine");
    EXPECT_EQ(
        error_of(std::string((std::size_t{4} << 20) + 1, ' ')),
        "f.yaml:1:1: 4194305 bytes, and at most 4194304 are read"
    );
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < 9; ++level) {
        laughs += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
        for (int item = 0; item < 10; ++item)
            laughs += (item > 0 ? ", *a" : "*a") + std::to_string(level - 1);
        laughs += "]\n";
    }
    EXPECT_NE(error_of(laughs).find("more than 200000 values"), std::string::npos);
    EXPECT_NE(error_of("a: &a [*a]\n"), "fine");
}

TEST(Document, AFileThatIsNotThereIsNamed) {
    const auto document = Document::read("/nowhere/order.yaml");
    ASSERT_FALSE(document.has_value());
    EXPECT_EQ(document.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(
        document.error().message, "/nowhere/order.yaml: cannot be read: No such file or directory"
    );
    EXPECT_FALSE(Document::read("/").has_value());
}

}  // namespace
}  // namespace sluice::contract
