#pragma once

#include "commerce/chaos/delivery.hpp"
#include "commerce/produce/publications.hpp"

#include <cstdint>
#include <vector>

namespace sluice::commerce {

/// In which order the events come out of their channels: by the time that each is through, and per
/// channel partition in the order of publishing. Every publication is in it, some twice or more.
/// Threads:  any; nothing changes after construction.
/// Lifetime: needs the publications only to be made.
/// Limits:   8 bytes per delivery; while it is made, 24 more.
class ChaosPlan {
public:
    ChaosPlan(const Publications& publications, std::uint64_t seed);

    /// No chaos: each event once, as published.
    [[nodiscard]] static ChaosPlan calm(const Publications& publications);

    [[nodiscard]] const std::vector<Delivery>& deliveries() const { return deliveries_; }

    [[nodiscard]] std::size_t duplicates() const { return duplicates_; }

    [[nodiscard]] std::size_t restarts() const { return restarts_; }

private:
    ChaosPlan() = default;

    std::vector<Delivery> deliveries_;
    std::size_t duplicates_{0};
    std::size_t restarts_{0};
};

}  // namespace sluice::commerce
