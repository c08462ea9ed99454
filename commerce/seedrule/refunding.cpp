#include "commerce/seedrule/refunding.hpp"

#include "base/assert.hpp"
#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/durations.hpp"
#include "commerce/seedrule/numbering.hpp"

#include <fmt/format.h>

namespace sluice::commerce {

namespace {

Tenders made_due(OrderState& state, const Act& act, const OrderPaid& paid) {
    const auto due = [](const Result<Change>& change) {
        SLUICE_ASSERT(change.has_value());  // the rule made an act that its order does not allow
        return change->refund;
    };
    switch (act.type) {
        case ActType::kPaid: return due(state.apply(paid, act.seq));
        case ActType::kCancelled: return due(state.apply(cancelled_payload(act), act.seq));
        case ActType::kReturned: return due(state.apply(returned_payload(act), act.seq));
        case ActType::kPlaced:
        case ActType::kRefunded: return {};
        case ActType::kDispatched:
        case ActType::kCompleted:
        case ActType::kWritten:
        case ActType::kComplained: break;
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

std::vector<Tenders> refunds_made_due(
    const std::vector<Act>& orders, const OrderPlaced& placed, const OrderPaid& paid
) {
    OrderState state{placed};
    std::vector<Tenders> due;
    due.reserve(orders.size());
    for (const Act& act : orders) due.push_back(made_due(state, act, paid));
    return due;
}

void add_refunds(
    std::vector<Act>& orders,
    const std::string& order_id,
    const OrderPlaced& placed,
    const OrderPaid& paid,
    const Chance& chance
) {
    const std::vector<Tenders> due = refunds_made_due(orders, placed, paid);
    std::vector<Act> refunds;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const Act& cause = orders[i];
        const std::string purpose =
            fmt::format("refund|{}|{}", to_string(cause.type), to_text(cause.at));
        if (due[i].total() == 0 || !chance.happens(order_id, purpose, 9'000)) continue;
        Act refunded;
        refunded.type = ActType::kRefunded;
        refunded.at = cause.at + 3 * kDay;
        refunded.happened = refunded.at;
        refunded.refund_of = cause.seq;
        refunds.push_back(std::move(refunded));
    }
    if (refunds.empty()) return;
    orders.insert(orders.end(), refunds.begin(), refunds.end());
    number_orders(orders);
}

}  // namespace sluice::commerce
