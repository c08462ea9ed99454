#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/seedrule/additions.hpp"

#include <vector>

/// What follows from raw order and additions, and so stands in no file
/// (docs/commerce/read-models.md, "At placing"; seed-rule.md, "Payments after discount").
namespace sluice::commerce {

/// The frozen order. Failure: kInvalidArgument with the order: what was chosen cannot be placed.
[[nodiscard]] Result<OrderPlaced> placed_payload(const RawOrder& raw, const OrderAdditions& added);

/// The raw payments less the discount; empty: nothing is paid.
[[nodiscard]] std::vector<Tender> tenders(const RawOrder& raw, const OrderAdditions& added);

[[nodiscard]] OrderPaid paid_payload(const RawOrder& raw, const OrderAdditions& added);
[[nodiscard]] OrderCancelled cancelled_payload(const Act& act);
[[nodiscard]] OrderReturned returned_payload(const Act& act);

}  // namespace sluice::commerce
