#include "commerce/seedrule/seed_rule.hpp"

#include "commerce/seedrule/choices.hpp"
#include "commerce/seedrule/pricing.hpp"
#include "commerce/seedrule/story.hpp"

#include <utility>

namespace sluice::commerce {

namespace {

/// Everything but the acts.
Additions without_acts(const RawData& raw, const Chance& chance) {
    const Flags heavy_member = choose_heavy_member(raw, chance);
    const Flags heavy_seller = choose_heavy_seller(raw, chance);
    const Flags zero = choose_zero(raw, chance);
    const Flags discount = choose_discount(raw, zero, chance);
    Additions additions{chance.seed(), std::vector<OrderAdditions>(raw.orders.size())};
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        const RawOrder& order = raw.orders[i];
        OrderAdditions& added = additions.orders[i];
        added.member = heavy_member[i] ? std::string{kHeavyMember} : order.member;
        added.items = item_additions(order, heavy_seller[i], chance);
        if (zero[i]) give_discount(added, order, DiscountKind::kZero, chance);
        if (discount[i]) give_discount(added, order, DiscountKind::kPercent, chance);
        if (heavy_member[i] && added.coupon.empty() && discount_candidate(order)) {
            give_discount(added, order, DiscountKind::kPoints, chance);
        }
    }
    return additions;
}

}  // namespace

Result<Additions> make_additions(const RawData& raw, std::uint64_t seed) {
    const Chance chance{seed};
    Additions additions = without_acts(raw, chance);
    const Flags steps = choose_steps(raw, chance);
    const Flags late_payment = choose_late_payment(raw, additions, chance);
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        OrderAdditions& added = additions.orders[i];
        auto acts = tell_story(raw.orders[i], added, {steps[i], late_payment[i]}, chance);
        if (!acts) return acts.error();
        added.acts = std::move(acts).value();
    }
    return additions;
}

}  // namespace sluice::commerce
