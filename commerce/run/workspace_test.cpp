#include "commerce/run/workspace.hpp"

#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sluice::commerce {
namespace {

using TempDir = ::sluice::test::TempDir;

RunOptions options_in(const std::string& state) {
    RunOptions options;
    options.orders = 7;
    options.state = state;
    return options;
}

TEST(Workspace, KeepsWhatWasAskedFor) {
    const TempDir folder;
    RunOptions options = options_in(folder.file("state"));
    options.chaos = 3;
    ASSERT_TRUE(Workspace::open(options).has_value());
    const auto again = Workspace::existing(options.state);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again.value().options(), options);
    EXPECT_TRUE(Workspace::open(options).has_value());
}

TEST(Workspace, RefusesAnotherRun) {
    const TempDir folder;
    RunOptions options = options_in(folder.file("state"));
    ASSERT_TRUE(Workspace::open(options).has_value());
    options.seed = 9;
    const auto refused = Workspace::open(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(refused.error().message.find("\"seed\":9"), std::string::npos)
        << refused.error().message;
}

TEST(Workspace, ATemporaryOneGoes) {
    std::filesystem::path path;
    {
        const auto workspace = Workspace::open(options_in(""));
        ASSERT_TRUE(workspace.has_value());
        path = workspace.value().options().state;
        EXPECT_TRUE(std::filesystem::exists(path / "run.json"));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Workspace, NamesADirectoryThatIsNotThere) {
    RunOptions options = options_in("");
    options.data = "/no-such-directory";
    EXPECT_NE(
        Workspace::open(options).error().message.find("/no-such-directory"), std::string::npos
    );
    EXPECT_EQ(Workspace::existing("/no-such-directory").error().code, ErrorCode::kNotFound);
}

TEST(Workspace, ReplacesAFileAsAWhole) {
    const TempDir folder;
    const std::string path = folder.file("x");
    for (const std::string text : {"a long first text\n", "b\n"}) {
        ASSERT_TRUE(write_file(path, text).has_value());
        std::ifstream in{path};
        EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), text);
    }
    EXPECT_FALSE(write_file(folder.file("no/such/dir"), "x").has_value());
}

}  // namespace
}  // namespace sluice::commerce
