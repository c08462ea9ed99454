#include "commerce/generate/figures.hpp"
#include "commerce/generate/invent.hpp"

#include <algorithm>

namespace sluice::commerce {

namespace {

void pay(RawOrder& order, std::string_view type, std::int64_t amount) {
    const auto number = static_cast<std::int64_t>(order.payments.size()) + 1;
    order.payments.push_back({number, std::string{type}, amount});
}

/// One voucher, or several; no more of them than cents.
void pay_by_vouchers(RawOrder& order, std::int64_t amount, Draw& draw) {
    while (amount > 1 &&
           static_cast<std::int64_t>(order.payments.size()) + 1 < figures::kPaymentsMax &&
           draw.happens(figures::kMoreVouchersPercent, 100)) {
        const std::int64_t part = draw.between(1, amount - 1);
        pay(order, "voucher", part);
        amount -= part;
    }
    pay(order, "voucher", amount);
}

std::int64_t amount_to_pay(const RawOrder& order, Draw& draw) {
    if (order.items.empty()) return draw.from(figures::kPaidWithoutItems);
    const std::int64_t due = order.goods() + order.freight();
    if (!draw.happens(figures::kMismatchPer10000, 10'000)) return due;
    return std::max<std::int64_t>(1, due + draw.from(figures::kMismatch));
}

}  // namespace

void invent_payments(RawOrder& order, bool exact, Draw& draw) {
    if (exact) return pay(order, "credit_card", order.goods() + order.freight());
    if (draw.happens(1, figures::kNoPaymentIn)) return;
    const std::int64_t amount = amount_to_pay(order, draw);
    switch (static_cast<figures::Pays>(draw.weighted(figures::kPayWeights))) {
        case figures::Pays::kCard: pay(order, "credit_card", amount); break;
        case figures::Pays::kBoleto: pay(order, "boleto", amount); break;
        case figures::Pays::kDebit: pay(order, "debit_card", amount); break;
        case figures::Pays::kVoucher: pay_by_vouchers(order, amount, draw); break;
        case figures::Pays::kCardAndVoucher: {
            const std::int64_t by_card = amount * draw.between(10, 90) / 100;
            if (by_card > 0) pay(order, "credit_card", by_card);
            pay_by_vouchers(order, amount - by_card, draw);
            break;
        }
    }
    if (draw.happens(1, 10'000)) pay(order, "voucher", 0);  // the real data has a few
}

}  // namespace sluice::commerce
