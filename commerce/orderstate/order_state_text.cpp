#include "commerce/orderstate/order_state.hpp"
#include "commerce/orderstate/text.hpp"

#include <fmt/format.h>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kFormat = 1;

void write(TextWriter& out, Tenders money) {
    out.number(money.card);
    out.number(money.voucher);
}

Tenders read_tenders(TextReader& in) {
    const std::int64_t card = in.number();
    return {card, in.number()};
}

void write(TextWriter& out, const UnitState& unit) {
    out.number(unit.ref.line);
    out.number(unit.ref.unit);
    out.number(static_cast<std::int64_t>(unit.seller));
    out.number(static_cast<std::int64_t>(unit.tax_code));
    out.number(static_cast<std::int64_t>(unit.fate));
    out.number(unit.price);
    out.number(unit.platform);
    out.number(unit.net);
    out.number(unit.vat);
    out.number(unit.commission);
    out.number(unit.payable);
}

/// Answers whether seller, tax code and fate are among those there are.
bool read(TextReader& in, UnitState& unit, std::size_t sellers, std::size_t tax_codes) {
    unit.ref.line = in.number();
    unit.ref.unit = in.number();
    unit.seller = static_cast<std::size_t>(in.number());
    unit.tax_code = static_cast<std::size_t>(in.number());
    const std::int64_t fate = in.number();
    unit.price = in.number();
    unit.platform = in.number();
    unit.net = in.number();
    unit.vat = in.number();
    unit.commission = in.number();
    unit.payable = in.number();
    if (fate < 0 || fate > static_cast<std::int64_t>(Fate::kReturned)) return false;
    unit.fate = static_cast<Fate>(fate);
    return in.ok() && unit.seller < sellers && unit.tax_code < tax_codes;
}

}  // namespace

std::string OrderState::save() const {
    TextWriter out;
    for (const std::int64_t value : {kFormat, sequence_, due_, nominal_, fees_}) out.number(value);
    write(out, captured_);
    out.number(paid_ ? 1 : 0);
    out.number(cancelled_once_ ? 1 : 0);
    out.number(static_cast<std::int64_t>(sellers_.size()));
    for (const SellerState& seller : sellers_) {
        out.text(seller.id);
        out.number(seller.shipping);
        out.number(seller.shipping_refunded ? 1 : 0);
    }
    out.number(static_cast<std::int64_t>(tax_codes_.size()));
    for (const std::string& code : tax_codes_) out.text(code);
    out.number(static_cast<std::int64_t>(units_.size()));
    for (const UnitState& unit : units_) write(out, unit);
    out.number(static_cast<std::int64_t>(refunds_.size()));
    for (const RefundState& refund : refunds_) {
        out.number(refund.sequence);
        write(out, refund.amount);
        out.number(refund.done ? 1 : 0);
    }
    return out.take();
}

Result<OrderState> OrderState::load(std::string_view text) {
    TextReader in{text};
    OrderState state;
    bool sound = in.number() == kFormat;
    state.sequence_ = in.number();
    state.due_ = in.number();
    state.nominal_ = in.number();
    state.fees_ = in.number();
    state.captured_ = read_tenders(in);
    state.paid_ = in.number() != 0;
    state.cancelled_once_ = in.number() != 0;
    state.sellers_.resize(in.count());
    for (SellerState& seller : state.sellers_) {
        seller.id = in.text();
        seller.shipping = in.number();
        seller.shipping_refunded = in.number() != 0;
    }
    state.tax_codes_.resize(in.count());
    for (std::string& code : state.tax_codes_) code = in.text();
    state.units_.resize(in.count());
    for (UnitState& unit : state.units_) {
        sound = sound && read(in, unit, state.sellers_.size(), state.tax_codes_.size());
    }
    state.refunds_.resize(in.count());
    for (RefundState& refund : state.refunds_) {
        refund.sequence = in.number();
        refund.amount = read_tenders(in);
        refund.done = in.number() != 0;
    }
    if (sound && in.at_end()) return state;
    return Error{
        ErrorCode::kCorrupt, fmt::format("not an order's state: '{}'", text.substr(0, 80))};
}

}  // namespace sluice::commerce
