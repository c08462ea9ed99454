#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::commerce {

/// What the seed rule decides by: a number per order and purpose, the same on every machine.
/// Source: docs/commerce/seed-rule.md, "Chance" (FNV-1a, then the finalizer of MurmurHash3).
class Chance {
public:
    explicit Chance(std::uint64_t seed) : seed_{seed} {}

    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    [[nodiscard]] std::uint64_t hash(std::string_view order, std::string_view purpose) const;

    /// True for `per_10000` of 10,000 orders.
    [[nodiscard]] bool happens(std::string_view order, std::string_view purpose, int per_10000)
        const {
        return below(order, purpose, 10'000) < per_10000;
    }

    /// 0 to n − 1.
    [[nodiscard]] std::int64_t below(
        std::string_view order, std::string_view purpose, std::int64_t n
    ) const {
        return static_cast<std::int64_t>(hash(order, purpose) % static_cast<std::uint64_t>(n));
    }

private:
    std::uint64_t seed_;
};

}  // namespace sluice::commerce
