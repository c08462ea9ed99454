#include "commerce/csv/writer.hpp"

#include "base/test_seed.hpp"
#include "commerce/csv/reader.hpp"
#include "commerce/csv/temp_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace sluice::commerce {
namespace {

TEST(CsvWriter, QuotesOnlyWhatNeedsIt) {
    const test::TempDir dir;
    auto writer = CsvWriter::create(dir.file("out.csv"), {"a", "b", "c"});
    ASSERT_TRUE(writer.has_value());
    writer->text("plain text").number(-17).amount(1205);
    writer->end_row();
    writer->text("a,b").text("say \"x\"").null();
    writer->end_row();
    ASSERT_TRUE(writer->close().has_value());
    EXPECT_EQ(dir.read("out.csv"), "a,b,c\nplain text,-17,12.05\n\"a,b\",\"say \"\"x\"\"\",\n");
}

TEST(CsvWriter, AFileThatCannotBeMadeIsNamed) {
    const auto writer = CsvWriter::create("/nowhere/out.csv", {"a"});
    ASSERT_FALSE(writer.has_value());
    EXPECT_EQ(writer.error().code, ErrorCode::kIo);
    EXPECT_NE(writer.error().message.find("/nowhere/out.csv"), std::string::npos);
}

TEST(CsvWriter, AFullDiskIsAnErrorOfClose) {
    auto writer = CsvWriter::create("/dev/full", {"a"});
    if (!writer) GTEST_SKIP() << "no /dev/full here";
    for (int i = 0; i < 10'000; ++i) {
        writer->number(i);
        writer->end_row();
    }
    const Status closed = writer->close();
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().code, ErrorCode::kIo);
}

TEST(CsvModel, WhatIsWrittenIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto any_text = [&random] {
        constexpr std::string_view bytes = "ab ,\"\n\r.\xC3\xA9-";
        std::string text;
        for (std::uint64_t left = random() % 12; left > 0; --left)
            text += bytes[random() % bytes.size()];
        return text;
    };
    const test::TempDir dir;
    std::vector<std::array<std::string, 2>> sent;
    auto writer = CsvWriter::create(dir.file("all.csv"), {"x", "y"});
    ASSERT_TRUE(writer.has_value());
    for (int i = 0; i < 3'000; ++i) {
        sent.push_back({any_text(), any_text()});
        writer->text(sent.back()[0]).text(sent.back()[1]);
        writer->end_row();
    }
    ASSERT_TRUE(writer->close().has_value());
    std::vector<std::array<std::string, 2>> got;
    const std::array<std::string_view, 2> columns{"x", "y"};
    const Status status = read_csv(dir.file("all.csv"), columns, [&](CsvRow& row) {
        got.push_back({std::string{row.text(0)}, std::string{row.text(1)}});
    });
    ASSERT_TRUE(status.has_value()) << status.error().message;
    EXPECT_EQ(got, sent);
}

}  // namespace
}  // namespace sluice::commerce
