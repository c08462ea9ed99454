#include "commerce/sales/sales.hpp"

#include "commerce/events/envelope.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/sales/sold_units.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS sales_entry (policy TEXT, event_id TEXT, order_id TEXT NOT NULL, kind TEXT NOT NULL,
  booked_on TEXT NOT NULL, units INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (policy, event_id));
CREATE TABLE IF NOT EXISTS sales_day (policy TEXT, booked_on TEXT, entries INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (policy, booked_on));
CREATE TABLE IF NOT EXISTS _sales_order (order_id TEXT PRIMARY KEY, placed_on TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _sales_unit (order_id TEXT, line INTEGER, unit INTEGER, net INTEGER NOT NULL,
  open INTEGER NOT NULL, PRIMARY KEY (order_id, line, unit));
)";

/// One row a day; which policy it is is fixed when the tables are made.
std::string reported_view(const SalesRule& rule) {
    return fmt::format(
        "CREATE VIEW IF NOT EXISTS sales_reported AS SELECT booked_on, entries, amount "
        "FROM sales_day WHERE policy = '{}';",
        rule.at_delivery ? "delivery" : "booked"
    );
}

constexpr std::string_view kAtOrder = "order";
constexpr std::string_view kAtDelivery = "delivery";
constexpr std::string_view kBooked = "booked";

struct Entry {
    std::string event_id;
    std::string order_id;
    std::string_view kind;
    std::string booked_on;
    Sum sum;  ///< units positive, amount with its sign
};

void count_day(
    Sql& sql,
    std::string_view policy,
    const std::string& day,
    std::int64_t entries,
    std::int64_t amount
) {
    sql.execute(
        "INSERT INTO sales_day (policy, booked_on, entries, amount) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (policy, booked_on) DO UPDATE SET entries = sales_day.entries + "
        "excluded.entries, "
        "amount = sales_day.amount + excluded.amount",
        {std::string{policy}, day, entries, amount}
    );
}

void post(Sql& sql, std::string_view policy, const Entry& entry) {
    if (entry.sum.units == 0) return;
    sql.execute(
        "INSERT INTO sales_entry (policy, event_id, order_id, kind, booked_on, units, amount) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        {std::string{policy},
         entry.event_id,
         entry.order_id,
         std::string{entry.kind},
         entry.booked_on,
         entry.sum.units,
         entry.sum.amount}
    );
    count_day(sql, policy, entry.booked_on, 1, entry.sum.amount);
}

std::string transition_id(const std::string& order) {
    return order + ".transition";
}

/// Units that left before the switch were not open at it: the transition row is the state at the
/// switch.
void lessen_transition(
    Sql& sql, const std::string& order, const std::string& switch_on, const Sum& sum
) {
    if (sum.units == 0) return;
    const SqlValue id = transition_id(order);
    sql.execute(
        "UPDATE sales_entry SET units = units - ?, amount = amount - ? WHERE policy = 'booked' AND "
        "event_id = ?",
        {sum.units, sum.amount, id}
    );
    const std::int64_t gone = sql.execute(
        "DELETE FROM sales_entry WHERE policy = 'booked' AND event_id = ? AND units = 0", {id}
    );
    count_day(sql, kBooked, switch_on, -gone, -sum.amount);
    if (gone > 0) {
        sql.execute(
            "DELETE FROM sales_day WHERE policy = 'booked' AND booked_on = ? AND entries = 0",
            {switch_on}
        );
    }
}

class Sales {
public:
    Sales(const Policy& policy, const SalesRule& rule)
        : policy_{policy},
          rule_{rule},
          switch_on_{to_text(policy.switch_on)} {}

    Handled placed(const Envelope& event, const OrderPlaced& order, Sql& sql) const {
        const std::string day = to_text(booked_on(policy_, event.time, event.time));
        if (!open_order(sql, event.order, day)) return Handled::dead("already_placed");
        Sum all;
        for (const PlacedUnit& unit : order.units) {
            add_unit(sql, event.order, unit.ref(), unit.net);
            all.add(unit.net);
        }
        const Entry entry{event.id, event.order, "placed", day, all};
        count(sql, kAtOrder, entry);
        if (day >= switch_on_) {
            count(sql, kBooked, entry);
        } else {
            count(
                sql,
                kBooked,
                Entry{transition_id(event.order), event.order, "transition", switch_on_, all}
            );
        }
        return Handled::done();
    }

    Handled cancelled(const Envelope& event, const OrderCancelled& cancelled, Sql& sql) const {
        const auto taken = close_units(sql, event.order, cancelled.units);
        if (!taken.dead.empty()) return Handled::dead(taken.dead);
        const std::string day = to_text(booked_on(policy_, event.time, event.time));
        const Entry entry{event.id, event.order, "cancelled", day, taken.sum.negative()};
        count(sql, kAtOrder, entry);
        if (taken.placed_on >= switch_on_ || day >= switch_on_) {
            count(sql, kBooked, entry);
        } else if (rule_.booked) {
            lessen_transition(sql, event.order, switch_on_, taken.sum);
        }
        return Handled::done();
    }

    Handled returned(const Envelope& event, const OrderReturned& returned, Sql& sql) const {
        const auto taken = close_units(sql, event.order, returned.units);
        if (!taken.dead.empty()) return Handled::dead(taken.dead);
        const std::string day = to_text(booked_on(policy_, event.time, returned.happened));
        const Entry entry{event.id, event.order, "returned", day, taken.sum.negative()};
        for (const std::string_view policy : {kAtOrder, kAtDelivery, kBooked})
            count(sql, policy, entry);
        return Handled::done();
    }

    Handled completed(const Envelope& event, const DeliveryCompleted& completed, Sql& sql) const {
        const auto found = look_up(sql, event.order, completed.units);
        if (!found.dead.empty()) return Handled::dead(found.dead);
        const std::string day = to_text(booked_on(policy_, event.time, completed.happened));
        const Entry entry{event.id, event.order, "delivered", day, found.sum};
        count(sql, kAtDelivery, entry);
        if (rule_.booked && found.placed_on < switch_on_ && day < switch_on_) {
            count(sql, kBooked, entry);
            lessen_transition(sql, event.order, switch_on_, found.sum);
        }
        return Handled::done();
    }

private:
    void count(Sql& sql, std::string_view policy, const Entry& entry) const {
        const bool counted = policy == kAtOrder      ? rule_.at_order
                             : policy == kAtDelivery ? rule_.at_delivery
                                                     : rule_.booked;
        if (counted) post(sql, policy, entry);
    }

    Policy policy_;
    SalesRule rule_;
    std::string switch_on_;
};

}  // namespace

Service make_sales_service(const Policy& policy, const SalesRule& rule) {
    const Sales sales{policy, rule};
    Service service{"sales"};
    service.schema(std::string{kSchema} + reported_view(rule)).dated("sales_reported", "booked_on");
    service.on(
        std::string{type::kOrderPlaced},
        handler<OrderPlaced>([sales](const auto& event, const auto& payload, Sql& sql) {
            return sales.placed(event, payload, sql);
        })
    );
    service.on(
        std::string{type::kOrderCancelled},
        handler<OrderCancelled>([sales](const auto& event, const auto& payload, Sql& sql) {
            return sales.cancelled(event, payload, sql);
        })
    );
    service.on(
        std::string{type::kOrderReturned},
        handler<OrderReturned>([sales](const auto& event, const auto& payload, Sql& sql) {
            return sales.returned(event, payload, sql);
        })
    );
    service.on(
        std::string{type::kDeliveryCompleted},
        handler<DeliveryCompleted>([sales](const auto& event, const auto& payload, Sql& sql) {
            return sales.completed(event, payload, sql);
        })
    );
    return service;
}

ServiceOf sales_by_policy(const Policy& policy, const SalesRule& first) {
    return [policy, first](const Filling& filling) {
        if (filling.effective.empty()) return make_sales_service(policy, first);
        const auto day = parse_day(filling.effective);
        if (!day) throw std::invalid_argument{day.error().message};
        Policy changed = policy;
        changed.switch_on = day.value();
        return make_sales_service(
            changed, {.at_order = false, .at_delivery = false, .booked = true}
        );
    };
}

}  // namespace sluice::commerce
