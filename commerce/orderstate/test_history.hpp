#pragma once

#include <sluice/event.hpp>

#include "commerce/orderstate/order_state.hpp"
#include "commerce/orderstate/test_order.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce::test {

/// A whole random order, from placing to refunds done, as its producers could have made it:
/// cancellations before dispatch, parcels per seller, returns after delivery, payments early, late,
/// wrong or never, reviews. Events come in one order that respects every number and stamp.
class RandomHistory {
public:
    RandomHistory(std::mt19937_64& random, std::string id)
        : random_{random},
          order_{random_input(), std::move(id)} {
        const OrderPlaced placed = place(order_.input()).value();
        state_ = OrderState{placed};
        events_.push_back(order_.placed());
        const auto pays = below(10);  // 0: never, 1: at the end
        if (pays > 1) pay();
        for (std::int64_t steps = below(4); steps > 0; --steps) cancel();
        deliver();
        for (std::int64_t steps = below(3); steps > 0; --steps) give_back();
        if (pays == 1) pay();
        refund();
    }

    [[nodiscard]] const std::vector<Event>& events() const { return events_; }

    [[nodiscard]] const std::string& id() const { return order_.id(); }

private:
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
    }

    PlacingInput random_input() {
        PlacingInput input;
        input.member = "m-" + std::to_string(below(100));
        input.currency = "BRL";
        std::int64_t goods = 0;
        const std::int64_t lines = below(12) == 0 ? 0 : 1 + below(4);
        for (std::int64_t line = 1; line <= lines; ++line) {
            const std::int64_t price = below(10) == 0 ? 0 : 100 + below(10'000);
            const std::string seller = "s-" + std::to_string(below(3));
            const bool exempt = below(3) == 0;
            for (std::int64_t i = 1 + below(3); i > 0; --i) {
                PlacingUnit chosen = unit({line, i}, seller, price);
                chosen.tax_code = exempt ? "exempt" : "standard";
                chosen.tax_bp = exempt ? 0 : 1800;
                chosen.commission_bp = 1000 + 100 * below(9);
                input.units.push_back(chosen);
                goods += price;
            }
            if (below(2) == 0) input.shipping.push_back({seller, below(1'000)});
        }
        discount(input, goods);
        return input;
    }

    void discount(PlacingInput& input, std::int64_t goods) {
        switch (below(4)) {
            case 0: input.platform_discount = goods; break;
            case 1: input.platform_discount = below(goods / 3 + 1); break;
            case 2: input.seller_discount = below(goods / 3 + 1); break;
            default: return;
        }
        if (input.platform_discount + input.seller_discount > 0) input.coupon = "C";
    }

    template <class Payload>
    Change note(Event event) {
        const auto payload = decode<Payload>(*event.data).value();
        events_.push_back(std::move(event));
        return state_.apply(payload, state_.sequence() + 1).value();
    }

    void pay() {
        std::int64_t amount = state_.due();
        if (below(5) == 0) amount += below(500) - 250;
        if (amount <= 0) return;
        const std::int64_t voucher = below(3) == 0 ? below(amount) : 0;
        made_due(note<OrderPaid>(order_.paid(amount - voucher, voucher)));
    }

    std::vector<UnitRef> choose(const std::vector<UnitRef>& from) {
        std::vector<UnitRef> chosen;
        for (const UnitRef ref : from) {
            if (below(2) == 0) chosen.push_back(ref);
        }
        return chosen.empty() && !from.empty() ? std::vector<UnitRef>{from.front()} : chosen;
    }

    std::vector<UnitRef> open_units(const std::string& seller = "") const {
        std::vector<UnitRef> open;
        for (const UnitState& unit : state_.units()) {
            const bool asked = seller.empty() || state_.sellers()[unit.seller].id == seller;
            if (asked && unit.fate == Fate::kOpen) open.push_back(unit.ref);
        }
        return open;
    }

    void cancel() {
        const auto units = choose(open_units());
        if (units.empty() && (state_.cancelled_once() || !state_.units().empty())) return;
        made_due(note<OrderCancelled>(order_.cancelled(units)));
    }

    void deliver() {
        int parcel = 0;
        for (const SellerState& seller : state_.sellers()) {
            const auto units = open_units(seller.id);
            ++parcel;
            if (units.empty() || below(6) == 0) continue;
            events_.push_back(order_.dispatched(parcel, seller.id, units));
            if (below(6) == 0) continue;
            events_.push_back(order_.completed(parcel, seller.id, units));
            delivered_.insert(delivered_.end(), units.begin(), units.end());
        }
        const auto type = delivered_.empty() ? type::kReviewComplained : type::kReviewWritten;
        if (below(2) == 0) events_.push_back(order_.review(type, 1 + below(5)));
        std::sort(delivered_.begin(), delivered_.end());
    }

    void give_back() {
        const auto units = choose(delivered_);
        if (units.empty()) return;
        std::int64_t net = 0;
        for (const UnitRef ref : units) {
            net += state_.find(ref)->net;
            delivered_.erase(std::find(delivered_.begin(), delivered_.end(), ref));
        }
        const bool wish = below(2) == 0;
        const std::int64_t fee = wish ? std::min(std::int64_t{300}, net) : 0;
        made_due(note<OrderReturned>(order_.returned(units, wish ? "wish" : "seller", fee)));
    }

    void made_due(const Change& change) {
        if (change.refund.total() > 0) owed_.push_back({state_.sequence(), change.refund, false});
    }

    void refund() {
        for (const RefundState& owed : owed_) {
            if (below(10) == 0) continue;
            const auto [card, voucher] = owed.amount;
            note<OrderRefunded>(order_.refunded(owed.sequence, card, voucher));
        }
    }

    std::mt19937_64& random_;
    TestOrder order_;
    OrderState state_;
    std::vector<Event> events_;
    std::vector<UnitRef> delivered_;  ///< and not returned
    std::vector<RefundState> owed_;
};

}  // namespace sluice::commerce::test
