#include "commerce/sales/sold_units.hpp"

#include <map>
#include <vector>

namespace sluice::commerce {

namespace {

Named named(Sql& sql, const std::string& order, std::span<const UnitRef> units, bool must_be_open) {
    const std::vector<SqlRow> head =
        sql.query("SELECT placed_on FROM _sales_order WHERE order_id = ?", {order});
    if (head.empty()) return Named{"unknown_order", {}, {}};

    struct Unit {
        std::int64_t net{};
        bool open{};
    };

    std::map<UnitRef, Unit> known;
    for (const SqlRow& row :
         sql.query("SELECT line, unit, net, open FROM _sales_unit WHERE order_id = ?", {order})) {
        known[UnitRef{row.integer(0), row.integer(1)}] = Unit{row.integer(2), row.integer(3) != 0};
    }
    Named answer{{}, head[0].text(0), {}};
    for (const UnitRef& ref : units) {
        const auto found = known.find(ref);
        if (found == known.end()) return Named{"unknown_unit", {}, {}};
        if (must_be_open && !found->second.open) return Named{"unit_not_open", {}, {}};
        answer.sum.add(found->second.net);
    }
    return answer;
}

}  // namespace

bool open_order(Sql& sql, const std::string& order, const std::string& placed_on) {
    return sql.execute(
               "INSERT INTO _sales_order (order_id, placed_on) VALUES (?, ?) ON CONFLICT "
               "(order_id) DO NOTHING",
               {order, placed_on}
           ) == 1;
}

void add_unit(Sql& sql, const std::string& order, UnitRef ref, std::int64_t net) {
    sql.execute(
        "INSERT INTO _sales_unit (order_id, line, unit, net, open) VALUES (?, ?, ?, ?, 1)",
        {order, ref.line, ref.unit, net}
    );
}

Named look_up(Sql& sql, const std::string& order, std::span<const UnitRef> units) {
    return named(sql, order, units, false);
}

Named close_units(Sql& sql, const std::string& order, std::span<const UnitRef> units) {
    Named answer = named(sql, order, units, true);
    if (!answer.dead.empty()) return answer;
    for (const UnitRef& ref : units) {
        sql.execute(
            "UPDATE _sales_unit SET open = 0 WHERE order_id = ? AND line = ? AND unit = ?",
            {order, ref.line, ref.unit}
        );
    }
    return answer;
}

}  // namespace sluice::commerce
