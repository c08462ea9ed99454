#pragma once

#include <sluice/result.hpp>
#include <sluice/service.hpp>

#include "commerce/events/envelope.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/events/reasons.hpp"
#include "commerce/orderstate/order_state.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sluice::commerce {

/// A service's private table that holds each order's state between events.
inline constexpr std::string_view kStateTable =
    "CREATE TABLE IF NOT EXISTS _state (order_id TEXT PRIMARY KEY, state TEXT NOT NULL);\n";

/// Answers false if the order is there already.
[[nodiscard]] bool insert_state(Sql& sql, const std::string& order, const OrderState& state);

/// Failure: the message is a reason for Handled::dead: unknown_order, or what is damaged.
[[nodiscard]] Result<OrderState> load_state(Sql& sql, const std::string& order);

void update_state(Sql& sql, const std::string& order, const OrderState& state);

/// Handles `order.placed`: keeps the state, then calls
/// `write(const Envelope&, const OrderPlaced&, const OrderState&, Sql&)` for the service's own
/// rows.
template <class Write>
[[nodiscard]] Handler placed_handler(Write write) {
    return handler<OrderPlaced>([write = std::move(write
                                 )](const Envelope& envelope, const OrderPlaced& event, Sql& sql) {
        const OrderState state{event, envelope.sequence};
        if (!insert_state(sql, envelope.order, state)) {
            return Handled::dead(reason::kAlreadyPlaced);
        }
        write(envelope, event, state, sql);
        return Handled::done();
    });
}

/// What an event did to an order.
struct Applied {
    const OrderState& before;
    const OrderState& after;
    const Change& change;
};

/// Handles `order.paid`, `.cancelled`, `.returned` or `.refunded`: loads the state, applies the
/// event, calls `write(const Envelope&, const Payload&, const Applied&, Sql&)` for the service's
/// own rows, keeps the state.
template <class Payload, class Write>
[[nodiscard]] Handler state_handler(Write write) {
    return handler<Payload>([write = std::move(write
                             )](const Envelope& envelope, const Payload& event, Sql& sql) {
        const auto before = load_state(sql, envelope.order);
        if (!before.has_value()) return Handled::dead(before.error().message);
        OrderState after = before.value();
        const auto change = after.apply(event, envelope.sequence);
        if (!change.has_value()) return Handled::dead(change.error().message);
        write(envelope, event, Applied{before.value(), after, change.value()}, sql);
        update_state(sql, envelope.order, after);
        return Handled::done();
    });
}

}  // namespace sluice::commerce
