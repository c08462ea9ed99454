#include "commerce/seedrule/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::commerce {

namespace {

void give_percent(OrderAdditions& added, const RawOrder& raw, const Chance& chance) {
    const std::int64_t percent = 3 + chance.below(raw.id, "percent", 18);
    const std::int64_t total = raw.goods() * percent / 100;
    if (total == 0) return;
    switch (chance.below(raw.id, "bearer", 3)) {
        case 0:
            added.coupon = "PLATFORM";
            added.platform_discount = total;
            return;
        case 1:
            added.coupon = "SELLER";
            added.seller_discount = total;
            return;
        default:
            added.coupon = "SHARED";
            added.platform_discount = total / 2;
            added.seller_discount = total - total / 2;
    }
}

void give_points(OrderAdditions& added, const RawOrder& raw, const Chance& chance) {
    const std::int64_t points = std::min(1 + chance.below(raw.id, "points", 300), raw.goods() - 1);
    if (points <= 0) return;
    added.coupon = "POINTS";
    added.points_used = points;
    added.platform_discount = points;
}

void give_tax(ItemAddition& added, const RawOrder& raw, const Chance& chance) {
    const std::int64_t roll = chance.below(raw.id, fmt::format("tax{}", added.ref.line), 10);
    added.tax_code = roll == 0 ? "exempt" : roll <= 2 ? "reduced" : "standard";
    added.tax_bp = roll == 0 ? 0 : roll <= 2 ? 700 : 1'800;
}

bool same_line(const RawItem& a, const RawItem& b) {
    return a.product == b.product && a.seller == b.seller && a.price == b.price;
}

}  // namespace

void give_discount(
    OrderAdditions& added, const RawOrder& raw, DiscountKind kind, const Chance& chance
) {
    switch (kind) {
        case DiscountKind::kNone: return;
        case DiscountKind::kZero:
            added.coupon = "FREE";
            added.platform_discount = raw.goods();
            return;
        case DiscountKind::kPercent: return give_percent(added, raw, chance);
        case DiscountKind::kPoints: return give_points(added, raw, chance);
    }
}

std::vector<ItemAddition> item_additions(
    const RawOrder& raw, bool heavy_seller, const Chance& chance
) {
    std::vector<ItemAddition> added;
    std::int64_t lines = 0;
    for (std::size_t i = 0; i < raw.items.size(); ++i) {
        ItemAddition item;
        // The last piece of the same line, if there is one.
        std::size_t before = i;
        while (before > 0 && !same_line(raw.items[before - 1], raw.items[i])) --before;
        if (before > 0) {
            item = added[before - 1];
            ++item.ref.unit;
        } else {
            item.ref = UnitRef{++lines, 1};
            item.seller = heavy_seller ? std::string{kHeavySeller} : raw.items[i].seller;
            give_tax(item, raw, chance);
            item.commission_bp =
                1'000 + 100 * chance.below(raw.id, fmt::format("rate{}", item.ref.line), 9);
        }
        added.push_back(std::move(item));
    }
    return added;
}

}  // namespace sluice::commerce
