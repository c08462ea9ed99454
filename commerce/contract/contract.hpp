#pragma once

#include <string_view>

namespace sluice::commerce {

/// The contracts of the platform's two domains, as `order.yaml` and `calendar.yaml` beside this
/// file; the binary carries them.
[[nodiscard]] std::string_view order_contract() noexcept;
[[nodiscard]] std::string_view calendar_contract() noexcept;

}  // namespace sluice::commerce
