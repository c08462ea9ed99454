#include "commerce/orderstate/state_table.hpp"

namespace sluice::commerce {

namespace {

constexpr std::string_view kInsert =
    "INSERT INTO _state (order_id, state) VALUES (?, ?) ON CONFLICT (order_id) DO NOTHING";

}  // namespace

bool insert_state(Sql& sql, const std::string& order, const OrderState& state) {
    return sql.execute(kInsert, {order, state.save()}) == 1;
}

Result<OrderState> load_state(Sql& sql, const std::string& order) {
    const auto rows = sql.query("SELECT state FROM _state WHERE order_id = ?", {order});
    if (rows.empty()) return Error{ErrorCode::kNotFound, reason::kUnknownOrder};
    return OrderState::load(rows.front().text(0));
}

void update_state(Sql& sql, const std::string& order, const OrderState& state) {
    sql.execute("UPDATE _state SET state = ? WHERE order_id = ?", {state.save(), order});
}

}  // namespace sluice::commerce
