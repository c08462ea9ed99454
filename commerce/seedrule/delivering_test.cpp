#include "commerce/seedrule/delivering.hpp"

#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/cancelling.hpp"
#include "commerce/seedrule/numbering.hpp"
#include "commerce/seedrule/pricing.hpp"
#include "commerce/seedrule/test_orders.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

OrderPlaced placed_of(const RawOrder& raw) {
    OrderAdditions added;
    added.items = item_additions(raw, false, Chance{1});
    return placed_payload(raw, added).value();
}

/// Seeds with and without what one purpose decides, for order o1.
std::uint64_t seed_where(std::string_view purpose, int per_10000, bool happens) {
    std::uint64_t seed = 1;
    while (Chance{seed}.happens("o1", purpose, per_10000) != happens) ++seed;
    return seed;
}

std::vector<Act> parcels(
    const RawOrder& raw, const std::vector<UnitRef>& open, std::uint64_t seed
) {
    const OrderPlaced placed = placed_of(raw);
    const Chance chance{seed};
    auto acts = Delivering{raw, placed, chance}.parcels(open, raw.purchased + kHour, raw.purchased);
    number_deliveries(acts);
    return acts;
}

constexpr UnitRef kFirst{1, 1};
constexpr UnitRef kSecond{2, 1};
constexpr UnitRef kThird{3, 1};

TEST(Parcels, AreNumberedOverTheSellersWhoSendSomething) {
    const RawOrder raw = test::raw_order({"s1", "s2", "s3"});
    const auto acts = parcels(raw, {kSecond, kThird}, seed_where("latecourier", 200, false));
    ASSERT_EQ(acts.size(), 4U);
    EXPECT_EQ(acts[0].parcel, 1);
    EXPECT_EQ(acts[0].units, std::vector<UnitRef>{kSecond});
    EXPECT_EQ(acts[1].parcel, 2);
    EXPECT_EQ(acts[1].units, std::vector<UnitRef>{kThird});
    EXPECT_EQ(acts[2].units, acts[0].units);  // completed as dispatched
}

TEST(Parcels, NothingOpenSendsNothing) {
    EXPECT_TRUE(parcels(test::raw_order({"s1"}), {}, 1).empty());
}

TEST(Parcels, OfAShippedOrderAreOnTheirWay) {
    const auto acts = parcels(test::raw_order({"s1"}, RawStatus::kShipped), {kFirst}, 1);
    ASSERT_EQ(acts.size(), 1U);
    EXPECT_EQ(acts[0].type, ActType::kDispatched);
}

TEST(Parcels, MissingTimesAreReplaced) {
    RawOrder raw = test::raw_order({"s1"});
    raw.handed_over.reset();
    raw.delivered.reset();
    const auto acts = parcels(raw, {kFirst}, seed_where("latecourier", 200, false));
    EXPECT_EQ(acts[0].at, raw.purchased + kHour + kDay);
    EXPECT_EQ(acts[1].happened, raw.estimated);
    EXPECT_EQ(acts[1].at, raw.estimated + 10 * kMinute);
}

TEST(Parcels, ALateCourierRecordsTwentyDaysAfterwards) {
    const RawOrder raw = test::raw_order({"s1"});
    const auto acts = parcels(raw, {kFirst}, seed_where("latecourier", 200, true));
    EXPECT_EQ(acts[1].happened, *raw.delivered);
    EXPECT_EQ(acts[1].at, *raw.delivered + 20 * kDay);
}

std::vector<Act> returns(const RawOrder& raw, std::uint64_t seed) {
    const OrderPlaced placed = placed_of(raw);
    const Chance chance{seed};
    const Delivering delivering{raw, placed, chance};
    auto deliveries = delivering.parcels(open_units(placed, {}), raw.purchased, raw.purchased);
    number_deliveries(deliveries);
    return delivering.returns(deliveries);
}

TEST(Returns, MostOrdersHaveNone) {
    EXPECT_TRUE(returns(test::raw_order({"s1"}), seed_where("return", 400, false)).empty());
    EXPECT_TRUE(
        returns(test::raw_order({"s1"}, RawStatus::kShipped), seed_where("return", 400, true))
            .empty()
    );
}

TEST(Returns, AreOfTheFirstParcelWholeOrInPartAndFollowTheRule) {
    const RawOrder raw = test::raw_order({"s1", "s1", "s2"});
    int whole = 0;
    int part = 0;
    int again = 0;
    int wish = 0;
    int late = 0;
    for (std::uint64_t seed = 1; seed < 6'000; ++seed) {
        const auto acts = returns(raw, seed);
        if (acts.empty()) continue;
        const Act& first = acts[0];
        const std::int64_t wait = first.at.seconds - first.happened.seconds;
        EXPECT_TRUE(wait == kHour || wait == kHour + 35 * kDay);
        EXPECT_EQ(first.fee, first.fault == Fault::kWish ? 300 : 0);
        whole += first.units == std::vector<UnitRef>{{1, 1}, {1, 2}} ? 1 : 0;
        part += first.units == std::vector<UnitRef>{{1, 1}} ? 1 : 0;
        wish += first.fault == Fault::kWish ? 1 : 0;
        late += wait > kHour ? 1 : 0;
        if (acts.size() == 1) continue;
        ++again;
        EXPECT_EQ(acts[1].units, (std::vector<UnitRef>{{1, 2}}));
        EXPECT_EQ(acts[1].happened, first.happened + 10 * kDay);
        EXPECT_EQ(acts[1].depends_on, first.depends_on);
    }
    EXPECT_NEAR(whole + part, 240, 60);
    EXPECT_NEAR(whole, 120, 45);
    EXPECT_NEAR(wish, 120, 45);
    EXPECT_NEAR(again, 30, 22);
    EXPECT_NEAR(late, 12, 11);
}

TEST(Returns, TheFeeIsNeverMoreThanTheGoods) {
    RawOrder raw = test::raw_order({"s1"});
    raw.items[0].price = 120;
    for (std::uint64_t seed = 1; seed < 500; ++seed) {
        for (const Act& act : returns(raw, seed))
            EXPECT_EQ(act.fee, act.fault == Fault::kWish ? 120 : 0);
    }
}

}  // namespace
}  // namespace sluice::commerce
