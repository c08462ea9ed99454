#pragma once

#include <string_view>

namespace sluice::commerce {

/// The text of order.yaml and calendar.yaml beside this file: the contracts of the domains `order`
/// and `calendar`.
[[nodiscard]] std::string_view order_contract();
[[nodiscard]] std::string_view calendar_contract();

}  // namespace sluice::commerce
