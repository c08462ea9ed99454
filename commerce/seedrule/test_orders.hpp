#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/durations.hpp"

#include <string>
#include <vector>

namespace sluice::commerce::test {

inline UtcTime at(std::string_view text) {
    return parse_time(text).value();
}

/// A raw order bought on 2018-01-10 12:00 UTC, approved 1 h later, handed over 2 d and delivered 9
/// d after, of items with these sellers: 10.00 each, freight 1.00, paid by card.
inline RawOrder raw_order(
    const std::vector<std::string>& sellers, RawStatus status = RawStatus::kDelivered
) {
    RawOrder order;
    order.id = "o1";
    order.member = "m1";
    order.status = status;
    order.purchased = at("2018-01-10T12:00:00Z");
    order.approved = order.purchased + kHour;
    if (status == RawStatus::kDelivered || status == RawStatus::kShipped)
        order.handed_over = order.purchased + 2 * kDay;
    if (status == RawStatus::kDelivered) order.delivered = order.purchased + 9 * kDay;
    order.estimated = order.purchased + 30 * kDay;
    for (const std::string& seller : sellers) {
        const auto number = static_cast<std::int64_t>(order.items.size()) + 1;
        order.items.push_back({number, "p-" + seller, seller, 1'000, 100});
    }
    const std::int64_t due = order.goods() + order.freight();
    order.payments.push_back({1, "credit_card", due > 0 ? due : 5'000});
    return order;
}

}  // namespace sluice::commerce::test
