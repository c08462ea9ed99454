#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::contract {

/// How many letters must be put in, left out, changed or swapped with their neighbour.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean 'policy'?" when one of the names is near enough to have been meant; else empty.
[[nodiscard]] std::string did_you_mean(
    std::string_view written, std::span<const std::string_view> names
);

}  // namespace sluice::contract
