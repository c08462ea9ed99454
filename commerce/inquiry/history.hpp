#pragma once

#include "commerce/orderstate/order_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce::inquiry {

/// The order after one of its order events.
struct OrderView {
    std::int64_t sequence{};
    std::int64_t deliveries_seen{};
    std::int64_t units_open{};
    std::int64_t units_cancelled{};
    std::int64_t units_returned{};
    std::int64_t claim{};
    std::int64_t captured{};
    std::int64_t refund_due{};  ///< and not done
    std::int64_t refund_done{};
};

[[nodiscard]] OrderView view_of(const OrderState& state, std::int64_t deliveries_seen);

/// What one delivery event moved.
struct DeliveryStep {
    std::int64_t sequence{};
    std::int64_t dispatched{};
    std::int64_t delivered{};
};

/// Both are kept as a text to which each event appends: an act may speak of any earlier moment.
[[nodiscard]] std::string entry(const OrderView& view);
[[nodiscard]] std::string entry(const DeliveryStep& step);

/// Damaged text ends the list early; nothing is invented.
[[nodiscard]] std::vector<OrderView> read_views(std::string_view text);
[[nodiscard]] std::vector<DeliveryStep> read_steps(std::string_view text);

/// The view after order event `sequence`: the last one not beyond it.
[[nodiscard]] std::optional<OrderView> view_at(
    const std::vector<OrderView>& views, std::int64_t sequence
);

/// The units moved up to delivery event `sequence`.
[[nodiscard]] DeliveryStep moved_until(
    const std::vector<DeliveryStep>& steps, std::int64_t sequence
);

}  // namespace sluice::commerce::inquiry
