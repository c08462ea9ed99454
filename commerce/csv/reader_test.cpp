#include "commerce/csv/reader.hpp"

#include "commerce/csv/temp_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sluice::commerce {
namespace {

constexpr std::array<std::string_view, 2> kColumns{"id", "text"};

struct Read {
    std::vector<std::string> rows;  // "id|text@line"
    std::string error;
};

Read read(std::string_view content) {
    const test::TempDir dir;
    Read out;
    const Status status = read_csv(dir.write("in.csv", content), kColumns, [&](CsvRow& row) {
        out.rows.push_back(fmt::format("{}|{}@{}", row.text(0), row.text(1), row.line()));
    });
    if (!status) out.error = status.error().message.substr(dir.path().size() + 1);
    return out;
}

using Rows = std::vector<std::string>;

TEST(CsvReader, FindsColumnsByNameWhereverTheyStand) {
    const Read got = read("other,text,id\n1,two,3\n4,five,6\n");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, (Rows{"3|two@2", "6|five@3"}));
}

TEST(CsvReader, TakesByteOrderMarkCarriageReturnsAndNoLineBreakAtTheEnd) {
    const Read got = read("\xEF\xBB\xBFid,text\r\n1,a\r\n2,b");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, (Rows{"1|a@2", "2|b@3"}));
}

TEST(CsvReader, QuotedFieldsHoldCommasQuotesAndLineBreaksAndLinesAreCountedThroughThem) {
    const Read got = read("\"id\",\"text\"\n1,\"a, \"\"b\"\"\nc\"\n2,d\n");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, (Rows{"1|a, \"b\"\nc@2", "2|d@4"}));
}

TEST(CsvReader, EmptyLinesAreNoRowsAndBlanksAreKept) {
    const Read got = read("id,text\n\n1, a \n\n\n2,\n");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, (Rows{"1| a @3", "2|@6"}));
}

TEST(CsvReader, ARowLargerThanTheBufferIsOneRow) {
    const std::string large(200'000, 'x');
    const Read got = read("id,text\n1," + large + "\n2,b\n");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, (Rows{"1|" + large + "@2", "2|b@3"}));
}

TEST(CsvReader, AMissingColumnNamesItAndThoseFound) {
    const Read got = read("id,txt\n1,a\n");
    EXPECT_EQ(got.error, "in.csv:1: no column 'text' in the header; its columns are: id, txt");
    EXPECT_EQ(got.rows, Rows{});
}

TEST(CsvReader, ARowOfAnotherWidthNamesItsLine) {
    EXPECT_EQ(read("id,text\n1,a\n2\n").error, "in.csv:3: 1 fields where the header has 2 columns");
    const Read more = read("id,text\n1,\"a\nb\"\n2,b,c\n3,d\n");
    EXPECT_EQ(more.error, "in.csv:4: 3 fields where the header has 2 columns");
    EXPECT_EQ(more.rows, (Rows{"1|a\nb@2"}));
}

TEST(CsvReader, QuotesThatDoNotMatchAreRefused) {
    EXPECT_NE(
        read("id,text\n1,\"open\n2,b\n").error.find("in.csv:2: the quotes"), std::string::npos
    );
    EXPECT_NE(
        read("id,text\n1,a\n2,\"b\"c\n").error.find("in.csv:3: the quotes"), std::string::npos
    );
}

TEST(CsvReader, AnEmptyFileSaysWhatHeaderWasExpected) {
    EXPECT_EQ(read("").error, "in.csv: empty; expected a header with id, text");
}

TEST(CsvReader, AFileThatIsNotThereIsNotFound) {
    const Status status = read_csv("/nowhere/in.csv", kColumns, [](CsvRow&) {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
    EXPECT_NE(status.error().message.find("/nowhere/in.csv"), std::string::npos);
}

/// Reads one field as an integer and as an amount: "7|700" or the error.
std::string numbers(std::string_view field) {
    const test::TempDir dir;
    const std::array<std::string_view, 1> columns{"n"};
    std::string integer;
    std::string amount;
    const std::string path = dir.write("in.csv", fmt::format("n\n{}\n", field));
    const Status first =
        read_csv(path, columns, [&](CsvRow& row) { integer = std::to_string(row.integer(0)); });
    const Status second =
        read_csv(path, columns, [&](CsvRow& row) { amount = std::to_string(row.amount(0)); });
    return fmt::format("{}|{}", first ? integer : "bad", second ? amount : "bad");
}

TEST(CsvRow, AmountsAreExactAndHaveAtMostTwoDecimals) {
    EXPECT_EQ(numbers("7"), "7|700");
    EXPECT_EQ(numbers("-7"), "-7|-700");
    EXPECT_EQ(numbers("12.3"), "bad|1230");
    EXPECT_EQ(numbers("12.34"), "bad|1234");
    EXPECT_EQ(numbers("-0.05"), "bad|-5");
    EXPECT_EQ(numbers("0.29"), "bad|29");  // 0.29 × 100 is 28.999… in floating point
    EXPECT_EQ(numbers("9999999999999.99"), "bad|999999999999999");
}

TEST(CsvRow, WhatIsNoNumberIsRefused) {
    for (const std::string_view bad :
         {"x", "1x", "1.", ".5", "1.234", "1,5", "1e3", "--1", "1.-5", "99999999999999999999"}) {
        EXPECT_EQ(numbers(fmt::format("\"{}\"", bad)), "bad|bad") << bad;
    }
}

TEST(CsvRow, TheFirstBadFieldFailsTheReadingWithItsPlace) {
    const test::TempDir dir;
    int rows = 0;
    const std::string path = dir.write("in.csv", "id,text\n1,a\nx,\n3,c\n");
    const Status status = read_csv(path, kColumns, [&](CsvRow& row) {
        ++rows;
        row.integer(0);
        row.required(1);
    });
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(status.error().message, path + ":3: id: expected a whole number, found 'x'");
    EXPECT_EQ(rows, 2);
}

}  // namespace
}  // namespace sluice::commerce
