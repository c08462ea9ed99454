#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice::commerce {

/// Amounts are `std::int64_t` in the currency's minor unit; a name says so where it is not plain.
/// There is no floating point in commerce. Source of every formula: docs/commerce/read-models.md,
/// "Formulas".

/// ⌊(2a + b) / (2b)⌋: a/b to the nearest integer, halves up. a ≥ 0, b > 0.
[[nodiscard]] std::int64_t half_up(std::int64_t a, std::int64_t b);

/// a × b / c to the nearest integer, halves up; the product may pass 64 bits. a, b ≥ 0, c > 0.
[[nodiscard]] std::int64_t half_up_product(std::int64_t a, std::int64_t b, std::int64_t c);

/// Shares of `total` ≥ 0 by largest remainder over `weights` ≥ 0, ties to the lower place. They sum
/// to `total`, unless all weights are 0: then all shares are 0.
[[nodiscard]] std::vector<std::int64_t> apportion(
    std::int64_t total, std::span<const std::int64_t> weights
);

}  // namespace sluice::commerce
