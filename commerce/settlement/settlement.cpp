#include "commerce/settlement/settlement.hpp"

#include "commerce/events/envelope.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/settlement/payouts.hpp"
#include "commerce/settlement/sold_parcels.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS settlement_item (event_id TEXT, seller_id TEXT, order_id TEXT NOT NULL, kind TEXT NOT NULL,
  available_on TEXT NOT NULL, payable INTEGER NOT NULL, shipping INTEGER NOT NULL, commission INTEGER NOT NULL,
  amount INTEGER NOT NULL, PRIMARY KEY (event_id, seller_id));
CREATE INDEX IF NOT EXISTS _settlement_item_day ON settlement_item (available_on);
CREATE TABLE IF NOT EXISTS settlement_payout (seller_id TEXT, day TEXT, carried_in INTEGER NOT NULL,
  items INTEGER NOT NULL, paid INTEGER NOT NULL, carried_out INTEGER NOT NULL, PRIMARY KEY (seller_id, day));
CREATE TABLE IF NOT EXISTS _settlement_order (order_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS _settlement_shipping (order_id TEXT, seller_id TEXT, amount INTEGER NOT NULL,
  available_on TEXT, PRIMARY KEY (order_id, seller_id));
CREATE TABLE IF NOT EXISTS _settlement_unit (order_id TEXT, line INTEGER, unit INTEGER, seller_id TEXT NOT NULL,
  payable INTEGER NOT NULL, commission INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (order_id, line, unit));
CREATE TABLE IF NOT EXISTS _settlement_seller (seller_id TEXT PRIMARY KEY, carried INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _settlement_handled (day TEXT PRIMARY KEY, completed INTEGER NOT NULL,
  returned INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _settlement_day (day TEXT PRIMARY KEY, completed INTEGER NOT NULL,
  returned INTEGER NOT NULL, paid INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS _settlement_day_unpaid ON _settlement_day (paid, day);
)";

struct Item {
    std::string seller;
    std::string_view kind;
    std::string available_on;
    std::int64_t payable{};
    std::int64_t shipping{};
    std::int64_t commission{};
};

void post(Sql& sql, const Envelope& event, const Item& item) {
    sql.execute(
        "INSERT INTO settlement_item (event_id, seller_id, order_id, kind, available_on, payable, "
        "shipping, "
        "commission, amount) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {event.id,
         item.seller,
         event.order,
         std::string{item.kind},
         item.available_on,
         item.payable,
         item.shipping,
         item.commission,
         item.payable + item.shipping}
    );
}

Handled placed(const Envelope& event, const OrderPlaced& order, Sql& sql) {
    return keep_order(sql, event.order, order) ? Handled::done() : Handled::dead("already_placed");
}

Handled completed(
    const Policy& policy, const Envelope& event, const DeliveryCompleted& completed, Sql& sql
) {
    SoldOrder order = load_order(sql, event.order);
    if (!order.known) return Handled::dead("unknown_order");
    const Day day = bday(policy, event.time);
    Item item{completed.seller, "delivered", to_text(day + policy.payout_days), 0, 0, 0};
    for (const UnitRef& ref : completed.units) {
        const auto found = order.units.find(ref);
        if (found == order.units.end()) return Handled::dead("unknown_unit");
        if (found->second.state != SoldState::kSent) return Handled::dead("unit_not_open");
        item.payable += found->second.payable;
        item.commission += found->second.commission;
        set_state(sql, event.order, ref, SoldState::kDelivered);
    }
    item.shipping = order.shipping[completed.seller].amount;
    post(sql, event, item);
    set_available(sql, event.order, completed.seller, item.available_on);
    count_handled(sql, day, type::kDeliveryCompleted);
    pay_ready_days(sql);
    return Handled::done();
}

Handled returned(
    const Policy& policy, const Envelope& event, const OrderReturned& returned, Sql& sql
) {
    SoldOrder order = load_order(sql, event.order);
    if (!order.known) return Handled::dead("unknown_order");
    const Day day = bday(policy, event.time);
    std::map<std::string, Item> items;
    for (const UnitRef& ref : returned.units) {
        const auto found = order.units.find(ref);
        if (found == order.units.end()) return Handled::dead("unknown_unit");
        SoldUnit& unit = found->second;
        if (unit.state == SoldState::kReturned) return Handled::dead("unit_not_open");
        if (unit.state != SoldState::kDelivered) return Handled::dead("not_delivered");
        unit.state = SoldState::kReturned;
        set_state(sql, event.order, ref, SoldState::kReturned);
        Item& item = items[unit.seller];
        item.payable -= unit.payable;
        item.commission -= unit.commission;
    }
    for (auto& [seller, item] : items) {
        const SellerShipping& shipping = order.shipping[seller];
        item.seller = seller;
        item.kind = "returned";
        item.available_on = std::max(to_text(day), shipping.available_on);
        if (returned.fault == "seller" && !order.has_delivered_unit(seller))
            item.shipping = -shipping.amount;
        post(sql, event, item);
    }
    count_handled(sql, day, type::kOrderReturned);
    pay_ready_days(sql);
    return Handled::done();
}

}  // namespace

Service make_settlement_service(const Policy& policy) {
    Service service{"settlement"};
    service.schema(std::string{kSchema});
    service.on(std::string{type::kOrderPlaced}, handler<OrderPlaced>(placed));
    service.on(
        std::string{type::kDeliveryCompleted},
        handler<DeliveryCompleted>([policy](const auto& event, const auto& payload, Sql& sql) {
            return completed(policy, event, payload, sql);
        })
    );
    service.on(
        std::string{type::kOrderReturned},
        handler<OrderReturned>([policy](const auto& event, const auto& payload, Sql& sql) {
            return returned(policy, event, payload, sql);
        })
    );
    return service;
}

Service make_settlement_calendar_service() {
    Service service{"settlement-calendar"};
    service.schema(std::string{kSchema});
    service.on(
        std::string{type::kDayClosed},
        handler<DayClosed>([](const Envelope&, const DayClosed& closed, Sql& sql) {
            if (!close_day(sql, closed)) return Handled::dead("already_closed");
            pay_ready_days(sql);
            return Handled::done();
        })
    );
    return service;
}

}  // namespace sluice::commerce
