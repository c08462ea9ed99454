#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <string_view>
#include <vector>

namespace sluice::commerce {

enum class DiscountKind : std::uint8_t { kNone, kZero, kPercent, kPoints };

/// Fills coupon, discounts and points (docs/commerce/seed-rule.md, "orders.csv").
void give_discount(
    OrderAdditions& added, const RawOrder& raw, DiscountKind kind, const Chance& chance
);

/// Lines, units, seller, tax and commission of each raw item ("items.csv").
[[nodiscard]] std::vector<ItemAddition> item_additions(
    const RawOrder& raw, bool heavy_seller, const Chance& chance
);

}  // namespace sluice::commerce
