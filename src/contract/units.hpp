#pragma once

#include <sluice/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::contract {

/// "250ms", "30s", "5m", "2h", "7d", up to 36500d. Nothing for anything else; a bare number has no
/// unit.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text) noexcept;

/// "100B", "512KiB", "64MiB", "10GiB", "1TiB". Nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

/// As parse_duration takes it, in the largest unit that divides it: "7d", "90s".
[[nodiscard]] std::string write_duration(Milliseconds duration);

/// As parse_size takes it: "64MiB".
[[nodiscard]] std::string write_size(std::uint64_t bytes);

}  // namespace sluice::contract
