#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// The ledger: entries that only add, each the change of one account's balance by one order event,
/// and tax documents. Tables and rows: docs/commerce/read-models.md, "accounting".
[[nodiscard]] Service make_accounting_service(const Policy& policy);

}  // namespace sluice::commerce
