#include "commerce/seedrule/choices.hpp"

#include "commerce/seedrule/test_orders.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::commerce {
namespace {

/// So many orders, each with as many items as its number says.
RawData orders(std::size_t count, std::size_t items) {
    RawData raw;
    for (std::size_t i = 0; i < count; ++i) {
        raw.orders.push_back(test::raw_order(std::vector<std::string>(items, "s1")));
        raw.orders.back().id = fmt::format("o{:05}", i);
    }
    return raw;
}

std::int64_t chosen(const Flags& flags) {
    return std::count(flags.begin(), flags.end(), true);
}

TEST(Choices, HeavyOnesAreAsManyAsTheOrdersAllow) {
    EXPECT_EQ(heavy_member_orders(19), 0U);
    EXPECT_EQ(heavy_member_orders(300), 15U);
    EXPECT_EQ(heavy_member_orders(100'000), 200U);
    EXPECT_EQ(heavy_seller_orders(300), 37U);
    EXPECT_EQ(heavy_seller_orders(100'000), 10'000U);
}

TEST(Choices, TheHeavyMemberHasTheOrdersWithTheSmallestHash) {
    const RawData raw = orders(400, 1);
    const Chance chance{1};
    const Flags flags = choose_heavy_member(raw, chance);
    EXPECT_EQ(chosen(flags), 20);
    std::uint64_t largest_chosen = 0;
    std::uint64_t smallest_left = ~std::uint64_t{0};
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const std::uint64_t hash = chance.hash(raw.orders[i].id, "member");
        if (flags[i]) largest_chosen = std::max(largest_chosen, hash);
        if (!flags[i]) smallest_left = std::min(smallest_left, hash);
    }
    EXPECT_LT(largest_chosen, smallest_left);
}

TEST(Choices, TheHeavySellerTakesOrdersOfOneSellerOnly) {
    RawData raw = orders(400, 2);
    for (std::size_t i = 0; i < 380; ++i) raw.orders[i].items[1].seller = "s2";
    const Flags flags = choose_heavy_seller(raw, Chance{1});
    EXPECT_EQ(chosen(flags), 20);  // 50 are asked for, 20 there
    for (std::size_t i = 0; i < 380; ++i) EXPECT_FALSE(flags[i]);
}

TEST(Choices, ADiscountNeedsItemsAndAPaymentToTheCent) {
    RawOrder order = test::raw_order({"s1"});
    EXPECT_TRUE(discount_candidate(order));
    order.payments[0].amount += 1;
    EXPECT_FALSE(discount_candidate(order));
    EXPECT_FALSE(discount_candidate(test::raw_order({})));
}

TEST(Choices, ThereIsAZeroOrderIfOneShipsFree) {
    RawData raw = orders(50, 1);
    EXPECT_EQ(chosen(choose_zero(raw, Chance{1})), 0);
    RawOrder& order = raw.orders[17];
    order.items[0].freight = 0;
    order.payments[0].amount = 1'000;
    for (std::uint64_t seed = 1; seed < 20; ++seed) EXPECT_TRUE(choose_zero(raw, Chance{seed})[17]);
}

TEST(Choices, ADiscountIsNotForZeroOrdersAndReachesItsLeastShare) {
    const RawData raw = orders(100, 1);
    for (std::uint64_t seed = 1; seed < 30; ++seed) {
        Flags zero(raw.orders.size());
        zero[3] = true;
        const Flags flags = choose_discount(raw, zero, Chance{seed});
        EXPECT_FALSE(flags[3]);
        EXPECT_GE(chosen(flags), 27);
    }
}

TEST(Choices, StepsAreForDeliveredAndShippedOrdersOfSeveralItems) {
    RawData raw = orders(50, 3);
    raw.orders[0].status = RawStatus::kCanceled;
    raw.orders[1].items.resize(1);
    raw.orders[2].status = RawStatus::kShipped;
    bool shipped = false;
    for (std::uint64_t seed = 1; seed < 40; ++seed) {
        const Flags flags = choose_steps(raw, Chance{seed});
        EXPECT_FALSE(flags[0] || flags[1]);
        EXPECT_GE(chosen(flags), 6);  // 12 % of 49
        shipped = shipped || flags[2];
    }
    EXPECT_TRUE(shipped);
}

TEST(Choices, ALatePaymentNeedsOneUnitAndSomethingLeftToPay) {
    RawData raw = orders(1'000, 1);
    Additions added{1, std::vector<OrderAdditions>(raw.orders.size())};
    for (std::size_t i = 1; i < raw.orders.size(); ++i) added.orders[i].platform_discount = 1'100;
    EXPECT_TRUE(choose_late_payment(raw, added, Chance{1})[0]
    );  // the only one left, and one is the least
    EXPECT_EQ(chosen(choose_late_payment(raw, added, Chance{1})), 1);
    raw.orders[0].items.push_back(raw.orders[0].items[0]);
    EXPECT_EQ(chosen(choose_late_payment(raw, added, Chance{1})), 0);
}

TEST(Choices, WhatALargerShareAddsIsWhatASmallerOneHadNot) {
    // "At least" takes those next in line, so that the chosen of 3 in 1,000 are among those of 6.
    const RawData few = orders(3'000, 1);
    const RawData many = orders(6'000, 1);
    const Additions none{1, std::vector<OrderAdditions>(many.orders.size())};
    const Flags of_few = choose_late_payment(few, none, Chance{2});
    const Flags of_many = choose_late_payment(many, none, Chance{2});
    std::int64_t by_chance = 0;
    for (std::size_t i = 0; i < of_few.size(); ++i) {
        if (!Chance{2}.happens(few.orders[i].id, "latepay", 50)) continue;
        ++by_chance;
        EXPECT_TRUE(of_few[i] && of_many[i]);
    }
    EXPECT_GT(by_chance, 3);
}

}  // namespace
}  // namespace sluice::commerce
