#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// What buyers say: `review_entry` and, over all of a seller's orders, `review_seller`.
/// Rows: docs/commerce/read-models.md, "review".
[[nodiscard]] Service make_review_service(const Policy& policy);

}  // namespace sluice::commerce
