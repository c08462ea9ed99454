#pragma once

#include "commerce/generate/generate.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <cstdint>

namespace sluice::commerce::test {

/// A small input with a bit of everything: generated orders and what the seed rule adds to them.
/// For tests; link sluice::commerce_generate and sluice::commerce_seedrule.
struct Sample {
    RawData raw;
    Additions additions;
};

[[nodiscard]] inline Sample sample(std::uint64_t orders = 300, std::uint64_t seed = 1) {
    RawData raw = generate_raw(orders, seed);
    Additions additions = make_additions(raw, seed).value();
    return Sample{std::move(raw), std::move(additions)};
}

}  // namespace sluice::commerce::test
