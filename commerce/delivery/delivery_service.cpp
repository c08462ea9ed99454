#include "commerce/delivery/delivery_service.hpp"

#include "commerce/orderstate/state_table.hpp"

#include <string>

namespace sluice::commerce {

namespace {

constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS delivery_parcel (parcel TEXT PRIMARY KEY, order_id TEXT NOT NULL,
  seller_id TEXT NOT NULL, units INTEGER NOT NULL, goods INTEGER NOT NULL,
  shipping INTEGER NOT NULL, orders_seen INTEGER NOT NULL, dispatched_at TEXT NOT NULL, completed_at TEXT,
  late_recorded INTEGER NOT NULL);
)sql";

constexpr std::string_view kInsert =
    "INSERT INTO delivery_parcel (parcel, order_id, seller_id, units, goods, shipping, "
    "orders_seen, "
    "dispatched_at, completed_at, late_recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 0) "
    "ON CONFLICT (parcel) DO NOTHING";

/// A parcel that is complete already is none under way: its second completion finds no row.
constexpr std::string_view kComplete =
    "UPDATE delivery_parcel SET completed_at = ?, late_recorded = ? "
    "WHERE parcel = ? AND order_id = ? AND completed_at IS NULL";

Handled dispatch(const Envelope& envelope, const DeliveryDispatched& event, Sql& sql) {
    const auto order = load_state(sql, envelope.order);
    if (!order.has_value()) return Handled::dead(order.error().message);
    const SellerState* seller = order->find(std::string_view{event.seller});
    std::int64_t goods = 0;
    for (const UnitRef ref : event.units) {
        const UnitState* unit = order->find(ref);
        const bool known = unit != nullptr && &order->sellers()[unit->seller] == seller;
        if (!known) return Handled::dead(reason::kUnknownUnit);
        goods += unit->price;
    }
    const std::int64_t inserted = sql.execute(
        kInsert,
        {event.parcel,
         envelope.order,
         event.seller,
         static_cast<std::int64_t>(event.units.size()),
         goods,
         seller == nullptr ? 0 : seller->shipping,
         envelope.orders_seen,
         to_text(envelope.time)}
    );
    return inserted == 1 ? Handled::done() : Handled::dead(reason::kAlreadyDispatched);
}

Handled complete(
    const Policy& policy, const Envelope& envelope, const DeliveryCompleted& event, Sql& sql
) {
    const Day booked = booked_on(policy, envelope.time, event.happened);
    const std::int64_t late = booked == bday(policy, event.happened) ? 0 : 1;
    const std::int64_t updated =
        sql.execute(kComplete, {to_text(envelope.time), late, event.parcel, envelope.order});
    return updated == 1 ? Handled::done() : Handled::dead(reason::kUnknownParcel);
}

}  // namespace

Service make_delivery_service(const Policy& policy) {
    Service service{"delivery"};
    service.schema(std::string{kTables} + std::string{kStateTable});
    service.on(
        std::string{type::kOrderPlaced},
        placed_handler([](const Envelope&, const OrderPlaced&, const OrderState&, Sql&) {})
    );
    service.on(std::string{type::kDeliveryDispatched}, handler<DeliveryDispatched>(&dispatch));
    service.on(
        std::string{type::kDeliveryCompleted},
        handler<DeliveryCompleted>(
            [policy](const Envelope& envelope, const DeliveryCompleted& event, Sql& sql) {
                return complete(policy, envelope, event, sql);
            }
        )
    );
    return service;
}

}  // namespace sluice::commerce
