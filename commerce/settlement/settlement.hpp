#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// What the platform owes each seller and when it pays. Two subscriptions on one database: the
/// orders' events make items; the calendar's closed days pay them. Either may complete a day, so
/// both try to pay. Tables and rows: docs/commerce/read-models.md, "settlement".
[[nodiscard]] Service make_settlement_service(const Policy& policy);
[[nodiscard]] Service make_settlement_calendar_service();

}  // namespace sluice::commerce
