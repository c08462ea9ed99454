#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// Whose money is whose: `apportionment_unit` and `apportionment_seller`.
/// Rows: docs/commerce/read-models.md, "apportionment".
[[nodiscard]] Service make_apportionment_service(const Policy& policy);

}  // namespace sluice::commerce
