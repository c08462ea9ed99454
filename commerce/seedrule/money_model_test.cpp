// The money of every order that the seed rule makes: what is paid, what is due, what goes back.
#include "base/test_seed.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/durations.hpp"
#include "commerce/seedrule/refunding.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace sluice::commerce {
namespace {

/// Each order of a sample with what follows from it.
class SeedRuleMoney : public testing::Test {
protected:
    struct One {
        const RawOrder& raw;
        const OrderAdditions& added;
        OrderPlaced placed;
        OrderPaid paid;
    };

    template <class Check>
    void for_each_order(Check check) {
        for (std::size_t i = 0; i < sample_.raw.orders.size(); ++i) {
            const RawOrder& raw = sample_.raw.orders[i];
            SCOPED_TRACE(raw.id);
            const OrderAdditions& added = sample_.additions.orders[i];
            check(One{raw, added, placed_payload(raw, added).value(), paid_payload(raw, added)});
            if (testing::Test::HasFailure()) return;
        }
    }

    static const Act* find(const OrderAdditions& added, ActType type) {
        const auto act = std::find_if(added.acts.begin(), added.acts.end(), [type](const Act& a) {
            return a.type == type;
        });
        return act == added.acts.end() ? nullptr : &*act;
    }

    std::uint64_t seed_{sluice::test::seed()};
    test::Sample sample_{test::sample(2'000, seed_)};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

template <class Get>
std::int64_t sum_of(const OrderPlaced& placed, Get get) {
    return std::accumulate(
        placed.units.begin(),
        placed.units.end(),
        std::int64_t{0},
        [&](std::int64_t sum, const PlacedUnit& unit) { return sum + get(unit); }
    );
}

TEST_F(SeedRuleMoney, WhatIsPaidIsWhatWasPaidLessTheDiscount) {
    for_each_order([](const One& order) {
        EXPECT_EQ(order.paid.captured, order.raw.paid() - order.added.discount());
        EXPECT_EQ(order.paid.captured, order.paid.card + order.paid.voucher);
        std::int64_t number = 0;
        for (const Tender& tender : order.paid.tenders) {
            EXPECT_GT(tender.amount, 0);
            EXPECT_GT(tender.number, number);
            number = tender.number;
        }
        EXPECT_EQ(find(order.added, ActType::kPaid) != nullptr, order.paid.captured > 0);
    });
}

TEST_F(SeedRuleMoney, SharesSumToEachBearersDiscountAndNobodyIsNegative) {
    for_each_order([](const One& order) {
        const auto platform = [](const PlacedUnit& unit) { return unit.platform; };
        const auto seller = [](const PlacedUnit& unit) { return unit.seller_share; };
        EXPECT_EQ(sum_of(order.placed, platform), order.added.platform_discount);
        EXPECT_EQ(sum_of(order.placed, seller), order.added.seller_discount);
        for (const PlacedUnit& unit : order.placed.units) {
            EXPECT_GE(unit.platform, 0);
            EXPECT_GE(unit.seller_share, 0);
            EXPECT_GE(unit.net, 0);
            EXPECT_GE(unit.payable, 0);
            EXPECT_EQ(unit.net + unit.platform, unit.payable + unit.commission);
        }
        const auto net = [](const PlacedUnit& unit) { return unit.net; };
        EXPECT_EQ(order.placed.due, sum_of(order.placed, net) + order.raw.freight());
    });
}

TEST_F(SeedRuleMoney, NoMoreGoesBackThanWasCapturedPerTender) {
    for_each_order([](const One& order) {
        std::vector<Act> acts;
        for (const Act& act : order.added.acts) {
            if (act.source() == Source::kOrders) acts.push_back(act);
        }
        Tenders back;
        for (const Tenders& due : refunds_made_due(acts, order.placed, order.paid)) {
            EXPECT_GE(due.card, 0);
            EXPECT_GE(due.voucher, 0);
            back = back + due;
            EXPECT_LE(back.card, order.paid.card);
            EXPECT_LE(back.voucher, order.paid.voucher);
            // The card is empty before the voucher is touched.
            EXPECT_TRUE(back.voucher == 0 || back.card == order.paid.card);
        }
    });
}

TEST_F(SeedRuleMoney, AnOrderThatIsCancelledWholeKeepsNothing) {
    int whole = 0;
    for_each_order([&whole](const One& order) {
        std::vector<Act> acts;
        std::size_t cancelled = 0;
        for (const Act& act : order.added.acts) {
            if (act.source() == Source::kOrders) acts.push_back(act);
            if (act.type == ActType::kCancelled) cancelled += act.units.size();
        }
        const bool all = find(order.added, ActType::kCancelled) != nullptr &&
                         cancelled == order.placed.units.size();
        if (!all) return;
        ++whole;
        Tenders back;
        for (const Tenders& due : refunds_made_due(acts, order.placed, order.paid))
            back = back + due;
        EXPECT_EQ(back, (Tenders{order.paid.card, order.paid.voucher}));
    });
    EXPECT_GT(whole, 5);
}

TEST_F(SeedRuleMoney, CouponsSayWhoBearsThem) {
    std::map<std::string, int> coupons;
    for_each_order([&coupons](const One& order) {
        const OrderAdditions& added = order.added;
        ++coupons[added.coupon];
        const bool platform = added.platform_discount > 0;
        const bool seller = added.seller_discount > 0;
        EXPECT_EQ(added.coupon.empty(), added.discount() == 0);
        if (added.coupon == "FREE") {
            EXPECT_EQ(order.placed.due, 0);
        }
        if (added.coupon == "PLATFORM" || added.coupon == "POINTS") {
            EXPECT_TRUE(platform && !seller);
        }
        if (added.coupon == "SELLER") {
            EXPECT_TRUE(seller && !platform);
        }
        EXPECT_EQ(added.points_used, added.coupon == "POINTS" ? added.platform_discount : 0);
    });
    for (const char* coupon : {"", "FREE", "PLATFORM", "SELLER", "SHARED", "POINTS"})
        EXPECT_GT(coupons[coupon], 0) << coupon;
    EXPECT_EQ(coupons.size(), 6U);
}

/// Case 12 of the rules: money that comes after the cancellation, and a zero order without any.
TEST_F(SeedRuleMoney, LatePaymentsFollowTheirCancellationAndZeroOrdersHaveNone) {
    int late = 0;
    int zero = 0;
    for_each_order([&](const One& order) {
        const Act* paid = find(order.added, ActType::kPaid);
        const Act* cancelled = find(order.added, ActType::kCancelled);
        if (paid != nullptr && cancelled != nullptr && cancelled->seq < paid->seq) {
            ++late;
            EXPECT_EQ(paid->at, order.raw.purchased + 5 * kDay);
            EXPECT_EQ(find(order.added, ActType::kDispatched), nullptr);
        }
        if (order.added.coupon != "FREE") return;
        ++zero;
        EXPECT_EQ(paid, nullptr);
        EXPECT_TRUE(order.paid.tenders.empty());
        EXPECT_TRUE(cancelled != nullptr || find(order.added, ActType::kDispatched) != nullptr);
    });
    EXPECT_GT(late, 0);
    EXPECT_GT(zero, 0);
}

/// Refunds that the rule does are named after the act that made them due, three days later.
TEST_F(SeedRuleMoney, ARefundLeavesThreeDaysAfterItsCause) {
    int refunds = 0;
    for_each_order([&refunds](const One& order) {
        std::map<std::int32_t, const Act*> by_number;
        for (const Act& act : order.added.acts) {
            if (act.source() == Source::kOrders) by_number[act.seq] = &act;
        }
        for (const Act& act : order.added.acts) {
            if (act.type != ActType::kRefunded) continue;
            ++refunds;
            EXPECT_EQ(act.at, by_number.at(act.refund_of)->at + 3 * kDay);
        }
    });
    EXPECT_GT(refunds, 50);
}

/// The same rule on orders in another order of the list: what happens to one does not depend on
/// where it stands. (Reading them sorts them; whoever makes them need not.)
TEST_F(SeedRuleMoney, WhatHappensToAnOrderDoesNotDependOnItsPlace) {
    RawData turned = sample_.raw;
    std::reverse(turned.orders.begin(), turned.orders.end());
    Additions other = make_additions(turned, seed_).value();
    std::reverse(other.orders.begin(), other.orders.end());
    EXPECT_EQ(other.orders, sample_.additions.orders);
}

}  // namespace
}  // namespace sluice::commerce
