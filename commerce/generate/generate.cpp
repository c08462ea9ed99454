#include "commerce/generate/generate.hpp"

#include "base/assert.hpp"
#include "commerce/generate/draw.hpp"
#include "commerce/generate/figures.hpp"
#include "commerce/generate/invent.hpp"

#include <algorithm>
#include <string>

namespace sluice::commerce {

namespace {

std::string member_of(std::uint64_t seed, std::uint64_t number, Draw& draw) {
    const bool again = number > 0 && draw.happens(figures::kRepeatedMemberPermille, 1'000);
    const auto last = static_cast<std::int64_t>(number);
    return invented_id(
        seed, "member", again ? static_cast<std::uint64_t>(draw.below(last)) : number
    );
}

RawOrder invent_order(std::uint64_t seed, std::uint64_t number) {
    Draw draw{seed, number};
    // Zero orders need free shipping and a payment to the cent: see docs/commerce/seed-rule.md,
    // "orders.csv".
    const bool free_shipping = number % figures::kFreeShippingEvery == 0;
    RawOrder order;
    order.id = invented_id(seed, "order", number);
    order.member = member_of(seed, number, draw);
    order.status = figures::kStatuses[draw.weighted(figures::kStatusWeights)];
    if (free_shipping) order.status = RawStatus::kDelivered;
    invent_times(order, draw);
    invent_items(order, {free_shipping, seed}, draw);
    invent_payments(order, free_shipping, draw);
    invent_reviews(order, seed, number, draw);
    return order;
}

}  // namespace

RawData generate_raw(std::uint64_t orders, std::uint64_t seed) {
    SLUICE_ASSERT(orders > 0);
    RawData data;
    data.orders.reserve(orders);
    for (std::uint64_t number = 0; number < orders; ++number)
        data.orders.push_back(invent_order(seed, number));
    std::sort(data.orders.begin(), data.orders.end(), [](const RawOrder& a, const RawOrder& b) {
        return a.id < b.id;
    });
    return data;
}

}  // namespace sluice::commerce
