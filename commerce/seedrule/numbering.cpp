#include "commerce/seedrule/numbering.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace sluice::commerce {

void number_orders(std::vector<Act>& orders) {
    std::stable_sort(orders.begin(), orders.end(), [](const Act& a, const Act& b) {
        return std::tie(a.at, a.type, a.refund_of) < std::tie(b.at, b.type, b.refund_of);
    });
    std::map<std::int32_t, std::int32_t> renamed;
    std::int32_t next = 0;
    for (Act& act : orders) {
        ++next;
        if (act.seq != 0) renamed[act.seq] = next;
        act.seq = next;
    }
    for (Act& act : orders) {
        if (act.refund_of != 0) act.refund_of = renamed.at(act.refund_of);
    }
}

void number_deliveries(std::vector<Act>& deliveries) {
    std::sort(deliveries.begin(), deliveries.end(), [](const Act& a, const Act& b) {
        return std::tie(a.at, a.type, a.parcel) < std::tie(b.at, b.type, b.parcel);
    });
    std::int32_t next = 0;
    for (Act& act : deliveries) act.seq = ++next;
}

void stamp_deliveries(std::vector<Act>& deliveries, const std::vector<Act>& orders) {
    for (Act& delivery : deliveries) {
        for (const Act& order : orders) {
            if (order.at <= delivery.at) delivery.depends_on = order.seq;
        }
    }
}

}  // namespace sluice::commerce
