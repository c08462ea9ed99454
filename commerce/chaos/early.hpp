#pragma once

#include "commerce/chaos/delivery.hpp"
#include "commerce/produce/publications.hpp"

#include <cstddef>
#include <span>

namespace sluice::commerce {

/// How many events come out before something that they follow: the one before them of their source,
/// or the one that their stamp names. Repeats do not count.
struct EarlyCounts {
    std::size_t cancellations{};  ///< order.cancelled in all
    std::size_t early_cancellations{};
    std::size_t deliveries{};  ///< delivery.* in all
    std::size_t early_deliveries{};

    bool operator==(const EarlyCounts&) const = default;
};

[[nodiscard]] EarlyCounts count_early(
    const Publications& publications, std::span<const Delivery> deliveries
);

/// At least 5 % of each (docs/commerce/seed-rule.md, "Floors"). Failure: kInvalidArgument with the
/// numbers.
[[nodiscard]] Status check_early(const EarlyCounts& counts);

}  // namespace sluice::commerce
