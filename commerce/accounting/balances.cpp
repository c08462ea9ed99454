#include "commerce/accounting/balances.hpp"

namespace sluice::commerce {

Balances balances_of(const OrderState& order) {
    Balances balances;
    const Tenders captured = order.captured();
    const Tenders done = order.refunds_done();
    const bool paid = captured.total() > 0;
    balances[{"buyer_receivable", {}}] = paid ? 0 : order.claim();
    balances[{"cash", {}}] = captured.card - done.card;
    balances[{"voucher_liability", {}}] = captured.voucher - done.voucher;
    balances[{"refunds_due", {}}] = -(order.refunds_due().total() - done.total());
    balances[{"payment_difference", {}}] = paid ? -(order.kept() - order.claim()) : 0;
    balances[{"return_fees", {}}] = -order.fees();
    for (const SellerState& seller : order.sellers()) {
        balances[{"seller_payable", seller.id}] = seller.shipping_refunded ? 0 : -seller.shipping;
    }
    for (const UnitState& unit : order.units()) {
        if (unit.fate != Fate::kOpen) continue;
        balances[{"seller_payable", order.sellers()[unit.seller].id}] -= unit.payable;
        balances[{"commission_revenue", {}}] -= unit.commission;
        balances[{"promotion", {}}] += unit.platform;
        balances[{"vat_due", {}}] -= unit.vat;
        balances[{"vat_of_sellers", {}}] += unit.vat;
    }
    return balances;
}

Balances posted(const Balances& before, const Balances& after) {
    Balances entries = after;
    for (const auto& [account, balance] : before) entries[account] -= balance;
    std::erase_if(entries, [](const auto& entry) { return entry.second == 0; });
    return entries;
}

}  // namespace sluice::commerce
