#pragma once

#include <cstdint>
#include <random>

namespace sluice::sim {

/// Chance from a seed, the same on every machine: the engine is standardised, the standard
/// library's distributions are not.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}

    [[nodiscard]] std::uint64_t next() { return engine_(); }

    /// 0 to limit - 1; `limit` at least 1.
    [[nodiscard]] std::uint32_t below(std::uint64_t limit) {
        return static_cast<std::uint32_t>(engine_() % limit);
    }

    [[nodiscard]] bool one_in(std::uint64_t chance) { return below(chance) == 0; }

    /// `low` to `high`, both possible.
    [[nodiscard]] std::uint32_t between(std::uint32_t low, std::uint32_t high) {
        return low + below(std::uint64_t{high} - low + 1);
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace sluice::sim
