#include "commerce/seedrule/story.hpp"

#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/cancelling.hpp"
#include "commerce/seedrule/delivering.hpp"
#include "commerce/seedrule/durations.hpp"
#include "commerce/seedrule/numbering.hpp"
#include "commerce/seedrule/refunding.hpp"

#include <algorithm>

namespace sluice::commerce {

namespace {

Act simple(ActType type, UtcTime at) {
    Act act;
    act.type = type;
    act.at = at;
    act.happened = at;
    return act;
}

bool was_sent(const RawOrder& raw) {
    return raw.status == RawStatus::kDelivered || raw.status == RawStatus::kShipped ||
           (raw.status == RawStatus::kCanceled && raw.delivered.has_value());
}

std::vector<Act> reviews_of(
    const RawOrder& raw, const std::vector<Act>& deliveries, UtcTime placed_at
) {
    const auto completed = std::find_if(deliveries.begin(), deliveries.end(), [](const Act& act) {
        return act.type == ActType::kCompleted;
    });
    const bool written = completed != deliveries.end();
    UtcTime not_before = written ? completed->at : placed_at;
    std::vector<Act> reviews;
    for (const RawReview& review : raw.reviews) {
        not_before = std::max(not_before, review.answered);
        reviews.push_back(simple(written ? ActType::kWritten : ActType::kComplained, not_before));
        reviews.back().seq = static_cast<std::int32_t>(reviews.size());
    }
    return reviews;
}

}  // namespace

Result<std::vector<Act>> tell_story(
    const RawOrder& raw, const OrderAdditions& added, StoryChoices choices, const Chance& chance
) {
    const auto placed = placed_payload(raw, added);
    if (!placed) return placed.error();
    const OrderPaid paid = paid_payload(raw, added);

    std::vector<Act> orders{simple(ActType::kPlaced, raw.purchased)};
    UtcTime base = raw.purchased;
    if (paid.captured > 0) {
        base = std::max(base, raw.approved.value_or(raw.purchased + kHour));
        if (choices.late_payment) base = raw.purchased + 5 * kDay;
        orders.push_back(simple(ActType::kPaid, base));
    }
    const Cancelling cancelling{raw, placed.value(), chance};
    std::vector<Act> cancelled;
    if (choices.late_payment) cancelled = {cancelling.before_late_payment(raw.purchased)};
    if (choices.steps) cancelled = cancelling.in_steps(base);
    if (raw.status == RawStatus::kCanceled && !was_sent(raw))
        cancelled = {cancelling.as_recorded(base)};
    orders.insert(orders.end(), cancelled.begin(), cancelled.end());

    std::vector<Act> deliveries;
    if (was_sent(raw) && !choices.late_payment) {
        const UtcTime not_before = cancelled.empty() ? raw.purchased : cancelled.back().at + kHour;
        const Delivering delivering{raw, placed.value(), chance};
        deliveries = delivering.parcels(open_units(placed.value(), cancelled), base, not_before);
        number_deliveries(deliveries);
        const auto returned = delivering.returns(deliveries);
        orders.insert(orders.end(), returned.begin(), returned.end());
    }
    number_orders(orders);
    add_refunds(orders, raw.id, placed.value(), paid, chance);
    stamp_deliveries(deliveries, orders);

    std::vector<Act> acts = deliveries;
    acts.insert(acts.end(), orders.begin(), orders.end());
    const auto reviews = reviews_of(raw, deliveries, raw.purchased);
    acts.insert(acts.end(), reviews.begin(), reviews.end());
    return acts;
}

}  // namespace sluice::commerce
