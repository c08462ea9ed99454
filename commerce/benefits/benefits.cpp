#include "commerce/benefits/benefits.hpp"

#include "commerce/events/payloads.hpp"
#include "commerce/orderstate/state_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS benefits_points (event_id TEXT, kind TEXT, member_id TEXT NOT NULL, order_id TEXT NOT NULL,
  points INTEGER NOT NULL, PRIMARY KEY (event_id, kind));
CREATE TABLE IF NOT EXISTS benefits_member (member_id TEXT PRIMARY KEY, orders INTEGER NOT NULL,
  earned INTEGER NOT NULL, spent INTEGER NOT NULL, balance INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS benefits_coupon (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, coupon TEXT NOT NULL,
  amount INTEGER NOT NULL, state TEXT NOT NULL, state_event_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _benefits_order (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL,
  points_used INTEGER NOT NULL);
)";

struct Points {
    std::string_view kind;
    std::int64_t points{};
};

/// Adds to the member's sums and, where there is something, a row.
void add(
    Sql& sql, const Envelope& event, const std::string& member, std::int64_t orders, Points change
) {
    const bool earned = change.kind == "earned";
    if (change.points != 0) {
        sql.execute(
            "INSERT INTO benefits_points (event_id, kind, member_id, order_id, points) VALUES (?, "
            "?, ?, ?, ?)",
            {event.id, std::string{change.kind}, member, event.order, change.points}
        );
    } else if (orders == 0) {
        return;
    }
    sql.execute(
        "INSERT INTO benefits_member (member_id, orders, earned, spent, balance) VALUES (?, ?, ?, "
        "?, ?) "
        "ON CONFLICT (member_id) DO UPDATE SET orders = benefits_member.orders + excluded.orders, "
        "earned = benefits_member.earned + excluded.earned, spent = benefits_member.spent + "
        "excluded.spent, "
        "balance = benefits_member.balance + excluded.balance",
        {member, orders, earned ? change.points : 0, earned ? 0 : change.points, change.points}
    );
}

void placed(const Envelope& event, const OrderPlaced& order, Sql& sql) {
    sql.execute(
        "INSERT INTO _benefits_order (order_id, member_id, points_used) VALUES (?, ?, ?)",
        {event.order, order.member, order.points_used}
    );
    add(sql, event, order.member, 1, Points{"spent", -order.points_used});
    if (order.coupon.empty()) return;
    sql.execute(
        "INSERT INTO benefits_coupon (order_id, member_id, coupon, amount, state, state_event_id) "
        "VALUES (?, ?, ?, ?, 'used', ?)",
        {event.order,
         order.member,
         order.coupon,
         order.platform_discount + order.seller_discount,
         event.id}
    );
}

/// Points follow what is kept; a coupon and points spent come back when nothing of the order is
/// left.
void changed(const Policy& policy, const Envelope& event, const Applied& applied, Sql& sql) {
    const std::int64_t earned = applied.after.points(policy.minor_per_point) -
                                applied.before.points(policy.minor_per_point);
    const bool gone = event.type == type::kOrderCancelled && applied.after.all_cancelled() &&
                      !applied.before.all_cancelled();
    if (earned == 0 && !gone) return;
    const SqlRow order =
        sql.query(
               "SELECT member_id, points_used FROM _benefits_order WHERE order_id = ?",
               {event.order}
        )
            .at(0);
    add(sql, event, order.text(0), 0, Points{"earned", earned});
    if (!gone) return;
    add(sql, event, order.text(0), 0, Points{"unspent", order.integer(1)});
    sql.execute(
        "UPDATE benefits_coupon SET state = 'back', state_event_id = ? WHERE order_id = ?",
        {event.id, event.order}
    );
}

template <class Payload>
Handler changing(const Policy& policy) {
    return state_handler<Payload>(
        [policy](const Envelope& event, const Payload&, const Applied& applied, Sql& sql) {
            changed(policy, event, applied, sql);
        }
    );
}

}  // namespace

Service make_benefits_service(const Policy& policy) {
    Service service{"benefits"};
    service.schema(std::string{kSchema} + std::string{kStateTable});
    service.on(
        std::string{type::kOrderPlaced},
        placed_handler(
            [](const Envelope& event, const OrderPlaced& order, const OrderState&, Sql& sql) {
                placed(event, order, sql);
            }
        )
    );
    service.on(std::string{type::kOrderPaid}, changing<OrderPaid>(policy));
    service.on(std::string{type::kOrderCancelled}, changing<OrderCancelled>(policy));
    service.on(std::string{type::kOrderReturned}, changing<OrderReturned>(policy));
    return service;
}

}  // namespace sluice::commerce
