#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

/// What is chosen among all orders, not by one order alone. One flag per raw order.
namespace sluice::commerce {

using Flags = std::vector<bool>;

/// At least 1 in `20` and `8` orders, at most the 200 and 10,000 that are asked for.
[[nodiscard]] std::size_t heavy_member_orders(std::size_t orders);
[[nodiscard]] std::size_t heavy_seller_orders(std::size_t orders);

[[nodiscard]] Flags choose_heavy_member(const RawData& raw, const Chance& chance);
[[nodiscard]] Flags choose_heavy_seller(const RawData& raw, const Chance& chance);

/// Whether the discount can come out of the payments: they equal price + freight exactly.
[[nodiscard]] bool discount_candidate(const RawOrder& order);

[[nodiscard]] Flags choose_zero(const RawData& raw, const Chance& chance);
[[nodiscard]] Flags choose_discount(const RawData& raw, const Flags& zero, const Chance& chance);
[[nodiscard]] Flags choose_steps(const RawData& raw, const Chance& chance);

/// Needs the discounts: what they leave to pay.
[[nodiscard]] Flags choose_late_payment(
    const RawData& raw, const Additions& added, const Chance& chance
);

}  // namespace sluice::commerce
