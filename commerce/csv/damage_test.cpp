// Files as people and broken programs make them: each is read as meant, or refused with its line.
#include "base/test_seed.hpp"
#include "commerce/csv/reader.hpp"
#include "commerce/csv/temp_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace sluice::commerce {
namespace {

constexpr std::array<std::string_view, 2> kDamagedColumns{"id", "text"};

using Rows = std::vector<std::string>;

/// "id|text@line" per row, and then the error, if there is one, without the folder.
Rows read_rows(std::string_view content) {
    const test::TempDir dir;
    Rows out;
    const Status status = read_csv(dir.write("in.csv", content), kDamagedColumns, [&](CsvRow& row) {
        out.push_back(fmt::format("{}|{}@{}", row.text(0), row.text(1), row.line()));
    });
    if (!status) out.push_back(status.error().message.substr(dir.path().size() + 1));
    return out;
}

struct Given {
    const char* what;
    std::string content;
    Rows rows;
};

TEST(CsvDamage, WhatIsStillAFileIsReadAsMeant) {
    const std::vector<Given> all{
        {"a header and nothing else", "id,text\n", {}},
        {"a header that does not end", "id,text", {}},
        {"line breaks before the header", "\n\r\n\nid,text\n1,a\n", {"1|a@5"}},
        {"carriage returns alone", "id,text\r1,a\r2,b\r", {"1|a@1", "2|b@1"}},
        {"CRLF inside of quotes", "id,text\r\n1,\"a\r\nb\"\r\n2,c\r\n", {"1|a\r\nb@2", "2|c@4"}},
        {"a byte order mark before a quote", "\xEF\xBB\xBF\"id\",text\n1,a\n", {"1|a@2"}},
        {"a byte order mark elsewhere is text", "id,text\n\xEF\xBB\xBF,a\n", {"\xEF\xBB\xBF|a@2"}},
        {"a column twice: the first counts", "id,text,id\n1,a,2\n", {"1|a@2"}},
        {"quotes around nothing", "id,text\n\"\",\"\"\n", {"|@2"}},
        {"a quoted quote", "id,text\n1,\"\"\"\"\n", {"1|\"@2"}},
        {"bytes that are no UTF-8", "id,text\n1,\xFF\xFE\n", {"1|\xFF\xFE@2"}},
        {"a zero byte", std::string{"id,text\n1,a\0b\n", 14}, {std::string{"1|a\0b@2", 7}}},
        {"semicolons are no commas in a field", "id,text\n1,a;b\n", {"1|a;b@2"}},
    };
    for (const Given& given : all) EXPECT_EQ(read_rows(given.content), given.rows) << given.what;
}

TEST(CsvDamage, WhatIsNoneIsRefusedWithItsLineAndRowsBeforeItAreGiven) {
    const std::string quotes =
        ": the quotes of this row do not match; quote a whole field and double the quotes in it";
    const std::vector<Given> all{
        {"nothing", "", {"in.csv: empty; expected a header with id, text"}},
        {"a byte order mark alone",
         "\xEF\xBB\xBF",
         {"in.csv: empty; expected a header with id, text"}},
        {"line breaks alone", "\n\r\n", {"in.csv: empty; expected a header with id, text"}},
        {"a column is missing",
         "id,txt\r\n1,a\r\n",
         {"in.csv:1: no column 'text' in the header; its columns are: id, txt"}},
        {"names are told apart by case",
         "ID,text\n1,a\n",
         {"in.csv:1: no column 'id' in the header; its columns are: ID, text"}},
        {"another separator",
         "id;text\n1;a\n",
         {"in.csv:1: no column 'id' in the header; its columns are: id;text"}},
        {"a blank before a name",
         "id, text\n1,a\n",
         {"in.csv:1: no column 'text' in the header; its columns are: id,  text"}},
        {"a quote opens in the header", "id,\"text\n1,a\n", {"in.csv:1" + quotes}},
        {"a quote opens in the last row",
         "id,text\r\n1,a\r\n2,\"b\r\n",
         {"1|a@2", "in.csv:3" + quotes}},
        {"a quote opens behind rows of several lines",
         "id,text\n1,\"a\nb\nc\"\n2,\"d",
         {"1|a\nb\nc@2", "in.csv:5" + quotes}},
        {"a quote inside of a plain field", "id,text\n1,a\"b\n", {"in.csv:2" + quotes}},
        {"text behind a closing quote", "id,text\n1,\"a\"b\n", {"in.csv:2" + quotes}},
        {"a field too few",
         "id,text\r\n1,a\r\n2\r\n",
         {"1|a@2", "in.csv:3: 1 fields where the header has 2 columns"}},
        {"a comma at the end",
         "id,text\n1,a,\n",
         {"in.csv:2: 3 fields where the header has 2 columns"}},
        {"a last row cut off",
         "id,text\n1,a\n2",
         {"1|a@2", "in.csv:3: 1 fields where the header has 2 columns"}},
    };
    for (const Given& given : all) EXPECT_EQ(read_rows(given.content), given.rows) << given.what;
}

TEST(CsvDamage, AFolderIsNoFile) {
    const test::TempDir dir;
    const Status status = read_csv(dir.path(), kDamagedColumns, [](CsvRow&) {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kIo);
    EXPECT_NE(status.error().message.find(dir.path() + ": "), std::string::npos);
}

TEST(CsvDamage, TheFirstFailureOfARowIsToldAndALongValueIsCut) {
    const test::TempDir dir;
    const std::string path = dir.write("in.csv", "id,text\n" + std::string(500, 'x') + ",\n");
    const Status status = read_csv(path, kDamagedColumns, [](CsvRow& row) {
        row.integer(0);
        row.required(1);
        row.fail("never told");
    });
    EXPECT_EQ(
        status.error().message,
        path + ":2: id: expected a whole number, found '" + std::string(60, 'x') + "'"
    );
}

struct Number {
    const char* text;
    const char* integer;
    const char* amount;
};

TEST(CsvRow, NumbersUpToTheirLimitsAndOneBeyond) {
    const std::array<Number, 13> all{{
        {"0", "0", "0"},
        {"-0", "0", "0"},
        {"007", "7", "700"},
        {"0.1", "bad", "10"},
        {"-12.3", "bad", "-1230"},
        {"10000000000000.99", "bad", "1000000000000099"},
        {"10000000000001", "10000000000001", "bad"},
        {"9223372036854775807", "9223372036854775807", "bad"},
        {"9223372036854775808", "bad", "bad"},
        {"-9223372036854775808", "-9223372036854775808", "bad"},
        {"", "bad", "bad"},
        {"-", "bad", "bad"},
        {" 1", "bad", "bad"},
    }};
    const test::TempDir dir;
    const std::array<std::string_view, 1> column{"n"};
    for (const Number& number : all) {
        const std::string path = dir.write("in.csv", fmt::format("n\n\"{}\"\n", number.text));
        std::string integer;
        std::string amount;
        const Status whole =
            read_csv(path, column, [&](CsvRow& r) { integer = std::to_string(r.integer(0)); });
        const Status money =
            read_csv(path, column, [&](CsvRow& r) { amount = std::to_string(r.amount(0)); });
        EXPECT_EQ(whole ? integer : "bad", number.integer) << number.text;
        EXPECT_EQ(money ? amount : "bad", number.amount) << number.text;
    }
}

/// A file of random rows, the way some program may write it, and what it holds.
struct RandomFile {
    explicit RandomFile(std::mt19937_64& random) {
        const std::string newline = random() % 2 == 0 ? "\n" : "\r\n";
        if (random() % 2 == 0) content = "\xEF\xBB\xBF";
        content += "text,other,id" + newline;
        for (std::uint64_t left = random() % 20; left > 0; --left) {
            const auto line = 1 + std::count(content.begin(), content.end(), '\n');
            const std::string id = std::to_string(random() % 1'000);
            const std::string text = field(random);
            std::string quoted;
            for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
            content += fmt::format("\"{}\",{},{}{}", quoted, left, id, newline);
            if (random() % 5 == 0) content += newline;  // a line with nothing on it
            rows.push_back(fmt::format("{}|{}@{}", id, text, line));
        }
    }

    static std::string field(std::mt19937_64& random) {
        constexpr std::string_view bytes = "ab,\"\n\r \xC3\xA9";
        std::string text;
        for (std::uint64_t left = random() % 9; left > 0; --left)
            text += bytes[random() % bytes.size()];
        return text;
    }

    std::string content;
    Rows rows;
};

TEST(CsvDamageModel, LinesAreThoseOfAnEditorWhateverStandsInTheFields) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 150; ++round) {
        const RandomFile file{random};
        ASSERT_EQ(read_rows(file.content), file.rows) << file.content;
    }
}

TEST(CsvDamageModel, AFileCutAnywhereGivesItsFirstRowsAndNoOthers) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 300; ++round) {
        const RandomFile file{random};
        const std::string cut = file.content.substr(0, random() % (file.content.size() + 1));
        Rows got = read_rows(cut);
        // The last row may have lost its end, and what comes last may be the error.
        const bool refused = !got.empty() && got.back().starts_with("in.csv");
        got.resize(got.size() - std::min<std::size_t>(got.size(), 1));
        ASSERT_LE(got.size(), file.rows.size());
        ASSERT_TRUE(std::equal(got.begin(), got.end(), file.rows.begin())) << cut;
        if (cut.empty()) {
            ASSERT_TRUE(refused);
        }
    }
}

}  // namespace
}  // namespace sluice::commerce
