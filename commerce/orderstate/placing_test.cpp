#include "commerce/orderstate/placing.hpp"

#include "base/test_seed.hpp"
#include "commerce/events/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using Amounts = std::vector<std::int64_t>;

PlacingUnit unit(UnitRef ref, std::string seller, std::int64_t price) {
    return PlacingUnit{ref, std::move(seller), "p", price, "standard", 0, 0};
}

OrderPlaced placed(const PlacingInput& input) {
    auto order = place(input);
    EXPECT_TRUE(order.has_value()) << (order.has_value() ? "" : order.error().message);
    return order.has_value() ? order.value() : OrderPlaced{};
}

std::string refusal(const PlacingInput& input) {
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
    PlacingInput input;
    input.platform_discount = 1500;
    input.units = {
        unit({1, 1}, "S1", 1990),
        unit({2, 1}, "S2", 3550),
        unit({3, 1}, "S1", 777),
        unit({4, 1}, "S3", 5000),
        unit({5, 1}, "S2", 1235)};
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{238, 424, 93, 597, 148}));
    EXPECT_EQ(order.due, 11052);
    EXPECT_EQ(order.shipping, (std::vector<Shipping>{{"S1", 0}, {"S2", 0}, {"S3", 0}}));
}

TEST(Placing, Case2UnitsOfOneLine) {
    PlacingInput input;
    input.platform_discount = 100;
    input.units = {unit({1, 3}, "S", 999), unit({1, 1}, "S", 999), unit({1, 2}, "S", 999)};
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{34, 33, 33}));
    EXPECT_EQ(all(order, &PlacedUnit::net), (Amounts{965, 966, 966}));
    EXPECT_EQ(all(order, &PlacedUnit::unit), (Amounts{1, 2, 3}));
}

TEST(Placing, Case3TwoBearers) {
    PlacingInput input;
    input.platform_discount = 10;
    input.seller_discount = 1;
    input.units = {unit({1, 1}, "S", 600), unit({2, 1}, "S", 600), unit({3, 1}, "S", 200)};
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{4, 4, 2}));
    EXPECT_EQ(all(order, &PlacedUnit::seller_share), (Amounts{1, 0, 0}));
}

PlacingInput with_gift() {
    PlacingInput input;
    input.units = {unit({1, 1}, "S1", 3000), unit({2, 1}, "S2", 2000), unit({3, 1}, "S1", 0)};
    return input;
}

TEST(Placing, Case4aAZeroOrder) {
    PlacingInput input = with_gift();
    input.platform_discount = 5000;
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{3000, 2000, 0}));
    EXPECT_EQ(order.due, 0);
}

TEST(Placing, Case4bADiscountBeyondTheGoodsIsRefused) {
    PlacingInput input = with_gift();
    input.platform_discount = 6000;
    EXPECT_EQ(refusal(input), "discount 6000 exceeds the goods 5000");
    input.platform_discount = 3000;
    input.seller_discount = 2001;
    EXPECT_EQ(refusal(input), "discount 5001 exceeds the goods 5000");
}

TEST(Placing, Case5Shipping) {
    PlacingInput input;
    input.platform_discount = 830;
    input.shipping = {{"S2", 250}, {"S1", 300}};
    input.units = {unit({1, 1}, "S1", 4000), unit({2, 1}, "S1", 2500), unit({3, 1}, "S2", 1800)};
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{400, 250, 180}));
    EXPECT_EQ(order.due, 8020);
    EXPECT_EQ(order.shipping, (std::vector<Shipping>{{"S1", 300}, {"S2", 250}}));
}

TEST(Placing, Case7aVatOncePerDocument) {
    PlacingInput input;
    input.currency = "KRW";
    for (std::int64_t line = 1; line <= 3; ++line) {
        input.units.push_back(unit({line, 1}, "S", 1005));
        input.units.back().tax_bp = 1000;
    }
    EXPECT_EQ(all(placed(input), &PlacedUnit::vat), (Amounts{92, 91, 91}));
}

TEST(Placing, Case7bTaxableAndExempt) {
    PlacingInput input;
    input.platform_discount = 1650;
    input.units = {unit({1, 1}, "S", 11000), unit({2, 1}, "S", 5500)};
    input.units[0].tax_bp = 1000;
    input.units[1].tax_code = "exempt";
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::platform), (Amounts{1100, 550}));
    EXPECT_EQ(all(order, &PlacedUnit::net), (Amounts{9900, 4950}));
    EXPECT_EQ(all(order, &PlacedUnit::vat), (Amounts{900, 0}));
}

TEST(Placing, Case8aCommission) {
    PlacingInput input;
    input.platform_discount = 600;
    input.seller_discount = 400;
    for (std::int64_t i = 1; i <= 3; ++i) {
        input.units.push_back(unit({1, i}, "S", 3333));
        input.units.back().commission_bp = 1200;
    }
    const OrderPlaced order = placed(input);
    EXPECT_EQ(all(order, &PlacedUnit::seller_share), (Amounts{134, 133, 133}));
    EXPECT_EQ(all(order, &PlacedUnit::commission), (Amounts{384, 384, 384}));
    EXPECT_EQ(all(order, &PlacedUnit::payable), (Amounts{2815, 2816, 2816}));
    EXPECT_EQ(order.due, 8999);
    EXPECT_EQ(8999 + 600, 8447 + 1152);
}

TEST(Placing, AnOrderWithoutItems) {
    const OrderPlaced order = placed(PlacingInput{});
    EXPECT_EQ(order.due, 0);
    EXPECT_TRUE(order.units.empty() && order.shipping.empty());
}

TEST(Placing, RefusesWhatCannotBe) {
    PlacingInput input = with_gift();
    input.units[0].price = -1;
    EXPECT_EQ(refusal(input), "unit [1,1]: price out of range");
    input = with_gift();
    input.units[1].commission_bp = 10001;
    EXPECT_EQ(refusal(input), "unit [2,1]: commission_bp out of range");
    input = with_gift();
    input.units[1].ref = {1, 1};
    EXPECT_EQ(refusal(input), "unit [1,1] given twice");
    input = with_gift();
    input.units[1].tax_bp = 700;
    EXPECT_EQ(refusal(input), "tax code 'standard' has two rates");
    input = with_gift();
    input.shipping = {{"S9", 1}};
    EXPECT_EQ(refusal(input), "shipping of 'S9', who sells nothing here");
    input = with_gift();
    input.platform_discount = -1;
    EXPECT_EQ(refusal(input), "discount out of range");
    input.platform_discount = 0;
    input.units[0].ref = {0, 1};
    EXPECT_EQ(refusal(input), "unit [0,1]: number out of range");
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
