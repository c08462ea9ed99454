#include "commerce/produce/payloads.hpp"

#include "base/assert.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/refunding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::commerce {

namespace {

OrderRefunded refunded(const RawOrder& raw, const OrderAdditions& added, const Act& act) {
    std::vector<Act> orders;
    for (const Act& other : added.acts) {
        if (other.source() == Source::kOrders && other.seq <= act.refund_of)
            orders.push_back(other);
    }
    const auto due =
        refunds_made_due(orders, placed_payload(raw, added).value(), paid_payload(raw, added));
    return OrderRefunded{act.refund_of, due.back().card, due.back().voucher};
}

std::string parcel_id(const RawOrder& raw, const Act& act) {
    return fmt::format("{}-{}", raw.id, act.parcel);
}

const std::string& seller_of(const OrderAdditions& added, const Act& act) {
    const auto item =
        std::find_if(added.items.begin(), added.items.end(), [&act](const ItemAddition& i) {
            return i.ref == act.units.front();
        });
    SLUICE_ASSERT(item != added.items.end());
    return item->seller;
}

ReviewGiven review(const RawOrder& raw, const Act& act) {
    const RawReview& given = raw.reviews.at(static_cast<std::size_t>(act.seq - 1));
    return ReviewGiven{given.id, given.score, given.created};
}

}  // namespace

std::string payload_of(const RawOrder& raw, const OrderAdditions& added, const Act& act) {
    switch (act.type) {
        case ActType::kPlaced: return encode(placed_payload(raw, added).value());
        case ActType::kPaid: return encode(paid_payload(raw, added));
        case ActType::kCancelled: return encode(cancelled_payload(act));
        case ActType::kReturned: return encode(returned_payload(act));
        case ActType::kRefunded: return encode(refunded(raw, added, act));
        case ActType::kDispatched:
            return encode(DeliveryDispatched{parcel_id(raw, act), seller_of(added, act), act.units}
            );
        case ActType::kCompleted:
            return encode(DeliveryCompleted{
                parcel_id(raw, act), seller_of(added, act), act.units, act.happened});
        case ActType::kWritten:
        case ActType::kComplained: return encode(review(raw, act));
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::commerce
