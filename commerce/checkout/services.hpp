#pragma once

#include "commerce/checkout/participant.hpp"
#include "saga/definition.hpp"

#include <memory>

namespace sluice::commerce {

// The four services of a checkout, each alone with its tables.

/// `stock`: reserves one of a sku; refuses when none is left.
[[nodiscard]] std::unique_ptr<CheckoutAct> make_stock();

/// `coupons`: redeems one of a coupon's; refuses when none is left.
[[nodiscard]] std::unique_ptr<CheckoutAct> make_coupons();

/// `payments`: the member's money goes to the shop; refuses who has too little. It is the pivot: it
/// is never asked to take back.
[[nodiscard]] std::unique_ptr<CheckoutAct> make_payments();

/// `orders`: places the order; never refuses.
[[nodiscard]] std::unique_ptr<CheckoutAct> make_orders();

/// reserve and redeem, which can be undone; authorize, the pivot; place.
[[nodiscard]] saga::Definition checkout_saga();

}  // namespace sluice::commerce
