// Where a run's orders come from, and that a run that is resumed finds the same.
#include "base/test_seed.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/run/run_fixture.hpp"
#include "commerce/seedrule/files.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <set>
#include <string>

namespace sluice::commerce {
namespace {

namespace fs = std::filesystem;

constexpr std::array kRawFiles{
    kOrdersFile, kItemsFile, kPaymentsFile, kCustomersFile, kReviewsFile};
constexpr std::array kAddedFiles{
    kAddedOrdersFile, kAddedItemsFile, kActsFile, kActUnitsFile, kSummaryFile};

class RunInputTest : public testing::Test {
protected:
    static void replace(const fs::path& file, const std::string& what, const std::string& by) {
        std::string content = test::read_file(file);
        const std::size_t at = content.find(what);
        ASSERT_NE(at, std::string::npos) << file;
        std::ofstream{file, std::ios::binary} << content.replace(at, what.size(), by);
    }

    static std::string error_of(const Workspace& workspace) {
        const auto input = prepare_input(workspace, test::quiet().progress);
        return input.has_value() ? "" : input.error().message;
    }

    std::uint64_t seed_{sluice::test::seed()};
    ::sluice::test::TempDir folder_;
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(RunInputTest, IsGeneratedKeptAndFoundAgain) {
    const Workspace workspace = test::open_workspace(test::small_run(seed_, folder_.file("state")));
    const RunInput made = test::prepare(workspace);
    EXPECT_EQ(made.raw.orders.size(), 60U);
    for (const std::string_view file : kRawFiles) EXPECT_TRUE(fs::exists(workspace.raw() / file));
    for (const std::string_view file : kAddedFiles)
        EXPECT_TRUE(fs::exists(workspace.additions() / file));
    const RunInput found = test::prepare(workspace);
    EXPECT_EQ(found.raw, made.raw);
    EXPECT_EQ(found.additions, made.additions);
    EXPECT_EQ(found.summary, made.summary);
}

TEST_F(RunInputTest, ToldTheSameItIsTheSameAnywhere) {
    const RunInput one =
        test::prepare(test::open_workspace(test::small_run(seed_, folder_.file("one"))));
    const RunInput other =
        test::prepare(test::open_workspace(test::small_run(seed_, folder_.file("other"))));
    EXPECT_EQ(one.raw, other.raw);
    EXPECT_EQ(one.additions, other.additions);
}

TEST_F(RunInputTest, ARunThatWasKilledWhileItWroteItsFilesMakesThemAnew) {
    const RunOptions asked = test::small_run(seed_, folder_.file("state"));
    const RunInput made = test::prepare(test::open_workspace(asked));
    const Workspace workspace = test::open_workspace(asked);
    // The last file of each folder is not there yet, and the one before it is half written.
    fs::remove(workspace.raw() / kReviewsFile);
    fs::resize_file(workspace.raw() / kPaymentsFile, 100);
    fs::remove(workspace.additions() / kSummaryFile);
    fs::resize_file(workspace.additions() / kActUnitsFile, 30);
    const RunInput again = test::prepare(workspace);
    EXPECT_EQ(again.raw, made.raw);
    EXPECT_EQ(again.additions, made.additions);
}

TEST_F(RunInputTest, FilesOfOnesOwnAreReadWhereTheyLie) {
    const RunOptions generated = test::small_run(seed_, folder_.file("generated"));
    const Workspace source = test::open_workspace(generated);
    const RunInput made = test::prepare(source);
    RunOptions asked = test::small_run(seed_, folder_.file("state"));
    asked.data = source.raw().string();
    const Workspace workspace = test::open_workspace(asked);
    const RunInput read = test::prepare(workspace);
    EXPECT_EQ(read.raw, made.raw);
    EXPECT_EQ(read.additions, made.additions);
    EXPECT_EQ(workspace.raw(), fs::canonical(source.raw()));
    EXPECT_FALSE(fs::exists(fs::path{asked.state} / "raw"));
}

TEST_F(RunInputTest, WhatIsWrongWithAFileIsToldWithItsPlace) {
    const Workspace workspace = test::open_workspace(test::small_run(seed_, folder_.file("state")));
    static_cast<void>(test::prepare(workspace));
    replace(workspace.raw() / kItemsFile, "freight_value", "freight");
    EXPECT_NE(
        error_of(workspace).find("olist_order_items_dataset.csv:1: no column 'freight_value'"),
        std::string::npos
    );
    replace(workspace.raw() / kItemsFile, "freight", "freight_value");
    replace(workspace.additions() / kActsFile, "order.placed", "order.made");
    EXPECT_NE(error_of(workspace).find("acts.csv:"), std::string::npos);
}

TEST_F(RunInputTest, TooFewHardCasesAreRefusedWithTheirNumbers) {
    const Workspace workspace = test::open_workspace(test::small_run(seed_, folder_.file("state")));
    static_cast<void>(test::prepare(workspace));
    // Nobody's order is free any more.
    const fs::path orders = workspace.additions() / kAddedOrdersFile;
    std::string content = test::read_file(orders);
    for (std::size_t at = 0; (at = content.find(",FREE,", at)) != std::string::npos;) {
        const std::size_t end = content.find('\n', at);
        content.replace(at, end - at, ",,0,0,0");
    }
    std::ofstream{orders, std::ios::binary} << content;
    const auto input = prepare_input(workspace, test::quiet().progress);
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(input.error().message.find("zero_orders is 0, at least 1 needed"), std::string::npos)
        << input.error().message;
}

TEST_F(RunInputTest, AnOrderThatCannotBePlacedIsRefusedBeforeAnythingIsPublished) {
    const Workspace workspace = test::open_workspace(test::small_run(seed_, folder_.file("state")));
    const RunInput made = test::prepare(workspace);
    std::size_t place = 0;
    while (made.raw.orders[place].items.empty() || !made.additions.orders[place].coupon.empty())
        ++place;
    const std::string& member = made.additions.orders[place].member;
    const std::string row = made.raw.orders[place].id + "," + member;
    replace(workspace.additions() / kAddedOrdersFile, row + ",,0,0,0", row + ",C,999999999,0,0");
    EXPECT_NE(error_of(workspace).find("exceeds the goods"), std::string::npos)
        << error_of(workspace);
}

}  // namespace
}  // namespace sluice::commerce
