#include "commerce/settlement/payouts.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace sluice::commerce {

namespace {

std::int64_t published(const DayClosed& closed, std::string_view type) {
    for (const TypeCount& count : closed.published) {
        if (count.type == type) return count.count;
    }
    return 0;
}

/// The first day not yet paid, if it is closed and complete.
std::optional<std::string> ready_day(Sql& sql) {
    const std::vector<SqlRow> first = sql.query(
        "SELECT day, completed, returned FROM _settlement_day WHERE paid = 0 ORDER BY day LIMIT 1",
        {}
    );
    if (first.empty()) return std::nullopt;
    const std::string& day = first[0].text(0);
    const std::vector<SqlRow> handled =
        sql.query("SELECT completed, returned FROM _settlement_handled WHERE day = ?", {day});
    const std::int64_t completed = handled.empty() ? 0 : handled[0].integer(0);
    const std::int64_t returned = handled.empty() ? 0 : handled[0].integer(1);
    if (completed != first[0].integer(1) || returned != first[0].integer(2)) return std::nullopt;
    return day;
}

void pay_seller(Sql& sql, const std::string& seller, const std::string& day, std::int64_t items) {
    const std::vector<SqlRow> before =
        sql.query("SELECT carried FROM _settlement_seller WHERE seller_id = ?", {seller});
    const std::int64_t carried_in = before.empty() ? 0 : before[0].integer(0);
    const std::int64_t paid = std::max<std::int64_t>(0, carried_in + items);
    const std::int64_t carried_out = std::min<std::int64_t>(0, carried_in + items);
    sql.execute(
        "INSERT INTO settlement_payout (seller_id, day, carried_in, items, paid, carried_out) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        {seller, day, carried_in, items, paid, carried_out}
    );
    sql.execute(
        "INSERT INTO _settlement_seller (seller_id, carried) VALUES (?, ?) "
        "ON CONFLICT (seller_id) DO UPDATE SET carried = excluded.carried",
        {seller, carried_out}
    );
}

void pay_day(Sql& sql, const std::string& day) {
    const std::vector<SqlRow> due = sql.query(
        "SELECT seller_id, SUM(amount) FROM settlement_item WHERE available_on = ? "
        "GROUP BY seller_id ORDER BY seller_id",
        {day}
    );
    for (const SqlRow& row : due) pay_seller(sql, row.text(0), day, row.integer(1));
    sql.execute("UPDATE _settlement_day SET paid = 1 WHERE day = ?", {day});
}

}  // namespace

void count_handled(Sql& sql, Day day, std::string_view type) {
    const std::int64_t completed = type == type::kDeliveryCompleted ? 1 : 0;
    sql.execute(
        "INSERT INTO _settlement_handled (day, completed, returned) VALUES (?, ?, ?) "
        "ON CONFLICT (day) DO UPDATE SET completed = _settlement_handled.completed + "
        "excluded.completed, "
        "returned = _settlement_handled.returned + excluded.returned",
        {to_text(day), completed, 1 - completed}
    );
}

bool close_day(Sql& sql, const DayClosed& closed) {
    return sql.execute(
               "INSERT INTO _settlement_day (day, completed, returned, paid) VALUES (?, ?, ?, 0) "
               "ON CONFLICT (day) DO NOTHING",
               {to_text(closed.day),
                published(closed, type::kDeliveryCompleted),
                published(closed, type::kOrderReturned)}
           ) == 1;
}

void pay_ready_days(Sql& sql) {
    while (const auto day = ready_day(sql)) pay_day(sql, *day);
}

}  // namespace sluice::commerce
