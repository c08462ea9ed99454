#include "commerce/order/order_service.hpp"

#include "commerce/orderstate/state_table.hpp"

#include <string>

namespace sluice::commerce {

namespace {

constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS order_head (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL,
  placed_at TEXT NOT NULL, coupon TEXT NOT NULL, units INTEGER NOT NULL, gross INTEGER NOT NULL,
  platform_discount INTEGER NOT NULL, seller_discount INTEGER NOT NULL, shipping INTEGER NOT NULL,
  due INTEGER NOT NULL, card INTEGER NOT NULL, voucher INTEGER NOT NULL,
  units_cancelled INTEGER NOT NULL, units_returned INTEGER NOT NULL, refund_card INTEGER NOT NULL,
  refund_voucher INTEGER NOT NULL, refunded INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
  status TEXT NOT NULL);
)sql";

constexpr std::string_view kInsert =
    "INSERT INTO order_head (order_id, member_id, placed_at, coupon, units, gross, "
    "platform_discount, "
    "seller_discount, shipping, due, card, voucher, units_cancelled, units_returned, refund_card, "
    "refund_voucher, refunded, last_sequence, status) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, ?, ?)";

constexpr std::string_view kUpdate =
    "UPDATE order_head SET card = ?, voucher = ?, units_cancelled = ?, units_returned = ?, "
    "refund_card = ?, refund_voucher = ?, refunded = ?, last_sequence = ?, status = ? "
    "WHERE order_id = ?";

/// The first that applies.
std::string status(const OrderState& state) {
    if (state.cancelled_once() && state.all_cancelled()) return "cancelled";
    if (!state.units().empty() && state.count(Fate::kOpen) == 0) return "closed";
    if (state.captured().total() > 0 || state.due() == 0) return "paid";
    return "placed";
}

void write_placed(
    const Envelope& envelope, const OrderPlaced& event, const OrderState& state, Sql& sql
) {
    std::int64_t gross = 0;
    for (const PlacedUnit& unit : event.units) gross += unit.price;
    std::int64_t shipping = 0;
    for (const Shipping& entry : event.shipping) shipping += entry.amount;
    sql.execute(
        kInsert,
        {envelope.order,
         event.member,
         to_text(envelope.time),
         event.coupon,
         state.count(Fate::kOpen),
         gross,
         event.platform_discount,
         event.seller_discount,
         shipping,
         event.due,
         envelope.sequence,
         status(state)}
    );
}

template <class Payload>
void write_change(const Envelope& envelope, const Payload&, const Applied& applied, Sql& sql) {
    const OrderState& state = applied.after;
    const Tenders due = state.refunds_due();
    sql.execute(
        kUpdate,
        {state.captured().card,
         state.captured().voucher,
         state.count(Fate::kCancelled),
         state.count(Fate::kReturned),
         due.card,
         due.voucher,
         state.refunds_done().total(),
         envelope.sequence,
         status(state),
         envelope.order}
    );
}

template <class Payload>
Handler changes() {
    return state_handler<Payload>(&write_change<Payload>);
}

}  // namespace

Service make_order_service(const Policy&) {
    Service service{"order"};
    service.schema(std::string{kTables} + std::string{kStateTable});
    service.on(std::string{type::kOrderPlaced}, placed_handler(&write_placed));
    service.on(std::string{type::kOrderPaid}, changes<OrderPaid>());
    service.on(std::string{type::kOrderCancelled}, changes<OrderCancelled>());
    service.on(std::string{type::kOrderReturned}, changes<OrderReturned>());
    service.on(std::string{type::kOrderRefunded}, changes<OrderRefunded>());
    return service;
}

}  // namespace sluice::commerce
