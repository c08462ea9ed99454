// Raw files that are not as they should be: each of them, and each of their columns.
#include "base/test_seed.hpp"
#include "commerce/dataset/test_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <vector>

namespace sluice::commerce {
namespace {

using test::RawFiles;

std::vector<std::string> columns_of(const std::string& file) {
    std::istringstream header{file.substr(0, file.find('\n'))};
    std::vector<std::string> columns;
    for (std::string column; std::getline(header, column, ',');) columns.push_back(column);
    return columns;
}

/// Columns that the platform does not read; a file may come without them.
bool not_read(const std::string& column) {
    return column == "shipping_limit_date" || column == "payment_installments" ||
           column.starts_with("review_comment");
}

TEST(LoadDamage, EachOfTheFiveFilesIsMissed) {
    for (const std::string_view name : RawFiles::kNames) {
        RawFiles files;
        files.remove(name);
        const auto loaded = files.load();
        ASSERT_FALSE(loaded.has_value()) << name;
        EXPECT_EQ(loaded.error().code, ErrorCode::kNotFound);
        EXPECT_EQ(loaded.error().message, std::string{name} + ": No such file or directory");
    }
}

TEST(LoadDamage, AnEmptyFileSaysWhatHeaderItShouldHave) {
    for (const std::string_view name : RawFiles::kNames) {
        RawFiles files;
        const std::string wanted = columns_of(files[name]).front();
        files[name].clear();
        const std::string error = files.error();
        EXPECT_EQ(error.find(std::string{name} + ": empty; expected a header with "), 0U) << error;
    }
}

TEST(LoadDamage, EveryColumnThatIsReadIsMissedAndOthersAreNot) {
    for (const std::string_view name : RawFiles::kNames) {
        for (const std::string& column : columns_of(RawFiles{}[name])) {
            RawFiles files;
            std::string& file = files[name];
            file.replace(file.find(column), column.size(), "gone");
            const std::string said =
                fmt::format("{}:1: no column '{}' in the header; its columns are: ", name, column);
            const std::string error = files.error();
            if (not_read(column)) {
                EXPECT_EQ(error, "") << name << " " << column;
            } else {
                EXPECT_EQ(error.find(said), 0U) << error;
            }
        }
    }
}

TEST(LoadDamage, HeadersAloneAreNoOrders) {
    RawFiles files;
    for (const std::string_view name : RawFiles::kNames)
        files[name].resize(files[name].find('\n') + 1);
    const auto loaded = files.load();
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_TRUE(loaded->orders.empty());
}

TEST(LoadDamage, ByteOrderMarksAndCarriageReturnsChangeNothing) {
    const RawData plain = RawFiles{}.load().value();
    RawFiles files;
    for (const std::string_view name : RawFiles::kNames) {
        std::string windows = "\xEF\xBB\xBF";
        bool quoted = false;
        for (const char c : files[name]) {
            quoted = quoted != (c == '"');
            if (c == '\n' && !quoted) windows += '\r';
            windows += c;
        }
        files[name] = windows;
    }
    const auto loaded = files.load();
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded.value(), plain);
}

struct WrongValue {
    std::string_view file;
    const char* was;
    const char* is;
    const char* said;  ///< behind the file's name
};

TEST(LoadDamage, AValueOfTheWrongKindIsToldWithLineAndColumn) {
    const std::vector<WrongValue> all{
        {kCustomersFile, "c1,m1", ",m1", ":2: customer_id: expected a value, found ''"},
        {kCustomersFile, "c1,m1", "c1,", ":2: customer_unique_id: expected a value, found ''"},
        {kOrdersFile, "o2,c2", ",c2", ":2: order_id: expected a value, found ''"},
        {kOrdersFile,
         "2018-01-02 10:00:00,,",
         ",,",
         ":2: order_purchase_timestamp: expected a value, found ''"},
        {kOrdersFile,
         "2017-12-31 23:00:00",
         "2017-12-32 23:00:00",
         ":3: order_approved_at: expected a time such as 2017-11-24 09:30:00, found '2017-12-32 "
         "23:00:00'"},
        {kOrdersFile,
         ",2018-01-02 00:00:00",
         ",soon",
         ":3: order_delivered_carrier_date: expected a time such as 2017-11-24 09:30:00, found "
         "'soon'"},
        {kOrdersFile,
         "2018-01-20 00:00:00",
         "",
         ":2: order_estimated_delivery_date: expected a value, found ''"},
        {kItemsFile, "o1,2,", "o1,two,", ":2: order_item_id: expected a whole number, found 'two'"},
        {kItemsFile, "o1,2,", "o1,-2,", ":2: order_item_id: expected 1 or more, found '-2'"},
        {kItemsFile, "p2,s1", ",s1", ":2: product_id: expected a value, found ''"},
        {kItemsFile, "p2,s1", "p2,", ":2: seller_id: expected a value, found ''"},
        {kItemsFile, "0.29", "-0.29", ":2: price: expected an amount of 0 or more, found '-0.29'"},
        {kItemsFile, "7.5", "7,5", ":3: 8 fields where the header has 7 columns"},
        {kItemsFile,
         "7.5",
         "seven",
         ":3: freight_value: expected an amount with at most two decimals, such as 12.30, found "
         "'seven'"},
        {kPaymentsFile, "voucher", "", ":2: payment_type: expected a value, found ''"},
        {kPaymentsFile,
         "25.00",
         "-25.00",
         ":3: payment_value: expected an amount of 0 or more, found '-25.00'"},
        {kPaymentsFile,
         "o1,2,",
         "o1,1,",
         ":3: payment_sequential: expected each payment of an order once, found '1'"},
        {kPaymentsFile,
         "o1,2,",
         "o9,2,",
         ":2: order_id: expected an order of olist_orders_dataset.csv, found 'o9'"},
        {kReviewsFile, "r2,", ",", ":2: review_id: expected a value, found ''"},
        {kReviewsFile, "o1,5,", "o1,0,", ":2: review_score: expected 1 to 5, found '0'"},
        // The row before it holds a line break.
        {kReviewsFile,
         "o1,1,",
         "o1,many,",
         ":4: review_score: expected a whole number, found 'many'"},
        {kReviewsFile,
         "2018-01-12 00:00:00",
         "",
         ":4: review_answer_timestamp: expected a value, found ''"},
    };
    for (const WrongValue& wrong : all) {
        RawFiles files;
        std::string& file = files[wrong.file];
        const std::size_t at = file.find(wrong.was);
        ASSERT_NE(at, std::string::npos) << wrong.was;
        file.replace(at, std::string_view{wrong.was}.size(), wrong.is);
        EXPECT_EQ(files.error(), std::string{wrong.file} + wrong.said);
    }
}

/// Whatever bytes a file holds, the answer is data or an error that names a file and, unless all of
/// it is empty, a line of it.
TEST(LoadDamageModel, NoDamageIsMoreThanAnErrorWithItsPlace) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int refused = 0;
    for (int round = 0; round < 600; ++round) {
        RawFiles files;
        std::string& file = files[RawFiles::kNames.at(random() % RawFiles::kNames.size())];
        switch (random() % 4) {
            case 0: file.resize(random() % file.size()); break;
            case 1: file.erase(random() % file.size(), 1 + random() % 9); break;
            case 2: file[random() % file.size()] = static_cast<char>(random() % 256); break;
            case 3: file.insert(random() % file.size(), 1, ",\"\n\r;0"[random() % 6]); break;
        }
        const std::string error = files.error();
        if (error.empty()) continue;
        ++refused;
        ASSERT_TRUE(std::any_of(
            RawFiles::kNames.begin(),
            RawFiles::kNames.end(),
            [&](std::string_view name) { return error.starts_with(std::string{name} + ":"); }
        )) << error;
        const std::size_t place = error.find(".csv:") + 5;
        const bool names_line = error[place] >= '1' && error[place] <= '9';
        ASSERT_TRUE(names_line || error.substr(place, 7) == " empty;") << error;
    }
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace sluice::commerce
