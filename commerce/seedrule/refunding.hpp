#pragma once

#include "commerce/events/payloads.hpp"
#include "commerce/orderstate/order_state.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <string>
#include <vector>

namespace sluice::commerce {

/// What each of these order acts makes due, in their order. Acts are numbered, from `order.placed`
/// on; refunds done change nothing and may be among them.
[[nodiscard]] std::vector<Tenders> refunds_made_due(
    const std::vector<Act>& orders, const OrderPlaced& placed, const OrderPaid& paid
);

/// Adds `order.refunded` for most of what becomes due and numbers the acts anew.
void add_refunds(
    std::vector<Act>& orders,
    const std::string& order_id,
    const OrderPlaced& placed,
    const OrderPaid& paid,
    const Chance& chance
);

}  // namespace sluice::commerce
