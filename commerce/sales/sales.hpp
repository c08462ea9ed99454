#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

namespace sluice::commerce {

/// Which policies a sales service counts by.
struct SalesRule {
    bool at_order{true};
    bool at_delivery{true};
    bool booked{true};  ///< at delivery until `Policy::switch_on`, at order from then on
};

/// Goods sold, net of cancellations and returns, under three policies side by side: counted at
/// order, at delivery, and as booked (at delivery until the switch, at order from then on, with a
/// transition row for what was open). Tables and rows: docs/commerce/read-models.md, "sales". What
/// the company reports is the view `sales_reported`: at delivery, if it is counted so, else as
/// booked.
[[nodiscard]] Service make_sales_service(const Policy& policy, const SalesRule& rule = {});

/// For Instance::add_service: the first filling counts by `first`; one that is rebuilt with an
/// effective date counts as booked, with the switch on that day, and by nothing else.
[[nodiscard]] ServiceOf sales_by_policy(const Policy& policy, const SalesRule& first = {});

}  // namespace sluice::commerce
