// The additions' files, spoiled: every file and column missed, every value that is none told with
// its place.
#include "commerce/csv/temp_file.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/seedrule/columns.hpp"
#include "commerce/seedrule/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <sstream>
#include <vector>

namespace sluice::commerce {
namespace {

using Columns = std::span<const std::string_view>;
using Row = std::vector<std::string>;

const std::vector<std::pair<std::string_view, Columns>>& files() {
    static const std::vector<std::pair<std::string_view, Columns>> all{
        {kAddedOrdersFile, kAddedOrderColumns},
        {kAddedItemsFile, kAddedItemColumns},
        {kActsFile, kActColumns},
        {kActUnitsFile, kActUnitColumns}};
    return all;
}

/// A small sample's files. They need no quotes (docs/commerce/seed-rule.md), so that a row is its
/// fields between commas.
class DamagedAdditions : public testing::Test {
protected:
    DamagedAdditions() { restore(); }

    void restore() {
        ASSERT_TRUE(write_additions(sample_.raw, sample_.additions, dir_.path()).has_value());
    }

    /// Empty if they can be read; without the folder.
    std::string error() {
        const auto read = read_additions(sample_.raw, 1, dir_.path());
        return read ? "" : read.error().message.substr(dir_.path().size() + 1);
    }

    static Row fields_of(const std::string& line) {
        Row fields;
        std::istringstream in{line + ","};
        for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
        return fields;
    }

    /// Changes the first row that `wanted` likes; answers its line, and the file is written anew.
    std::size_t change(
        std::string_view file,
        const std::function<bool(const Row&)>& wanted,
        const std::function<void(Row&)>& how
    ) {
        std::istringstream in{dir_.read(file)};
        std::string out;
        std::size_t changed = 0;
        std::size_t number = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            Row fields = fields_of(line);
            if (number > 1 && changed == 0 && wanted(fields)) {
                changed = number;
                how(fields);
            }
            for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? "," : "") + fields[i];
            out += '\n';
        }
        dir_.write(file, out);
        return changed;
    }

    test::Sample sample_{test::sample(200, 1)};
    test::TempDir dir_;
};

TEST_F(DamagedAdditions, EachFileIsMissed) {
    for (const auto& [file, columns] : files()) {
        std::filesystem::remove(dir_.file(file));
        EXPECT_EQ(error(), std::string{file} + ": No such file or directory");
        restore();
    }
    std::filesystem::remove(dir_.file(kSummaryFile));
    EXPECT_EQ(error(), "");  // nobody reads it back: the counts are counted anew
}

TEST_F(DamagedAdditions, EachColumnIsMissed) {
    for (const auto& [file, columns] : files()) {
        for (const std::string_view column : columns) {
            std::string content = dir_.read(file);
            const std::size_t end = content.find('\n');
            std::string header = "," + content.substr(0, end) + ",";
            header.replace(header.find(fmt::format(",{},", column)) + 1, column.size(), "gone");
            dir_.write(file, header.substr(1, header.size() - 2) + content.substr(end));
            const std::string said = error();
            EXPECT_EQ(said.find(fmt::format("{}:1: no column '{}' in", file, column)), 0U) << said;
            restore();
        }
    }
}

TEST_F(DamagedAdditions, AnEmptyFileIsNotAFileWithoutRows) {
    for (const auto& [file, columns] : files()) {
        dir_.write(file, "");
        EXPECT_EQ(error().find(fmt::format("{}: empty; expected a header", file)), 0U);
        restore();
    }
}

struct Wrong {
    std::string_view file;
    std::size_t column;
    const char* by;
    const char* said;  ///< behind "file:line: column: "
};

/// A row in which the column has a value.
std::function<bool(const Row&)> with_value(std::size_t column) {
    return [column](const Row& row) { return row.size() > column && !row[column].empty(); };
}

TEST_F(DamagedAdditions, AValueThatIsNoneIsToldWithLineAndColumn) {
    const std::vector<Wrong> all{
        {kAddedOrdersFile, 0, "o-x", "expected an order of the raw data, found 'o-x'"},
        {kAddedOrdersFile, 1, "", "expected a value, found ''"},
        {kAddedOrdersFile, 3, "12.5", "expected a whole number, found '12.5'"},
        {kAddedOrdersFile, 4, "", "expected a whole number, found ''"},
        {kAddedOrdersFile, 5, "x", "expected a whole number, found 'x'"},
        {kAddedItemsFile,
         1,
         "77",
         "expected the order's items as in the raw data, ascending, found '77'"},
        {kAddedItemsFile, 2, "one", "expected a whole number, found 'one'"},
        {kAddedItemsFile, 4, "", "expected a value, found ''"},
        {kAddedItemsFile, 5, "", "expected a value, found ''"},
        {kAddedItemsFile, 7, "12%", "expected a whole number, found '12%'"},
        {kActsFile, 1, "parcels", "expected a word of docs/commerce/seed-rule.md, found 'parcels'"},
        {kActsFile, 2, "1000001", "expected 0 to 1000000, found '1000001'"},
        {kActsFile, 2, "-1", "expected 0 to 1000000, found '-1'"},
        {kActsFile,
         3,
         "order.made",
         "expected a word of docs/commerce/seed-rule.md, found 'order.made'"},
        {kActsFile, 3, "review.written", "expected a type of this source, found 'review.written'"},
        {kActsFile,
         4,
         "2018-01-01",
         "expected a time such as 2017-11-24T09:30:00Z, found '2018-01-01'"},
        {kActsFile, 5, "", "expected a time such as 2017-11-24T09:30:00Z, found ''"},
        {kActsFile, 6, "x", "expected a whole number, found 'x'"},
        {kActsFile, 7, "o-1", "expected <order_id>-<k>, found 'o-1'"},
        {kActsFile, 9, "mood", "expected a word of docs/commerce/seed-rule.md, found 'mood'"},
        {kActsFile, 10, "nobody", "expected a word of docs/commerce/seed-rule.md, found 'nobody'"},
        {kActsFile, 11, "free", "expected a whole number, found 'free'"},
        {kActsFile, 12, "-3", "expected 0 to 1000000, found '-3'"},
        {kActsFile, 13, "r-x", "expected a review of the raw order, found 'r-x'"},
        {kActUnitsFile,
         1,
         "parcels",
         "expected a word of docs/commerce/seed-rule.md, found 'parcels'"},
        {kActUnitsFile, 2, "77", "expected an act of acts.csv, found '77'"},
        {kActUnitsFile, 4, "x", "expected a whole number, found 'x'"},
    };
    const std::map<std::string_view, Columns> columns{files().begin(), files().end()};
    for (const Wrong& wrong : all) {
        const std::size_t line = change(wrong.file, with_value(wrong.column), [&](Row& row) {
            row[wrong.column] = wrong.by;
        });
        ASSERT_GT(line, 0U) << wrong.file << " has no row with column " << wrong.column;
        EXPECT_EQ(
            error(),
            fmt::format(
                "{}:{}: {}: {}", wrong.file, line, columns.at(wrong.file)[wrong.column], wrong.said
            )
        );
        restore();
    }
}

/// What an order's rows lack is told by the file that lacks it and the order.
TEST_F(DamagedAdditions, AnOrderWithoutItsRowsIsNamed) {
    const auto with_items = [&] {
        for (const RawOrder& order : sample_.raw.orders) {
            if (!order.items.empty()) return order.id;
        }
        return std::string{};
    }();
    for (const std::string_view file : {kAddedOrdersFile, kAddedItemsFile, kActsFile}) {
        std::istringstream in{dir_.read(file)};
        std::string out;
        for (std::string line; std::getline(in, line);) {
            if (!line.starts_with(with_items)) out += line + '\n';
        }
        dir_.write(file, out);
        const std::string units = dir_.read(kActUnitsFile);
        if (file == kActsFile) dir_.write(kActUnitsFile, units.substr(0, units.find('\n') + 1));
        EXPECT_EQ(error(), fmt::format("{}: rows of order '{}' are missing", file, with_items));
        restore();
    }
}

/// The parcel's number is the tail of its name, from 1 and of at most four digits.
TEST_F(DamagedAdditions, AParcelIsNamedByItsOrderAndANumber) {
    for (const char* tail : {"", "1", "-", "-0", "-1x", "-x1", "-10000", "-10000000000000000000"}) {
        change(kActsFile, with_value(7), [&](Row& row) { row[7] = row[0] + tail; });
        const std::string said = error();
        EXPECT_NE(said.find("parcel: expected <order_id>-<k>"), std::string::npos) << tail << said;
        restore();
    }
    change(kActsFile, with_value(7), [](Row& row) { row[7] = row[0] + "-9999"; });
    EXPECT_EQ(error(), "");
}

}  // namespace
}  // namespace sluice::commerce
