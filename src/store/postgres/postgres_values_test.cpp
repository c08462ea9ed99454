#include "store/postgres/postgres_values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace sluice::store {
namespace {

constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

TEST(PostgresValues, AreReadByTheTypeOfTheirColumn) {
    EXPECT_EQ(postgres_value(kInt8, "-9223372036854775808"), SqlValue{INT64_MIN});
    EXPECT_EQ(postgres_value(kBool, "t"), SqlValue{std::int64_t{1}});
    EXPECT_EQ(postgres_value(kBool, "f"), SqlValue{std::int64_t{0}});
    EXPECT_EQ(postgres_value(kFloat8, "5e-324"), SqlValue{5e-324});
    EXPECT_EQ(postgres_value(kFloat8, "-Infinity"), SqlValue{-HUGE_VAL});
    EXPECT_TRUE(std::isnan(std::get<double>(postgres_value(kFloat8, "NaN"))));
    EXPECT_EQ(postgres_value(kText, "17"), SqlValue{std::string{"17"}});
    EXPECT_EQ(postgres_value(kBytea, "\\x"), SqlValue{std::string{}});
    EXPECT_EQ(postgres_value(kBytea, "\\x00ff6a"), SqlValue{(std::string{"\0\xFFj", 3})});
}

TEST(PostgresValues, AWholeDecimalIsAnInteger) {
    EXPECT_EQ(postgres_value(kNumeric, "42"), SqlValue{std::int64_t{42}});
    EXPECT_EQ(postgres_value(kNumeric, "42.50"), SqlValue{42.5});
    EXPECT_EQ(postgres_value(kNumeric, "9223372036854775808"), SqlValue{9223372036854775808.0});
    EXPECT_TRUE(std::isnan(std::get<double>(postgres_value(kNumeric, "NaN"))));
}

TEST(PostgresValues, GoAsTextAndBytesAsTheyAre) {
    const std::string bytes{"\0\xFF", 2};
    const std::array<SqlValue, 5> values{
        SqlValue{}, std::int64_t{-7}, 0.1, std::string{"주문"}, bytes};
    const std::array<Oid, 5> types{kText, kInt8, kFloat8, kText, kBytea};
    const PostgresParameters parameters{values, types, ""};
    ASSERT_EQ(parameters.count(), 5);
    EXPECT_EQ(parameters.pointers()[0], nullptr);
    EXPECT_STREQ(parameters.pointers()[1], "-7");
    EXPECT_STREQ(parameters.pointers()[2], "0.1");
    EXPECT_STREQ(parameters.pointers()[3], "주문");
    EXPECT_EQ(parameters.lengths()[4], 2);
    EXPECT_EQ(parameters.formats()[3], 0);
    EXPECT_EQ(parameters.formats()[4], 1);
}

TEST(PostgresValues, AZeroByteInATextIsRefusedNotCut) {
    const std::array<SqlValue, 1> values{std::string{"a\0b", 3}};
    const std::array<Oid, 1> types{kText};
    try {
        const PostgresParameters parameters{values, types, "insert"};
        FAIL() << parameters.count();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.kind(), SqlError::Kind::kOther);
        EXPECT_STREQ(error.what(), "PostgreSQL keeps no zero byte in a text (in: insert)");
    }
}

}  // namespace
}  // namespace sluice::store
