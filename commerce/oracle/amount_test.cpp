#include "commerce/oracle/amount.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::commerce::oracle {
namespace {

TEST(OracleAmount, DecimalTextIsExact) {
    EXPECT_EQ(minor_units("58.90", 2).value(), 5890);
    EXPECT_EQ(minor_units("58.9", 2).value(), 5890);
    EXPECT_EQ(minor_units("58", 2).value(), 5800);
    EXPECT_EQ(minor_units("0.07", 2).value(), 7);
    EXPECT_EQ(minor_units(".5", 2).value(), 50);
    EXPECT_EQ(minor_units("5.", 2).value(), 500);
    EXPECT_EQ(minor_units("1005", 0).value(), 1005);
    EXPECT_EQ(minor_units("1005.000", 0).value(), 1005);
    EXPECT_EQ(minor_units("4.3500", 2).value(), 435);  // 4.35 * 100 in doubles is 434.99…
}

TEST(OracleAmount, WhatIsNoAmountIsRefused) {
    for (const char* text : {"", ".", "-1.00", "1,00", "1.2.3", "1e3", " 1", "58.901", "R$1"}) {
        const auto amount = minor_units(text, 2);
        ASSERT_FALSE(amount.has_value()) << text;
        EXPECT_EQ(amount.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(amount.error().message.find(text), std::string::npos);
    }
    EXPECT_FALSE(minor_units("1005.5", 0).has_value());
}

TEST(OracleAmount, TheLargestIsTenToThe15) {
    EXPECT_EQ(minor_units("10000000000000.00", 2).value(), 1'000'000'000'000'000);
    EXPECT_FALSE(minor_units("10000000000000.01", 2).has_value());
    EXPECT_FALSE(minor_units("99999999999999999999999", 2).has_value());
    EXPECT_FALSE(minor_units("100000000000000", 2).has_value());
}

TEST(OracleAmount, WholeNumbers) {
    EXPECT_EQ(whole_number("17").value(), 17);
    EXPECT_EQ(whole_number("-3").value(), -3);
    for (const char* text : {"", "1.0", "x", "3 ", "99999999999999999999"}) {
        EXPECT_FALSE(whole_number(text).has_value()) << text;
    }
}

TEST(OracleAmount, WhatIsPrintedIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int i = 0; i < 10'000; ++i) {
        const auto amount = static_cast<std::int64_t>(random() % 1'000'000'000'000);
        const auto text = fmt::format("{}.{:02}", amount / 100, amount % 100);
        ASSERT_EQ(minor_units(text, 2).value(), amount) << text;
    }
}

}  // namespace
}  // namespace sluice::commerce::oracle
