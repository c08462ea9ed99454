#include "commerce/settlement/sold_parcels.hpp"

#include <algorithm>

namespace sluice::commerce {

namespace {

std::string text(SoldState state) {
    return std::string(1, static_cast<char>(state));
}

}  // namespace

bool SoldOrder::has_delivered_unit(const std::string& seller) const {
    return std::any_of(units.begin(), units.end(), [&](const auto& entry) {
        return entry.second.seller == seller && entry.second.state == SoldState::kDelivered;
    });
}

bool keep_order(Sql& sql, const std::string& order, const OrderPlaced& placed) {
    const std::int64_t added = sql.execute(
        "INSERT INTO _settlement_order (order_id) VALUES (?) ON CONFLICT (order_id) DO NOTHING",
        {order}
    );
    if (added == 0) return false;
    for (const PlacedUnit& unit : placed.units) {
        sql.execute(
            "INSERT INTO _settlement_unit (order_id, line, unit, seller_id, payable, commission, "
            "state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            {order,
             unit.line,
             unit.unit,
             unit.seller,
             unit.payable,
             unit.commission,
             text(SoldState::kSent)}
        );
    }
    for (const Shipping& shipping : placed.shipping) {
        sql.execute(
            "INSERT INTO _settlement_shipping (order_id, seller_id, amount) VALUES (?, ?, ?)",
            {order, shipping.seller, shipping.amount}
        );
    }
    return true;
}

SoldOrder load_order(Sql& sql, const std::string& order) {
    SoldOrder loaded;
    loaded.known =
        !sql.query("SELECT 1 FROM _settlement_order WHERE order_id = ?", {order}).empty();
    if (!loaded.known) return loaded;
    for (const SqlRow& row : sql.query(
             "SELECT line, unit, seller_id, payable, commission, state FROM _settlement_unit WHERE "
             "order_id = ?",
             {order}
         )) {
        loaded.units[UnitRef{row.integer(0), row.integer(1)}] = SoldUnit{
            row.text(2), row.integer(3), row.integer(4), static_cast<SoldState>(row.text(5).at(0))};
    }
    for (const SqlRow& row : sql.query(
             "SELECT seller_id, amount, available_on FROM _settlement_shipping WHERE order_id = ?",
             {order}
         )) {
        loaded.shipping[row.text(0)] = SellerShipping{row.integer(1), row.text(2)};
    }
    return loaded;
}

void set_state(Sql& sql, const std::string& order, UnitRef unit, SoldState state) {
    sql.execute(
        "UPDATE _settlement_unit SET state = ? WHERE order_id = ? AND line = ? AND unit = ?",
        {text(state), order, unit.line, unit.unit}
    );
}

void set_available(
    Sql& sql, const std::string& order, const std::string& seller, const std::string& day
) {
    sql.execute(
        "UPDATE _settlement_shipping SET available_on = ? WHERE order_id = ? AND seller_id = ?",
        {day, order, seller}
    );
}

}  // namespace sluice::commerce
