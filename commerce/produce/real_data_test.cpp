#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/produce/publications.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::commerce {
namespace {

/// docs/commerce/read-models.md, "Query `control_total`", from the published events.
struct ControlTotal {
    std::int64_t listed{};
    std::int64_t difference{};
    std::int64_t without_items{};
    std::int64_t unpaid{};
    std::int64_t discounts{};
    std::int64_t captured{};
};

void add(ControlTotal& total, const OrderPlaced& placed, const OrderPaid* paid) {
    const std::int64_t captured = paid == nullptr ? 0 : paid->captured;
    total.captured += captured;
    total.discounts += placed.platform_discount + placed.seller_discount;
    if (placed.units.empty()) {
        total.without_items += captured;
        return;
    }
    for (const PlacedUnit& unit : placed.units) total.listed += unit.price;
    for (const Shipping& shipping : placed.shipping) total.listed += shipping.amount;
    if (captured > 0 || placed.due == 0) {
        total.difference += captured - placed.due;
    } else {
        total.unpaid += placed.due;
    }
}

class RealData : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RealData, TheControlTotalsHoldWhateverTheSeed) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData raw = load_raw(*real).value();
    const Additions additions = make_additions(raw, GetParam()).value();
    const Publications published{raw, additions};
    std::vector<std::string> placed(raw.orders.size());
    std::vector<std::string> paid(raw.orders.size());
    std::size_t orders = 0;
    for (std::size_t i = 0; i < published.size(); ++i) {
        const Act* act = published.act(i);
        if (act == nullptr || (act->type != ActType::kPlaced && act->type != ActType::kPaid))
            continue;
        const auto order = std::lower_bound(
            raw.orders.begin(),
            raw.orders.end(),
            published.subject(i),
            [](const RawOrder& a, std::string_view id) { return a.id < id; }
        );
        auto& into = act->type == ActType::kPlaced ? placed : paid;
        into[static_cast<std::size_t>(order - raw.orders.begin())] = *published.at(i).event.data;
        orders += act->type == ActType::kPlaced ? 1 : 0;
    }
    EXPECT_EQ(orders, 99'441U);
    ControlTotal total;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const auto order = decode<OrderPlaced>(placed[i]);
        ASSERT_TRUE(order.has_value()) << order.error().message;
        if (paid[i].empty()) {
            add(total, order.value(), nullptr);
            continue;
        }
        const auto payment = decode<OrderPaid>(paid[i]);
        ASSERT_TRUE(payment.has_value()) << payment.error().message;
        add(total, order.value(), &payment.value());
    }
    EXPECT_EQ(total.listed, 1'584'355'324);
    EXPECT_EQ(total.difference, 287'039);
    EXPECT_EQ(total.without_items, 16'259'195);
    EXPECT_EQ(total.unpaid, 14'346);
    EXPECT_EQ(total.captured + total.discounts, 1'600'887'212);
    EXPECT_GT(total.discounts, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RealData, testing::Values(1, 2));

}  // namespace
}  // namespace sluice::commerce
