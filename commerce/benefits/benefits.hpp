#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// Points for what a member keeps and pays, points spent, and what became of coupons.
/// Tables and rows: docs/commerce/read-models.md, "benefits".
[[nodiscard]] Service make_benefits_service(const Policy& policy);

}  // namespace sluice::commerce
