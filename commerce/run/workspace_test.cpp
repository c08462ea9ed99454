#include "commerce/run/workspace.hpp"

#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
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

TEST(Workspace, EveryWishHasToBeTheSame) {
    const TempDir folder;
    RunOptions asked = options_in(folder.file("state"));
    asked.chaos = 3;
    ASSERT_TRUE(Workspace::open(asked).has_value());
    RunOptions more = asked;
    more.orders = 8;
    RunOptions seeded = asked;
    seeded.seed = 9;
    RunOptions calm = asked;
    calm.chaos.reset();
    RunOptions wilder = asked;
    wilder.chaos = 4;
    RunOptions read = asked;
    read.data = folder.file("state");
    for (const RunOptions& other : {more, seeded, calm, wilder, read}) {
        const auto refused = Workspace::open(other);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(
            refused.error().message.find(R"({"orders":7,"seed":1,"chaos":3} and not )"),
            std::string::npos
        ) << refused.error().message;
    }
    EXPECT_TRUE(Workspace::open(asked).has_value());
}

struct Damaged {
    const char* json;
    const char* said;
};

TEST(Workspace, WhatARunWroteAndSomebodySpoiledIsToldAndNotGuessed) {
    const TempDir folder;
    const RunOptions asked = options_in(folder.file("state"));
    ASSERT_TRUE(Workspace::open(asked).has_value());
    const std::string file = asked.state + "/run.json";
    for (const Damaged& damaged : std::initializer_list<Damaged>{
             {"", "no JSON object"},
             {"{", "no JSON object"},
             {"[7]", "no JSON object"},
             {R"({"orders":"many"})", "'orders' is no count"},
             {R"({"orders":-7})", "'orders' is no count"},
             {R"({"orders":7.5})", "'orders' is no count"},
             {R"({"orders":7,"seed":null})", "'seed' is no number"},
             {R"({"orders":7,"seed":1,"chaos":true})", "'chaos' is no number"},
             {R"({"data":7})", "'data' is no text"}}) {
        std::ofstream{file} << damaged.json;
        for (const auto& opened : {Workspace::open(asked), Workspace::existing(asked.state)}) {
            ASSERT_FALSE(opened.has_value()) << damaged.json;
            EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
            EXPECT_EQ(opened.error().message, file + ": " + damaged.said);
        }
    }
}

TEST(Workspace, ADirectoryThatCannotBeMadeIsNamed) {
    const TempDir folder;
    std::ofstream{folder.file("file")} << "x";
    const auto opened = Workspace::open(options_in(folder.file("file/below")));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kIo);
    EXPECT_NE(opened.error().message.find("file/below"), std::string::npos);
}

TEST(Workspace, AMovedOneIsFoundWhereItIs) {
    const TempDir folder;
    const RunOptions asked = options_in(folder.file("here"));
    ASSERT_TRUE(Workspace::open(asked).has_value());
    std::filesystem::rename(asked.state, folder.file("there"));
    const auto moved = Workspace::existing(folder.file("there"));
    ASSERT_TRUE(moved.has_value());
    EXPECT_EQ(moved.value().raw(), std::filesystem::path{folder.file("there")} / "raw");
    EXPECT_EQ(moved.value().options().state, folder.file("there"));
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
