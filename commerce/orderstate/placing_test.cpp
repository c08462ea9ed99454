#include "commerce/orderstate/placing.hpp"

#include "base/test_seed.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/orderstate/test_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using Amounts = std::vector<std::int64_t>;
using test::unit;
namespace cases = test::cases;

OrderPlaced placed_event(const PlacingInput& input) {
    auto order = place(input);
    EXPECT_TRUE(order.has_value()) << (order.has_value() ? "" : order.error().message);
    return order.has_value() ? order.value() : OrderPlaced{};
}

std::string placing_refusal(const PlacingInput& input) {
    const auto order = place(input);
    return order.has_value() ? "placed" : order.error().message;
}

Amounts all(const OrderPlaced& order, std::int64_t PlacedUnit::*member) {
    Amounts values;
    for (const PlacedUnit& unit : order.units) values.push_back(unit.*member);
    return values;
}

std::int64_t total(const OrderPlaced& order, std::int64_t PlacedUnit::*member) {
    std::int64_t value = 0;
    for (const PlacedUnit& unit : order.units) value += unit.*member;
    return value;
}

TEST(Placing, Case1aFiveLinesOneDiscount) {
    const OrderPlaced order = placed_event(cases::five_lines());
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{238, 424, 93, 597, 148}));
    EXPECT_EQ(order.due, 11052);
    EXPECT_EQ(order.shipping, (std::vector<Shipping>{{"S1", 0}, {"S2", 0}, {"S3", 0}}));
}

TEST(Placing, Case2UnitsOfOneLine) {
    PlacingInput input = cases::three_pieces();
    std::swap(input.units[0], input.units[2]);  // given in any order
    const OrderPlaced order = placed_event(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{34, 33, 33}));
    EXPECT_EQ(all(order, &PlacedUnit::net), (Amounts{965, 966, 966}));
    EXPECT_EQ(all(order, &PlacedUnit::unit), (Amounts{1, 2, 3}));
}

TEST(Placing, Case3TwoBearers) {
    const OrderPlaced order = placed_event(cases::two_bearers());
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{4, 4, 2}));
    EXPECT_EQ(all(order, &PlacedUnit::seller_share), (Amounts{1, 0, 0}));
}

TEST(Placing, Case4aAZeroOrder) {
    const OrderPlaced order = placed_event(cases::with_gift());
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{3000, 2000, 0}));
    EXPECT_EQ(order.due, 0);
}

TEST(Placing, Case4bADiscountBeyondTheGoodsIsRefused) {
    PlacingInput input = cases::with_gift(6'000);
    EXPECT_EQ(placing_refusal(input), "discount 6000 exceeds the goods 5000");
    input.platform_discount = 3000;
    input.seller_discount = 2001;
    EXPECT_EQ(placing_refusal(input), "discount 5001 exceeds the goods 5000");
}

TEST(Placing, Case5Shipping) {
    PlacingInput input = cases::with_shipping();
    std::swap(input.shipping[0], input.shipping[1]);
    const OrderPlaced order = placed_event(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{400, 250, 180}));
    EXPECT_EQ(order.due, 8020);
    EXPECT_EQ(order.shipping, (std::vector<Shipping>{{"S1", 300}, {"S2", 250}}));
}

TEST(Placing, Case7aVatOncePerDocument) {
    const OrderPlaced order = placed_event(cases::three_taxed_lines());
    EXPECT_EQ(all(order, &PlacedUnit::vat), (Amounts{92, 91, 91}));
    EXPECT_EQ(total(order, &PlacedUnit::vat), 274);
}

TEST(Placing, Case7bTaxableAndExempt) {
    const OrderPlaced order = placed_event(cases::taxed_and_exempt());
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{1100, 550}));
    EXPECT_EQ(all(order, &PlacedUnit::net), (Amounts{9900, 4950}));
    EXPECT_EQ(all(order, &PlacedUnit::vat), (Amounts{900, 0}));
}

TEST(Placing, Case8aCommission) {
    const OrderPlaced order = placed_event(cases::with_commission());
    EXPECT_EQ(all(order, &PlacedUnit::seller_share), (Amounts{134, 133, 133}));
    EXPECT_EQ(all(order, &PlacedUnit::commission), (Amounts{384, 384, 384}));
    EXPECT_EQ(all(order, &PlacedUnit::payable), (Amounts{2815, 2816, 2816}));
    EXPECT_EQ(order.due, 8999);
    EXPECT_EQ(8999 + 600, 8447 + 1152);
}

TEST(Placing, AnOrderWithoutItems) {
    const OrderPlaced order = placed_event(PlacingInput{});
    EXPECT_EQ(order.due, 0);
    EXPECT_TRUE(order.units.empty() && order.shipping.empty());
}

TEST(Placing, RefusesWhatCannotBe) {
    PlacingInput input = cases::with_gift(0);
    input.units[0].price = -1;
    EXPECT_EQ(placing_refusal(input), "unit [1,1]: price out of range");
    input = cases::with_gift(0);
    input.units[1].commission_bp = 10001;
    EXPECT_EQ(placing_refusal(input), "unit [2,1]: commission_bp out of range");
    input = cases::with_gift(0);
    input.units[1].ref = {1, 1};
    EXPECT_EQ(placing_refusal(input), "unit [1,1] given twice");
    input = cases::with_gift(0);
    input.units[1].tax_bp = 700;
    EXPECT_EQ(placing_refusal(input), "tax code 't0' has two rates");
    input = cases::with_gift(0);
    input.shipping = {{"S9", 1}};
    EXPECT_EQ(placing_refusal(input), "shipping of 'S9', who sells nothing here");
    input = cases::with_gift(0);
    input.platform_discount = -1;
    EXPECT_EQ(placing_refusal(input), "discount out of range");
    input.platform_discount = 0;
    input.units[0].ref = {0, 1};
    EXPECT_EQ(placing_refusal(input), "unit [0,1]: number out of range");
}

PlacingInput random_input(std::mt19937_64& random) {
    const auto below = [&](std::int64_t n) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
    };
    PlacingInput input;
    std::int64_t goods = 0;
    const std::int64_t lines = below(5);
    for (std::int64_t line = 1; line <= lines; ++line) {
        const std::int64_t price = below(8) == 0 ? below(3) : below(20'000);
        const std::string seller = "S" + std::to_string(below(3));
        const bool exempt = below(3) == 0;
        const std::int64_t units = 1 + below(3);
        for (std::int64_t i = 1; i <= units; ++i) {
            PlacingUnit chosen = unit({line, i}, seller, price);
            chosen.tax_code = exempt ? "exempt" : "standard";
            chosen.tax_bp = exempt ? 0 : 1800;
            chosen.commission_bp = below(10'001);
            input.units.push_back(chosen);
            goods += price;
        }
    }
    for (const PlacingUnit& chosen : input.units)
        input.shipping.push_back({chosen.seller, below(500)});
    input.platform_discount = below(goods / 2 + 1);
    input.seller_discount = below(goods / 2 + 1);
    std::shuffle(input.units.begin(), input.units.end(), random);
    return input;
}

TEST(Placing, WhatIsFrozenAddsUp) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const PlacingInput input = random_input(random);
        const auto result = place(input);
        if (!result.has_value()) {
            ASSERT_NE(result.error().message.find("rounding"), std::string::npos);
            continue;
        }
        const OrderPlaced& order = result.value();
        const bool weightless = total(order, &PlacedUnit::price) == 0;
        ASSERT_EQ(total(order, &PlacedUnit::platform), weightless ? 0 : order.platform_discount);
        ASSERT_EQ(total(order, &PlacedUnit::seller_share), weightless ? 0 : order.seller_discount);
        // buyer + platform-borne = payable + commission (+ shipping on both sides)
        ASSERT_EQ(
            total(order, &PlacedUnit::net) + order.platform_discount,
            total(order, &PlacedUnit::payable) + total(order, &PlacedUnit::commission)
        );
        std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> by_rate;
        for (const PlacedUnit& unit : order.units) {
            ASSERT_GE(unit.net, 0);
            ASSERT_LE(unit.vat, unit.net);
            by_rate[unit.tax_bp].first += unit.net;
            by_rate[unit.tax_bp].second += unit.vat;
        }
        for (const auto& [rate, sums] : by_rate) {
            const double exact =
                static_cast<double>(sums.first * rate) / static_cast<double>(10'000 + rate);
            ASSERT_NEAR(static_cast<double>(sums.second), exact, 0.5 + 1e-6);
        }
        ASSERT_EQ(decode<OrderPlaced>(encode(order)).value(), order);
    }
}

}  // namespace
}  // namespace sluice::commerce
