#include "commerce/run/services.hpp"

#include "commerce/accounting/accounting.hpp"
#include "commerce/apportionment/apportionment_service.hpp"
#include "commerce/benefits/benefits.hpp"
#include "commerce/delivery/delivery_service.hpp"
#include "commerce/inquiry/inquiry_service.hpp"
#include "commerce/order/order_service.hpp"
#include "commerce/review/review_service.hpp"
#include "commerce/sales/sales.hpp"
#include "commerce/settlement/settlement.hpp"

namespace sluice::commerce {

namespace {

/// A rebuild of it counts as it does.
ServiceOf same(const Service& service) {
    return [service](const Filling&) { return service; };
}

}  // namespace

std::vector<ServicePart> all_services(const Policy& policy) {
    std::vector<ServicePart> parts{
        {"order", "order.sqlite", make_order_service(policy)},
        {"order", "delivery.sqlite", make_delivery_service(policy)},
        {"order", "apportionment.sqlite", make_apportionment_service(policy)},
        {"order", "review.sqlite", make_review_service(policy)},
        {"order", "inquiry.sqlite", make_inquiry_service(policy)},
        {"order", "sales.sqlite", make_sales_service(policy)},
        {"order", "accounting.sqlite", make_accounting_service(policy)},
        {"order", "settlement.sqlite", make_settlement_service(policy)},
        {"calendar", "settlement.sqlite", make_settlement_calendar_service()},
        {"order", "benefits.sqlite", make_benefits_service(policy)},
    };
    for (ServicePart& part : parts) {
        if (part.database == "settlement.sqlite") continue;  // it takes part in two domains
        part.make = part.database == "sales.sqlite" ? sales_by_policy(policy) : same(part.service);
    }
    return parts;
}

}  // namespace sluice::commerce
