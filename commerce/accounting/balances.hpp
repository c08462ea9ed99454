#pragma once

#include "commerce/orderstate/order_state.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sluice::commerce {

struct Account {
    std::string_view name;
    std::string party;  ///< seller id for `seller_payable`, else empty

    auto operator<=>(const Account&) const = default;
};

/// Debit positive; accounts at 0 may be missing.
using Balances = std::map<Account, std::int64_t>;

/// What an order's accounts stand at, as a function of its state; they sum to 0.
/// Source: docs/commerce/read-models.md, "accounting".
[[nodiscard]] Balances balances_of(const OrderState& order);

/// What an event posts: the balance after it less the balance before it, per account, where that is
/// not 0.
[[nodiscard]] Balances posted(const Balances& before, const Balances& after);

}  // namespace sluice::commerce
