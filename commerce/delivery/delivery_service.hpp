#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// The delivery service's read side: `delivery_parcel`, one row per parcel sent.
/// Rows: docs/commerce/read-models.md, "delivery".
[[nodiscard]] Service make_delivery_service(const Policy& policy);

}  // namespace sluice::commerce
