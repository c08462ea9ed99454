#include "commerce/inquiry/inquiry_service.hpp"

#include "commerce/events/envelope.hpp"
#include "commerce/events/reasons.hpp"
#include "commerce/inquiry/history.hpp"

#include <algorithm>
#include <string>
#include <type_traits>

namespace sluice::commerce {

namespace {

using inquiry::DeliveryStep;
using inquiry::OrderView;

/// `_order` holds the state after the last order event, and every moment that an act may yet name.
constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS inquiry_act (event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL,
  source TEXT NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL, act_at TEXT NOT NULL,
  orders_seen INTEGER NOT NULL, deliveries_seen INTEGER NOT NULL, units_open INTEGER NOT NULL,
  units_cancelled INTEGER NOT NULL, units_returned INTEGER NOT NULL,
  units_dispatched INTEGER NOT NULL, units_delivered INTEGER NOT NULL, claim INTEGER NOT NULL,
  captured INTEGER NOT NULL, refund_due INTEGER NOT NULL, refund_done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _order (order_id TEXT PRIMARY KEY, state TEXT NOT NULL,
  views TEXT NOT NULL, steps TEXT NOT NULL);
)sql";

constexpr std::string_view kInsertAct =
    "INSERT INTO inquiry_act (event_id, order_id, source, sequence, type, act_at, orders_seen, "
    "deliveries_seen, units_open, units_cancelled, units_returned, units_dispatched, "
    "units_delivered, "
    "claim, captured, refund_due, refund_done) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr std::string_view kInsertOrder =
    "INSERT INTO _order (order_id, state, views, steps) VALUES (?, ?, ?, '') "
    "ON CONFLICT (order_id) DO NOTHING";

constexpr std::string_view kSelectOrder =
    "SELECT state, views, steps FROM _order WHERE order_id = ?";

constexpr std::string_view kAppendView =
    "UPDATE _order SET state = ?, views = views || ? WHERE order_id = ?";

constexpr std::string_view kAppendStep = "UPDATE _order SET steps = steps || ? WHERE order_id = ?";

/// `view` is what who acted had seen of the order, `moved` what of the parcels.
void write_act(
    const Envelope& envelope,
    const std::string& source,
    const OrderView& view,
    std::int64_t orders_seen,
    const DeliveryStep& moved,
    Sql& sql
) {
    sql.execute(
        kInsertAct,
        {envelope.id,
         envelope.order,
         source,
         envelope.sequence,
         envelope.type,
         to_text(envelope.time),
         orders_seen,
         moved.sequence,
         view.units_open,
         view.units_cancelled,
         view.units_returned,
         moved.dispatched,
         moved.delivered,
         view.claim,
         view.captured,
         view.refund_due,
         view.refund_done}
    );
}

Handled place(const Envelope& envelope, const OrderPlaced& event, Sql& sql) {
    const OrderState state{event, envelope.sequence};
    const OrderView view = inquiry::view_of(state, 0);
    const std::int64_t inserted =
        sql.execute(kInsertOrder, {envelope.order, state.save(), inquiry::entry(view)});
    if (inserted == 0) return Handled::dead(reason::kAlreadyPlaced);
    write_act(envelope, "/orders", view, envelope.sequence, DeliveryStep{}, sql);
    return Handled::done();
}

template <class Payload>
Handled change(const Envelope& envelope, const Payload& event, Sql& sql) {
    const auto rows = sql.query(kSelectOrder, {envelope.order});
    if (rows.empty()) return Handled::dead(reason::kUnknownOrder);
    auto state = OrderState::load(rows.front().text(0));
    if (!state.has_value()) return Handled::dead(state.error().message);
    const auto applied = state.value().apply(event, envelope.sequence);
    if (!applied.has_value()) return Handled::dead(applied.error().message);

    std::int64_t deliveries_seen = envelope.deliveries_seen;
    for (const OrderView& view : inquiry::read_views(rows.front().text(1))) {
        deliveries_seen = std::max(deliveries_seen, view.deliveries_seen);
    }
    const OrderView view = inquiry::view_of(state.value(), deliveries_seen);
    const auto steps = inquiry::read_steps(rows.front().text(2));
    const DeliveryStep moved = inquiry::moved_until(steps, deliveries_seen);
    write_act(envelope, "/orders", view, envelope.sequence, moved, sql);
    sql.execute(kAppendView, {state->save(), inquiry::entry(view), envelope.order});
    return Handled::done();
}

template <class Payload>
Handled move(const Envelope& envelope, const Payload& event, Sql& sql) {
    const auto rows = sql.query(kSelectOrder, {envelope.order});
    if (rows.empty()) return Handled::dead(reason::kUnknownOrder);
    const auto views = inquiry::read_views(rows.front().text(1));
    const auto view = inquiry::view_at(views, envelope.orders_seen);
    if (!view) return Handled::dead(reason::kUnknownOrder);

    const auto units = static_cast<std::int64_t>(event.units.size());
    const bool dispatched = std::is_same_v<Payload, DeliveryDispatched>;
    const DeliveryStep step{envelope.sequence, dispatched ? units : 0, dispatched ? 0 : units};
    auto steps = inquiry::read_steps(rows.front().text(2));
    steps.push_back(step);
    const DeliveryStep moved = inquiry::moved_until(steps, envelope.sequence);
    write_act(envelope, "/deliveries", *view, envelope.orders_seen, moved, sql);
    sql.execute(kAppendStep, {inquiry::entry(step), envelope.order});
    return Handled::done();
}

template <class Payload>
Handler changes() {
    return handler<Payload>(&change<Payload>);
}

template <class Payload>
Handler moves() {
    return handler<Payload>(&move<Payload>);
}

}  // namespace

Service make_inquiry_service(const Policy&) {
    Service service{"inquiry"};
    service.schema(std::string{kTables});
    service.on(std::string{type::kOrderPlaced}, handler<OrderPlaced>(&place));
    service.on(std::string{type::kOrderPaid}, changes<OrderPaid>());
    service.on(std::string{type::kOrderCancelled}, changes<OrderCancelled>());
    service.on(std::string{type::kOrderReturned}, changes<OrderReturned>());
    service.on(std::string{type::kOrderRefunded}, changes<OrderRefunded>());
    service.on(std::string{type::kDeliveryDispatched}, moves<DeliveryDispatched>());
    service.on(std::string{type::kDeliveryCompleted}, moves<DeliveryCompleted>());
    return service;
}

}  // namespace sluice::commerce
