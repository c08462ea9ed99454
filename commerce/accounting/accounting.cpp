#include "commerce/accounting/accounting.hpp"

#include "commerce/accounting/balances.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/orderstate/state_table.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS ledger_entry (entry_id TEXT PRIMARY KEY, event_id TEXT NOT NULL, order_id TEXT NOT NULL,
  account TEXT NOT NULL, party TEXT NOT NULL, booked_on TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ledger_month (month TEXT, account TEXT, debit INTEGER NOT NULL, credit INTEGER NOT NULL,
  PRIMARY KEY (month, account));
CREATE TABLE IF NOT EXISTS tax_document (event_id TEXT, tax_code TEXT, kind TEXT NOT NULL, order_id TEXT NOT NULL,
  issued_on TEXT NOT NULL, base INTEGER NOT NULL, vat INTEGER NOT NULL, PRIMARY KEY (event_id, tax_code));
)";

void post(
    Sql& sql, const Envelope& event, Day booked, const Balances& before, const Balances& after
) {
    const std::string day = to_text(booked);
    const std::string month = month_text(booked);
    for (const auto& [account, amount] : posted(before, after)) {
        const std::string name{account.name};
        sql.execute(
            "INSERT INTO ledger_entry (entry_id, event_id, order_id, account, party, booked_on, "
            "amount) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            {event.id + ":" + name + ":" + account.party,
             event.id,
             event.order,
             name,
             account.party,
             day,
             amount}
        );
        sql.execute(
            "INSERT INTO ledger_month (month, account, debit, credit) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (month, account) DO UPDATE SET debit = ledger_month.debit + "
            "excluded.debit, "
            "credit = ledger_month.credit + excluded.credit",
            {month, name, std::max<std::int64_t>(amount, 0), std::max<std::int64_t>(-amount, 0)}
        );
    }
}

/// One document line per tax code among the units: an invoice, or, with sign -1, a credit note.
void issue(
    Sql& sql,
    const Envelope& event,
    std::string_view kind,
    Day issued,
    const OrderState& order,
    const std::vector<std::size_t>& units,
    std::int64_t sign
) {
    struct Line {
        bool there{false};
        std::int64_t base{};
        std::int64_t vat{};
    };

    std::vector<Line> lines(order.tax_codes().size());
    for (const std::size_t place : units) {
        const UnitState& unit = order.units()[place];
        Line& line = lines[unit.tax_code];
        line = Line{true, line.base + sign * unit.net, line.vat + sign * unit.vat};
    }
    for (std::size_t code = 0; code < lines.size(); ++code) {
        if (!lines[code].there) continue;
        sql.execute(
            "INSERT INTO tax_document (event_id, tax_code, kind, order_id, issued_on, base, vat) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            {event.id,
             order.tax_codes()[code],
             std::string{kind},
             event.order,
             to_text(issued),
             lines[code].base,
             lines[code].vat}
        );
    }
}

void post_change(Sql& sql, const Envelope& event, Day booked, const Applied& applied) {
    post(sql, event, booked, balances_of(applied.before), balances_of(applied.after));
}

}  // namespace

Service make_accounting_service(const Policy& policy) {
    Service service{"accounting"};
    service.schema(std::string{kSchema} + std::string{kStateTable});
    service.on(
        std::string{type::kOrderPlaced},
        placed_handler(
            [policy](const Envelope& event, const OrderPlaced&, const OrderState& order, Sql& sql) {
                std::vector<std::size_t> all(order.units().size());
                std::iota(all.begin(), all.end(), 0);
                post(sql, event, booked_on(policy, event.time, event.time), {}, balances_of(order));
                issue(sql, event, "invoice", bday(policy, event.time), order, all, 1);
            }
        )
    );
    const auto money =
        [policy](const Envelope& event, const auto&, const Applied& applied, Sql& sql) {
            post_change(sql, event, booked_on(policy, event.time, event.time), applied);
        };
    service.on(std::string{type::kOrderPaid}, state_handler<OrderPaid>(money));
    service.on(std::string{type::kOrderRefunded}, state_handler<OrderRefunded>(money));
    service.on(
        std::string{type::kOrderCancelled},
        state_handler<OrderCancelled>(
            [policy](const Envelope& event, const auto&, const Applied& applied, Sql& sql) {
                post_change(sql, event, booked_on(policy, event.time, event.time), applied);
                issue(
                    sql,
                    event,
                    "credit",
                    bday(policy, event.time),
                    applied.after,
                    applied.change.units,
                    -1
                );
            }
        )
    );
    service.on(
        std::string{type::kOrderReturned},
        state_handler<OrderReturned>([policy](
                                         const Envelope& event,
                                         const OrderReturned& returned,
                                         const Applied& applied,
                                         Sql& sql
                                     ) {
            post_change(sql, event, booked_on(policy, event.time, returned.happened), applied);
            issue(
                sql,
                event,
                "credit",
                bday(policy, returned.happened),
                applied.after,
                applied.change.units,
                -1
            );
        })
    );
    return service;
}

}  // namespace sluice::commerce
