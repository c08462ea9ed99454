#pragma once

#include <sluice/event.hpp>

#include "base/test_seed.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/orderstate/placing.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

using sluice::test::rerun;  // this namespace hides that one
using sluice::test::seed;

/// A unit to place: of a seller, for a price, at these rates. Tax code and product are named after
/// rate and line.
inline PlacingUnit unit(
    UnitRef ref,
    std::string seller,
    std::int64_t price,
    std::int64_t tax_bp = 0,
    std::int64_t commission_bp = 0
) {
    return PlacingUnit{
        ref,
        std::move(seller),
        "p-" + std::to_string(ref.line),
        price,
        "t" + std::to_string(tax_bp),
        tax_bp,
        commission_bp};
}

/// An order of these units, and nothing else.
inline PlacingInput order_of(std::vector<PlacingUnit> units, std::vector<Shipping> shipping = {}) {
    PlacingInput input;
    input.member = "m-1";
    input.currency = "BRL";
    input.units = std::move(units);
    input.shipping = std::move(shipping);
    return input;
}

/// Makes the events of one order by hand: gives the numbers, ids and stamps, and lets an hour pass
/// after each.
class TestOrder {
public:
    explicit TestOrder(PlacingInput input, std::string id = "o-1", std::string_view start = kStart)
        : input_{std::move(input)},
          id_{std::move(id)},
          now_{parse_time(start).value()} {}

    static constexpr std::string_view kStart = "2018-01-10T12:00:00Z";

    Event placed() { return order_event(type::kOrderPlaced, encode(place(input_).value())); }

    Event paid(std::int64_t card, std::int64_t voucher = 0) {
        OrderPaid event{{}, card, voucher, card + voucher};
        if (card > 0) event.tenders.push_back({1, "credit_card", card});
        if (voucher > 0) event.tenders.push_back({2, "voucher", voucher});
        return order_event(type::kOrderPaid, encode(event));
    }

    Event cancelled(std::vector<UnitRef> units) {
        return order_event(
            type::kOrderCancelled, encode(OrderCancelled{std::move(units), "member"})
        );
    }

    /// Stamped with the last delivery event.
    Event returned(std::vector<UnitRef> units, std::string fault = "wish", std::int64_t fee = 0) {
        const OrderReturned event{std::move(units), std::move(fault), fee, now_};
        Event made = order_event(type::kOrderReturned, encode(event));
        made.extensions["dependson"] =
            "/deliveries " + std::to_string(std::max(deliveries_, std::int64_t{1}));
        return made;
    }

    Event refunded(std::int64_t of, std::int64_t card, std::int64_t voucher = 0) {
        return order_event(type::kOrderRefunded, encode(OrderRefunded{of, card, voucher}));
    }

    /// Stamped with the last order event, or with the one named.
    Event dispatched(
        int parcel, std::string seller, std::vector<UnitRef> units, std::int64_t seen = 0
    ) {
        const DeliveryDispatched event{parcel_id(parcel), std::move(seller), std::move(units)};
        return delivery_event(type::kDeliveryDispatched, encode(event), seen);
    }

    Event completed(
        int parcel, std::string seller, std::vector<UnitRef> units, std::int64_t seen = 0
    ) {
        return completed(parcel, std::move(seller), std::move(units), now_, seen);
    }

    Event completed(
        int parcel,
        std::string seller,
        std::vector<UnitRef> units,
        UtcTime happened,
        std::int64_t seen
    ) {
        const DeliveryCompleted event{
            parcel_id(parcel), std::move(seller), std::move(units), happened};
        return delivery_event(type::kDeliveryCompleted, encode(event), seen);
    }

    Event review(std::string_view type, std::int64_t score) {
        std::string data = encode(ReviewGiven{"r", score, now_});
        Event event = envelope(type, "/reviews", ".reviews.", ++reviews_);
        event.extensions.clear();
        event.data = std::move(data);
        return event;
    }

    void wait_hours(std::int64_t hours) { now_.seconds += hours * 3600; }

    void set_time(std::string_view time) { now_ = parse_time(time).value(); }

    [[nodiscard]] const std::string& id() const { return id_; }

    [[nodiscard]] UtcTime now() const { return now_; }

    [[nodiscard]] std::int64_t last_order_event() const { return orders_; }

    [[nodiscard]] const PlacingInput& input() const { return input_; }

private:
    [[nodiscard]] std::string parcel_id(int parcel) const {
        return id_ + "-" + std::to_string(parcel);
    }

    Event envelope(
        std::string_view type, std::string_view source, std::string_view part, std::int64_t n
    ) {
        Event event;
        event.id = id_ + std::string{part} + std::to_string(n);
        event.source = source;
        event.type = type;
        event.subject = id_;
        event.time = to_text(now_);
        event.datacontenttype = "application/json";
        event.extensions.emplace("sourcesequence", std::to_string(n));
        wait_hours(1);
        return event;
    }

    Event order_event(std::string_view type, std::string data) {
        Event event = envelope(type, "/orders", ".orders.", ++orders_);
        event.data = std::move(data);
        return event;
    }

    Event delivery_event(std::string_view type, std::string data, std::int64_t seen) {
        Event event = envelope(type, "/deliveries", ".deliveries.", ++deliveries_);
        event.extensions.emplace(
            "dependson", "/orders " + std::to_string(seen > 0 ? seen : orders_)
        );
        event.data = std::move(data);
        return event;
    }

    PlacingInput input_;
    std::string id_;
    UtcTime now_;
    std::int64_t orders_{};
    std::int64_t deliveries_{};
    std::int64_t reviews_{};
};

}  // namespace sluice::commerce::test
