#include "commerce/seedrule/arithmetic.hpp"

#include "base/assert.hpp"
#include "commerce/orderstate/placing.hpp"

#include <algorithm>

namespace sluice::commerce {

namespace {

constexpr std::string_view kCurrency = "BRL";
constexpr std::string_view kVoucher = "voucher";

void add_shipping(std::vector<Shipping>& shipping, const std::string& seller, std::int64_t amount) {
    const auto at = std::find_if(shipping.begin(), shipping.end(), [&seller](const Shipping& s) {
        return s.seller == seller;
    });
    if (at == shipping.end()) {
        shipping.push_back({seller, amount});
    } else {
        at->amount += amount;
    }
}

}  // namespace

Result<OrderPlaced> placed_payload(const RawOrder& raw, const OrderAdditions& added) {
    SLUICE_ASSERT(raw.items.size() == added.items.size());
    PlacingInput input;
    input.member = added.member;
    input.currency = kCurrency;
    input.coupon = added.coupon;
    input.points_used = added.points_used;
    input.platform_discount = added.platform_discount;
    input.seller_discount = added.seller_discount;
    for (std::size_t i = 0; i < raw.items.size(); ++i) {
        const RawItem& item = raw.items[i];
        const ItemAddition& extra = added.items[i];
        input.units.push_back(
            {extra.ref,
             extra.seller,
             item.product,
             item.price,
             extra.tax_code,
             extra.tax_bp,
             extra.commission_bp}
        );
        add_shipping(input.shipping, extra.seller, item.freight);
    }
    auto placed = place(input);
    if (!placed) return placed.error().at("order " + raw.id);
    return placed;
}

std::vector<Tender> tenders(const RawOrder& raw, const OrderAdditions& added) {
    std::vector<Tender> left;
    std::int64_t running = 0;
    for (const RawPayment& payment : raw.payments) {
        running += payment.amount;
        const std::int64_t amount =
            std::max<std::int64_t>(0, std::min(payment.amount, running - added.discount()));
        if (amount > 0) left.push_back({payment.number, payment.type, amount});
    }
    return left;
}

OrderPaid paid_payload(const RawOrder& raw, const OrderAdditions& added) {
    OrderPaid paid{tenders(raw, added), 0, 0, 0};
    for (const Tender& tender : paid.tenders) {
        (tender.type == kVoucher ? paid.voucher : paid.card) += tender.amount;
    }
    paid.captured = paid.card + paid.voucher;
    return paid;
}

OrderCancelled cancelled_payload(const Act& act) {
    return OrderCancelled{act.units, std::string{to_string(act.reason)}};
}

OrderReturned returned_payload(const Act& act) {
    return OrderReturned{act.units, std::string{to_string(act.fault)}, act.fee, act.happened};
}

}  // namespace sluice::commerce
