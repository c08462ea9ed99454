#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// Goods sold, net of cancellations and returns, under three policies side by side: counted at
/// order, at delivery, and as booked (at delivery until the switch, at order from then on, with a
/// transition row for what was open). Tables and rows: docs/commerce/read-models.md, "sales".
[[nodiscard]] Service make_sales_service(const Policy& policy);

}  // namespace sluice::commerce
