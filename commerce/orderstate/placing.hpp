#pragma once

#include <sluice/result.hpp>

#include "commerce/events/payloads.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::commerce {

/// A unit as chosen, before anything is computed.
struct PlacingUnit {
    UnitRef ref;
    std::string seller;
    std::string product;
    std::int64_t price{};
    std::string tax_code;
    std::int64_t tax_bp{};
    std::int64_t commission_bp{};
};

/// An order as chosen: what stands in raw data and additions.
struct PlacingInput {
    std::string member;
    std::string currency;
    std::string coupon;
    std::int64_t points_used{};
    std::int64_t platform_discount{};
    std::int64_t seller_discount{};
    std::vector<Shipping> shipping;  ///< any order; a seller without an entry ships for 0
    std::vector<PlacingUnit> units;  ///< any order
};

/// Freezes an order: shares of the discounts, net, VAT, commission, payable, due.
/// Source: docs/commerce/read-models.md, "At placing".
/// Failure: kInvalidArgument: the discount exceeds the goods; a negative amount, a rate beyond
/// 10000 or a
///          price beyond kIntegerMax; the same unit twice; two rates of one tax code; shipping of a
///          seller without a unit.
[[nodiscard]] Result<OrderPlaced> place(const PlacingInput& input);

}  // namespace sluice::commerce
