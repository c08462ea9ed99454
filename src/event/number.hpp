#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::event {

/// Decimal digits alone, 1 to 18446744073709551615; nothing for anything else. Zeros may lead.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

}  // namespace sluice::event
