#include "commerce/seedrule/summary.hpp"

#include "commerce/money/policy.hpp"
#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace sluice::commerce {

namespace {

std::int64_t one_if(bool holds) {
    return holds ? 1 : 0;
}

/// Payout is made on the day of completion + payout_days; a return after it comes too late to be
/// netted.
bool after_payout(const std::vector<Act>& acts, const Act& returned) {
    const Policy policy;
    const auto completed = std::find_if(acts.begin(), acts.end(), [&returned](const Act& act) {
        return act.source() == Source::kDeliveries && act.seq == returned.depends_on;
    });
    return completed != acts.end() &&
           bday(policy, returned.at) > bday(policy, completed->at) + policy.payout_days;
}

void count_acts(Summary& sum, const RawOrder& raw, const std::vector<Act>& acts) {
    std::int64_t cancelled = 0;
    for (const Act& act : acts) {
        if (act.type == ActType::kCancelled) ++cancelled;
        if (act.type == ActType::kPaid) sum.payments_after_cancellation += one_if(cancelled > 0);
        if (act.type != ActType::kReturned) continue;
        ++sum.returns;
        sum.returns_after_payout += one_if(after_payout(acts, act));
    }
    sum.stepwise_cancellations += one_if(cancelled >= 2);
    if (raw.items.size() < 3) return;
    ++sum.large_orders;
    sum.large_orders_stepwise += one_if(cancelled >= 2);
}

void count_order(Summary& sum, const RawOrder& raw, const OrderAdditions& added) {
    const bool platform = added.platform_discount > 0;
    const bool seller = added.seller_discount > 0;
    sum.orders_with_items += one_if(!raw.items.empty());
    sum.discounted_orders += one_if(platform || seller);
    sum.platform_discounts += one_if(platform && !seller);
    sum.seller_discounts += one_if(seller && !platform);
    sum.shared_discounts += one_if(platform && seller);
    const std::int64_t due = raw.goods() + raw.freight() - added.discount();
    sum.zero_orders += one_if(!raw.items.empty() && due == 0);
    sum.heavy_member_orders += one_if(added.member == kHeavyMember);
    sum.heavy_seller_orders +=
        one_if(!added.items.empty() && added.items.front().seller == kHeavySeller);
    count_acts(sum, raw, added.acts);
}

/// Keeps what lies below its floor, as text.
class Floors {
public:
    void number(std::string_view key, std::int64_t is, std::int64_t least) {
        if (is < least)
            below_.push_back(fmt::format("{} is {}, at least {} needed", key, is, least));
    }

    void percent(std::string_view key, std::int64_t part, std::int64_t of, std::int64_t least) {
        if (part * 100 >= of * least) return;
        below_.push_back(fmt::format("{} is {} of {}, at least {} % needed", key, part, of, least));
    }

    [[nodiscard]] Status status() const {
        if (below_.empty()) return ok();
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("too few hard cases in these orders: {}", fmt::join(below_, "; "))};
    }

private:
    std::vector<std::string> below_;
};

/// "0.1950": four decimals, cut.
std::string share(std::int64_t part, std::int64_t of) {
    const std::int64_t per_10000 = of == 0 ? 0 : part * 10'000 / of;
    return fmt::format("{}.{:04}", per_10000 / 10'000, per_10000 % 10'000);
}

}  // namespace

Summary summarize(const RawData& raw, const Additions& additions) {
    Summary sum;
    sum.seed = additions.seed;
    sum.orders = static_cast<std::int64_t>(raw.orders.size());
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        count_order(sum, raw.orders[i], additions.orders[i]);
    }
    return sum;
}

Status check_floors(const Summary& sum) {
    Floors floors;
    if (sum.orders >= kSharesFrom) {
        floors.percent("stepwise_share", sum.large_orders_stepwise, sum.large_orders, 10);
        floors.percent("discounted_share", sum.discounted_orders, sum.orders_with_items, 25);
        floors.percent("platform_discounts", sum.platform_discounts, sum.orders_with_items, 5);
        floors.percent("seller_discounts", sum.seller_discounts, sum.orders_with_items, 5);
        floors.percent("shared_discounts", sum.shared_discounts, sum.orders_with_items, 5);
    }
    floors.number("returns_after_payout", sum.returns_after_payout, sum.orders / 1'000);
    floors.number(
        "payments_after_cancellation", sum.payments_after_cancellation, sum.orders / 1'000
    );
    floors.number("zero_orders", sum.zero_orders, std::max<std::int64_t>(1, sum.orders / 10'000));
    const auto orders = static_cast<std::size_t>(sum.orders);
    floors.number(
        "heavy_member_orders",
        sum.heavy_member_orders,
        static_cast<std::int64_t>(heavy_member_orders(orders))
    );
    floors.number(
        "heavy_seller_orders",
        sum.heavy_seller_orders,
        static_cast<std::int64_t>(heavy_seller_orders(orders))
    );
    return floors.status();
}

std::string to_json(const Summary& sum) {
    std::string out = fmt::format("{{\n  \"seed\": {},\n  \"orders\": {},\n", sum.seed, sum.orders);
    const auto add = [&out](std::string_view key, const auto& value) {
        out += fmt::format("  \"{}\": {},\n", key, value);
    };
    add("orders_with_items", sum.orders_with_items);
    add("stepwise_cancellations", sum.stepwise_cancellations);
    add("stepwise_share", share(sum.large_orders_stepwise, sum.large_orders));
    add("discounted_orders", sum.discounted_orders);
    add("discounted_share", share(sum.discounted_orders, sum.orders_with_items));
    add("platform_discounts", sum.platform_discounts);
    add("seller_discounts", sum.seller_discounts);
    add("shared_discounts", sum.shared_discounts);
    add("returns", sum.returns);
    add("returns_after_payout", sum.returns_after_payout);
    add("payments_after_cancellation", sum.payments_after_cancellation);
    add("zero_orders", sum.zero_orders);
    add("heavy_member_orders", sum.heavy_member_orders);
    out += fmt::format("  \"heavy_seller_orders\": {}\n}}\n", sum.heavy_seller_orders);
    return out;
}

}  // namespace sluice::commerce
