#include "commerce/seedrule/pricing.hpp"

#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/test_orders.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace sluice::commerce {
namespace {

OrderAdditions discounted(const RawOrder& raw, DiscountKind kind) {
    OrderAdditions added;
    added.items = item_additions(raw, false, Chance{1});
    give_discount(added, raw, kind, Chance{1});
    return added;
}

TEST(Discount, AZeroOrderIsPaidByThePlatform) {
    const OrderAdditions added = discounted(test::raw_order({"s1", "s2"}), DiscountKind::kZero);
    EXPECT_EQ(added.coupon, "FREE");
    EXPECT_EQ(added.platform_discount, 2'000);
    EXPECT_EQ(added.seller_discount, 0);
}

TEST(Discount, PercentIsThreeToTwentyOfTheGoodsAndBorneByEitherOrBoth) {
    std::set<std::string> coupons;
    std::set<std::int64_t> totals;
    RawOrder raw = test::raw_order({"s1"});
    for (int i = 0; i < 500; ++i) {
        raw.id = fmt::format("o{}", i);
        const OrderAdditions added = discounted(raw, DiscountKind::kPercent);
        coupons.insert(added.coupon);
        totals.insert(added.discount());
        if (added.coupon == "SHARED") {
            EXPECT_EQ(added.platform_discount, added.discount() / 2);
        } else {
            EXPECT_EQ(
                added.coupon == "PLATFORM" ? added.seller_discount : added.platform_discount, 0
            );
        }
    }
    EXPECT_EQ(coupons, (std::set<std::string>{"PLATFORM", "SELLER", "SHARED"}));
    EXPECT_EQ(*totals.begin(), 30);
    EXPECT_EQ(*totals.rbegin(), 200);
    EXPECT_EQ(totals.size(), 18U);
}

TEST(Discount, PointsNeverPayTheWholeOrder) {
    RawOrder raw = test::raw_order({"s1"});
    for (const std::int64_t price : {1'000, 50, 2, 1}) {
        raw.items[0].price = price;
        const OrderAdditions added = discounted(raw, DiscountKind::kPoints);
        EXPECT_EQ(added.points_used, added.platform_discount);
        EXPECT_LT(added.points_used, price);
        EXPECT_LE(added.points_used, 300);
        EXPECT_EQ(added.coupon, price == 1 ? "" : "POINTS");
    }
}

TEST(Items, SameProductSellerAndPriceFormALineWhereverTheyStand) {
    RawOrder raw = test::raw_order({"s1", "s2", "s1", "s1"});
    raw.items[3].price = 1'001;
    const auto items = item_additions(raw, false, Chance{1});
    EXPECT_EQ(items[0].ref, (UnitRef{1, 1}));
    EXPECT_EQ(items[1].ref, (UnitRef{2, 1}));
    EXPECT_EQ(items[2].ref, (UnitRef{1, 2}));
    EXPECT_EQ(items[3].ref, (UnitRef{3, 1}));
    EXPECT_EQ(items[0].commission_bp, items[2].commission_bp);
    EXPECT_EQ(items[0].tax_code, items[2].tax_code);
    EXPECT_EQ(items[1].seller, "s2");
    EXPECT_EQ(item_additions(raw, true, Chance{1})[1].seller, kHeavySeller);
}

TEST(Items, RatesAreThoseOfTheRule) {
    std::set<std::string> taxes;
    std::set<std::int64_t> rates;
    RawOrder raw = test::raw_order({"s1"});
    for (int i = 0; i < 300; ++i) {
        raw.id = fmt::format("o{}", i);
        const ItemAddition item = item_additions(raw, false, Chance{1})[0];
        taxes.insert(fmt::format("{} {}", item.tax_code, item.tax_bp));
        rates.insert(item.commission_bp);
    }
    EXPECT_EQ(taxes, (std::set<std::string>{"exempt 0", "reduced 700", "standard 1800"}));
    EXPECT_EQ(*rates.begin(), 1'000);
    EXPECT_EQ(*rates.rbegin(), 1'800);
    EXPECT_EQ(rates.size(), 9U);
}

TEST(Arithmetic, TheDiscountComesOutOfThePaymentsFromTheFirst) {
    RawOrder raw = test::raw_order({"s1"});
    raw.payments = {
        {1, "voucher", 400}, {2, "credit_card", 0}, {3, "credit_card", 500}, {4, "boleto", 200}};
    OrderAdditions added;
    EXPECT_EQ(
        tenders(raw, added),
        (std::vector<Tender>{{1, "voucher", 400}, {3, "credit_card", 500}, {4, "boleto", 200}})
    );
    added.platform_discount = 300;
    added.seller_discount = 200;
    EXPECT_EQ(
        tenders(raw, added), (std::vector<Tender>{{3, "credit_card", 400}, {4, "boleto", 200}})
    );
    const OrderPaid paid = paid_payload(raw, added);
    EXPECT_EQ(paid.card, 600);
    EXPECT_EQ(paid.voucher, 0);
    EXPECT_EQ(paid.captured, 600);
    added.platform_discount = 900;
    EXPECT_TRUE(tenders(raw, added).empty());
}

TEST(Arithmetic, FreightOfASellersItemsIsHisShipping) {
    const RawOrder raw = test::raw_order({"s2", "s1", "s2"});
    OrderAdditions added = discounted(raw, DiscountKind::kNone);
    const auto placed = placed_payload(raw, added);
    ASSERT_TRUE(placed.has_value()) << placed.error().message;
    EXPECT_EQ(placed->shipping, (std::vector<Shipping>{{"s2", 200}, {"s1", 100}}));
    EXPECT_EQ(placed->due, 3'300);
    added.platform_discount = 3'001;
    const auto refused = placed_payload(raw, added);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("order o1"), std::string::npos);
}

}  // namespace
}  // namespace sluice::commerce
