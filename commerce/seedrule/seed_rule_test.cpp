#include "commerce/seedrule/seed_rule.hpp"

#include "base/test_seed.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/refunding.hpp"
#include "commerce/seedrule/summary.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sluice::commerce {
namespace {

std::vector<Act> of_source(const OrderAdditions& added, Source source) {
    std::vector<Act> acts;
    for (const Act& act : added.acts) {
        if (act.source() == source) acts.push_back(act);
    }
    return acts;
}

/// Numbers have no hole, times never fall, nothing happens after it is recorded.
void expect_numbered(const std::vector<Act>& acts) {
    for (std::size_t i = 0; i < acts.size(); ++i) {
        ASSERT_EQ(acts[i].seq, static_cast<std::int32_t>(i + 1));
        ASSERT_LE(acts[i].happened, acts[i].at);
        if (i > 0) {
            ASSERT_LE(acts[i - 1].at, acts[i].at);
        }
    }
}

/// Stamps name an act that was there, and go forward.
void expect_stamped(const std::vector<Act>& orders, const std::vector<Act>& deliveries) {
    std::int32_t seen = 1;
    for (const Act& act : deliveries) {
        ASSERT_GE(act.depends_on, seen);
        ASSERT_LE(orders.at(static_cast<std::size_t>(act.depends_on - 1)).at, act.at);
        seen = act.depends_on;
    }
    for (const Act& act : orders) {
        if (act.type != ActType::kReturned) {
            ASSERT_EQ(act.depends_on, 0);
            continue;
        }
        const Act& completed = deliveries.at(static_cast<std::size_t>(act.depends_on - 1));
        ASSERT_EQ(completed.type, ActType::kCompleted);
        ASSERT_LE(completed.at, act.happened);
    }
}

/// A unit is cancelled or sent, once; returned only after it was delivered, once.
void expect_units_once(const std::vector<Act>& orders, const std::vector<Act>& deliveries) {
    std::set<UnitRef> cancelled;
    std::set<UnitRef> sent;
    std::set<UnitRef> delivered;
    std::set<UnitRef> returned;
    for (const Act& act : orders) {
        if (act.type != ActType::kCancelled) continue;
        for (const UnitRef unit : act.units) ASSERT_TRUE(cancelled.insert(unit).second);
    }
    for (const Act& act : deliveries) {
        ASSERT_FALSE(act.units.empty());
        auto& units = act.type == ActType::kDispatched ? sent : delivered;
        for (const UnitRef unit : act.units)
            ASSERT_TRUE(units.insert(unit).second && !cancelled.contains(unit));
    }
    for (const Act& act : orders) {
        if (act.type != ActType::kReturned) continue;
        for (const UnitRef unit : act.units)
            ASSERT_TRUE(returned.insert(unit).second && delivered.contains(unit));
    }
}

TEST(SeedRuleModel, EveryOrdersActsAreOnesThatCanHappen) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::Sample sample = test::sample(3'000, seed);
    for (std::size_t i = 0; i < sample.raw.orders.size(); ++i) {
        const OrderAdditions& added = sample.additions.orders[i];
        SCOPED_TRACE(sample.raw.orders[i].id);
        const auto orders = of_source(added, Source::kOrders);
        const auto deliveries = of_source(added, Source::kDeliveries);
        ASSERT_EQ(orders.front().type, ActType::kPlaced);
        expect_numbered(orders);
        expect_numbered(deliveries);
        expect_numbered(of_source(added, Source::kReviews));
        expect_stamped(orders, deliveries);
        expect_units_once(orders, deliveries);
        ASSERT_EQ(
            orders.size() + deliveries.size() + sample.raw.orders[i].reviews.size(),
            added.acts.size()
        );
    }
}

TEST(SeedRuleModel, ARefundDoneNamesAnActThatMadeMoneyDue) {
    const test::Sample sample = test::sample(3'000, 5);
    int refunded = 0;
    for (std::size_t i = 0; i < sample.raw.orders.size(); ++i) {
        const OrderAdditions& added = sample.additions.orders[i];
        const auto orders = of_source(added, Source::kOrders);
        const auto due = refunds_made_due(
            orders,
            placed_payload(sample.raw.orders[i], added).value(),
            paid_payload(sample.raw.orders[i], added)
        );
        std::set<std::int32_t> named;
        for (const Act& act : orders) {
            if (act.type != ActType::kRefunded) continue;
            ASSERT_TRUE(named.insert(act.refund_of).second);
            ASSERT_LT(act.refund_of, act.seq);
            ASSERT_GT(due.at(static_cast<std::size_t>(act.refund_of - 1)).total(), 0);
            ++refunded;
        }
    }
    EXPECT_GT(refunded, 100);
}

TEST(SeedRule, IsAFunctionOfOrdersAndSeed) {
    const RawData raw = generate_raw(1'000, 1);
    EXPECT_EQ(make_additions(raw, 4).value(), make_additions(raw, 4).value());
    EXPECT_NE(make_additions(raw, 4).value().orders, make_additions(raw, 5).value().orders);
}

TEST(SeedRule, DiscountsComeOnlyOutOfPaymentsThatMatch) {
    const test::Sample sample = test::sample(5'000, 2);
    for (std::size_t i = 0; i < sample.raw.orders.size(); ++i) {
        const RawOrder& raw = sample.raw.orders[i];
        const OrderAdditions& added = sample.additions.orders[i];
        if (added.discount() == 0) continue;
        ASSERT_EQ(raw.paid(), raw.goods() + raw.freight());
        ASSERT_EQ(paid_payload(raw, added).captured, raw.paid() - added.discount());
    }
}

TEST(SeedRule, RealDataHasTheFiguresOfThePage) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData raw = load_raw(*real).value();
    const Summary sum = summarize(raw, make_additions(raw, 1).value());
    EXPECT_TRUE(check_floors(sum).has_value());
    EXPECT_EQ(sum.orders, 99'441);
    EXPECT_EQ(sum.orders_with_items, 98'666);
    EXPECT_EQ(sum.large_orders, 2'287);
    EXPECT_EQ(sum.large_orders_stepwise, 447);
    EXPECT_EQ(sum.stepwise_cancellations, 555);
    EXPECT_EQ(sum.discounted_orders, 29'599);
    EXPECT_EQ(sum.returns, 3'878);
    EXPECT_EQ(sum.payments_after_cancellation, 395);
    EXPECT_EQ(sum.zero_orders, 106);
    EXPECT_EQ(sum.heavy_member_orders, 200);
    EXPECT_EQ(sum.heavy_seller_orders, 10'000);
}

TEST(SeedRule, TheFloorsHoldOnRealDataForOtherSeeds) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData raw = load_raw(*real).value();
    for (std::uint64_t seed = 2; seed < 5; ++seed) {
        const Status floors = check_floors(summarize(raw, make_additions(raw, seed).value()));
        EXPECT_TRUE(floors.has_value()) << seed << ": " << floors.error().message;
    }
}

}  // namespace
}  // namespace sluice::commerce
