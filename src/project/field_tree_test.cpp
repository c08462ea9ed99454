#include "project/field_tree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::project {
namespace {

FieldNode tree_of(const std::vector<std::string>& texts) {
    std::vector<FieldPath> paths;
    for (const std::string& text : texts) {
        auto path = FieldPath::parse(text);
        EXPECT_TRUE(path.has_value()) << text;
        paths.push_back(std::move(path).value());
    }
    return field_tree(paths);
}

using Paths = std::vector<std::size_t>;

TEST(FieldPath, IsAJsonPointer) {
    EXPECT_EQ(
        FieldPath::parse("/a~1b/~0/*")->tokens(), (std::vector<std::string>{"a/b", "~", "*"})
    );
    for (const char* wrong : {"", "a", "a/b", "/~", "/~2"}) {
        EXPECT_EQ(FieldPath::parse(wrong).error().code, ErrorCode::kInvalidArgument) << wrong;
    }
    std::string deep;
    for (std::size_t i = 0; i < FieldPath::kTokensMax; ++i) deep += "/a";
    EXPECT_TRUE(FieldPath::parse(deep).has_value());
    EXPECT_EQ(FieldPath::parse(deep + "/a").error().message, "33 names, and a path has at most 32");
}

TEST(FieldTree, SharesWhatPathsHaveInCommon) {
    const FieldNode root = tree_of({"/b/x", "/a", "/b/y", "/b"});
    ASSERT_EQ(root.children.size(), 2U);
    EXPECT_EQ(root.child("a")->paths, Paths{1});
    const FieldNode* b = root.child("b");
    EXPECT_EQ(b->paths, Paths{3});
    EXPECT_TRUE(b->is_end());
    EXPECT_EQ(b->child("x")->paths, Paths{0});
    EXPECT_EQ(b->child("y")->paths, Paths{2});
    EXPECT_EQ(b->child("z"), nullptr);
    EXPECT_EQ(root.child("c"), nullptr);
    EXPECT_FALSE(root.is_end());
}

TEST(FieldTree, ANameFindsWhatAStarAsksForAsWell) {
    const FieldNode root = tree_of({"/*/x", "/a/y", "/*", "/a/*/z"});
    const FieldNode* a = root.child("a");
    EXPECT_EQ(a->paths, Paths{2});
    EXPECT_EQ(a->child("x")->paths, Paths{0});
    EXPECT_EQ(a->child("y")->paths, Paths{1});
    EXPECT_EQ(a->child("x")->child("z")->paths, Paths{3}) << "through both";
    EXPECT_EQ(root.child("other")->child("x")->paths, Paths{0});
    EXPECT_EQ(root.child("other")->child("y"), nullptr);
}

}  // namespace
}  // namespace sluice::project
