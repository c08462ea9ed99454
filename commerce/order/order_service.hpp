#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// The order service's read side: `order_head`, one row per order as it is after its last event.
/// Rows: docs/commerce/read-models.md, "order".
[[nodiscard]] Service make_order_service(const Policy& policy);

}  // namespace sluice::commerce
