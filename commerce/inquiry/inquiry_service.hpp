#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// What an order was at each act, as known to who acted: `inquiry_act`.
/// Rows: docs/commerce/read-models.md, "inquiry".
[[nodiscard]] Service make_inquiry_service(const Policy& policy);

}  // namespace sluice::commerce
