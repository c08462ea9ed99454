#include "commerce/orderstate/order_state.hpp"

#include "base/assert.hpp"
#include "commerce/events/reasons.hpp"

#include <algorithm>
#include <utility>

namespace sluice::commerce {

namespace {

Error refused_change(const char* why) {
    return Error{ErrorCode::kConflict, why};
}

}  // namespace

OrderState::OrderState(const OrderPlaced& event, std::int64_t sequence)
    : sequence_{sequence},
      due_{event.due} {
    sellers_.reserve(event.shipping.size());
    for (const Shipping& entry : event.shipping) sellers_.push_back({entry.seller, entry.amount});
    units_.reserve(event.units.size());
    for (const PlacedUnit& from : event.units) {
        UnitState& unit = units_.emplace_back();
        unit.ref = from.ref();
        unit.price = from.price;
        unit.platform = from.platform;
        unit.net = from.net;
        unit.vat = from.vat;
        unit.commission = from.commission;
        unit.payable = from.payable;
        const SellerState* seller = find(from.seller);
        SLUICE_ASSERT(seller != nullptr);
        unit.seller = static_cast<std::size_t>(seller - sellers_.data());
        const auto code = std::find(tax_codes_.begin(), tax_codes_.end(), from.tax_code);
        unit.tax_code = static_cast<std::size_t>(code - tax_codes_.begin());
        if (code == tax_codes_.end()) tax_codes_.push_back(from.tax_code);
    }
}

const UnitState* OrderState::find(UnitRef ref) const {
    const auto found = std::lower_bound(
        units_.begin(),
        units_.end(),
        ref,
        [](const UnitState& unit, UnitRef wanted) { return unit.ref < wanted; }
    );
    return found != units_.end() && found->ref == ref ? &*found : nullptr;
}

const SellerState* OrderState::find(std::string_view seller) const {
    const auto found =
        std::find_if(sellers_.begin(), sellers_.end(), [&](const SellerState& entry) {
            return entry.id == seller;
        });
    return found != sellers_.end() ? &*found : nullptr;
}

std::int64_t OrderState::count(Fate fate) const {
    return std::count_if(units_.begin(), units_.end(), [&](const UnitState& unit) {
        return unit.fate == fate;
    });
}

bool OrderState::keeps(std::size_t seller) const {
    return std::any_of(units_.begin(), units_.end(), [&](const UnitState& unit) {
        return unit.seller == seller && unit.fate == Fate::kOpen;
    });
}

bool OrderState::all_cancelled() const {
    return std::all_of(units_.begin(), units_.end(), [](const UnitState& unit) {
        return unit.fate == Fate::kCancelled;
    });
}

Tenders OrderState::refunds_due() const {
    const std::int64_t captured = captured_.total();
    const std::int64_t total = all_cancelled() ? captured : std::min(captured, nominal_);
    const std::int64_t card = std::min(total, captured_.card);  // card first, then voucher
    return {card, total - card};
}

Tenders OrderState::refunds_done() const {
    Tenders done;
    for (const RefundState& refund : refunds_) {
        if (refund.done) done = done + refund.amount;
    }
    return done;
}

Result<std::vector<std::size_t>> OrderState::open_units(const std::vector<UnitRef>& refs) const {
    std::vector<std::size_t> places;
    places.reserve(refs.size());
    for (const UnitRef& ref : refs) {
        const UnitState* unit = find(ref);
        if (unit == nullptr) return refused_change(reason::kUnknownUnit);
        const auto place = static_cast<std::size_t>(unit - units_.data());
        const bool again = std::find(places.begin(), places.end(), place) != places.end();
        if (unit->fate != Fate::kOpen || again) return refused_change(reason::kUnitNotOpen);
        places.push_back(place);
    }
    return places;
}

void OrderState::settle(Change& change, Fate fate, bool refunds_shipping) {
    for (const std::size_t place : change.units) {
        units_[place].fate = fate;
        change.nominal += units_[place].net;
    }
    if (!refunds_shipping) return;
    for (const std::size_t place : change.units) {
        const std::size_t seller = units_[place].seller;
        if (sellers_[seller].shipping_refunded || keeps(seller)) continue;
        const bool returned_once =
            std::any_of(units_.begin(), units_.end(), [&](const UnitState& unit) {
                return unit.seller == seller && unit.fate == Fate::kReturned;
            });
        if (fate == Fate::kCancelled && returned_once) continue;
        sellers_[seller].shipping_refunded = true;
        change.sellers.push_back(seller);
        change.nominal += sellers_[seller].shipping;
    }
}

void OrderState::finish(Change& change, Tenders due_before, std::int64_t sequence) {
    sequence_ = sequence;
    change.refund = refunds_due() - due_before;
    SLUICE_ASSERT(change.refund.card >= 0 && change.refund.voucher >= 0);  // T never falls
    if (change.refund.total() > 0) refunds_.push_back({sequence, change.refund, false});
}

Result<Change> OrderState::apply(const OrderPaid& event, std::int64_t sequence) {
    if (paid_) return refused_change(reason::kAlreadyPaid);
    Change change;
    paid_ = true;
    captured_ = {event.card, event.voucher};
    finish(change, Tenders{}, sequence);
    return change;
}

Result<Change> OrderState::apply(const OrderCancelled& event, std::int64_t sequence) {
    auto places = open_units(event.units);
    if (!places.has_value()) return places.error();
    const Tenders before = refunds_due();
    Change change;
    change.units = std::move(places).value();
    settle(change, Fate::kCancelled, /*refunds_shipping=*/true);
    nominal_ += change.nominal;
    cancelled_once_ = true;
    finish(change, before, sequence);
    return change;
}

Result<Change> OrderState::apply(const OrderReturned& event, std::int64_t sequence) {
    auto places = open_units(event.units);
    if (!places.has_value()) return places.error();
    std::int64_t net = 0;
    for (const std::size_t place : places.value()) net += units_[place].net;
    if (event.fee > net) return refused_change(reason::kFeeTooHigh);
    const Tenders before = refunds_due();
    Change change;
    change.units = std::move(places).value();
    settle(change, Fate::kReturned, /*refunds_shipping=*/event.fault == "seller");
    change.nominal -= event.fee;
    nominal_ += change.nominal;
    fees_ += event.fee;
    finish(change, before, sequence);
    return change;
}

Result<Change> OrderState::apply(const OrderRefunded& event, std::int64_t sequence) {
    const auto refund = std::find_if(refunds_.begin(), refunds_.end(), [&](const auto& entry) {
        return entry.sequence == event.of;
    });
    if (refund == refunds_.end()) return refused_change(reason::kNothingToRefund);
    if (refund->done) return refused_change(reason::kAlreadyRefunded);
    if (refund->amount != Tenders{event.card, event.voucher})
        return refused_change(reason::kRefundDiffers);
    refund->done = true;
    sequence_ = sequence;
    return Change{};
}

}  // namespace sluice::commerce
