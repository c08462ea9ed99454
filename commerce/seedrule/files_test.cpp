#include "commerce/seedrule/files.hpp"

#include "base/test_seed.hpp"
#include "commerce/csv/temp_file.hpp"
#include "commerce/generate/sample.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

TEST(AdditionsFilesModel, WhatIsWrittenIsRead) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::TempDir dir;
    const test::Sample sample = test::sample(1'000, seed);
    ASSERT_TRUE(write_additions(sample.raw, sample.additions, dir.path()).has_value());
    const auto read = read_additions(sample.raw, seed, dir.path());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), sample.additions);
}

/// The files of a small sample, one of which a test spoils.
class SpoiledFiles : public testing::Test {
protected:
    SpoiledFiles() : sample_{test::sample(40, 1)} {
        EXPECT_TRUE(write_additions(sample_.raw, sample_.additions, dir_.path()).has_value());
    }

    /// Replaces the first `what` of the file; answers the reader's error.
    std::string spoil(std::string_view file, std::string_view what, std::string_view by) {
        std::string content = dir_.read(file);
        const std::size_t at = content.find(what);
        EXPECT_NE(at, std::string::npos);
        if (at == std::string::npos) return "nothing to spoil";
        content.replace(at, what.size(), by);
        dir_.write(file, content);
        const auto read = read_additions(sample_.raw, 1, dir_.path());
        return read ? "" : read.error().message;
    }

    std::string first() const { return sample_.raw.orders.front().id; }

    test::Sample sample_;
    test::TempDir dir_;
};

TEST_F(SpoiledFiles, AnUnknownOrder) {
    EXPECT_NE(
        spoil(kAddedOrdersFile, first(), "o-x").find("orders.csv:2: order_id: expected an order"),
        std::string::npos
    );
}

TEST_F(SpoiledFiles, AMissingOrder) {
    const std::string row = dir_.read(kAddedOrdersFile);
    const std::size_t begin = row.find(first());
    const std::string line = row.substr(begin, row.find('\n', begin) + 1 - begin);
    EXPECT_NE(
        spoil(kAddedOrdersFile, line, "").find("rows of order '" + first() + "' are missing"),
        std::string::npos
    );
}

TEST_F(SpoiledFiles, AnUnknownType) {
    EXPECT_NE(
        spoil(kActsFile, "order.placed", "order.made").find("type: expected a word of"),
        std::string::npos
    );
}

TEST_F(SpoiledFiles, ATypeOfAnotherSource) {
    EXPECT_NE(
        spoil(kActsFile, "order.placed", "delivery.completed")
            .find("type: expected a type of this source"),
        std::string::npos
    );
}

TEST_F(SpoiledFiles, ATimeThatIsNone) {
    EXPECT_NE(spoil(kActsFile, "Z,", ",").find("expected a time such as"), std::string::npos);
}

TEST_F(SpoiledFiles, AParcelOfAnotherOrder) {
    EXPECT_NE(
        spoil(kActsFile, "-1,", "-x,").find("parcel: expected <order_id>-<k>"), std::string::npos
    );
}

TEST_F(SpoiledFiles, UnitsOfNoAct) {
    EXPECT_NE(
        spoil(kActUnitsFile, "deliveries,1,", "deliveries,77,")
            .find("seq: expected an act of acts.csv"),
        std::string::npos
    );
}

TEST_F(SpoiledFiles, AColumnIsMissing) {
    EXPECT_NE(
        spoil(kAddedItemsFile, "tax_bp", "tax").find("no column 'tax_bp' in the header"),
        std::string::npos
    );
}

TEST(AdditionsFiles, AFolderThatCannotBeMadeIsNamed) {
    const test::TempDir dir;
    dir.write("file", "x");
    const Status written = write_additions({}, {}, dir.file("file/below"));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace sluice::commerce
