#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"

#include <cstdint>

namespace sluice::commerce {

/// What is added to raw orders: a function of the orders and the seed, the same on every machine.
/// Source: docs/commerce/seed-rule.md.
/// Failure: kInvalidArgument with the order whose amounts cannot be placed.
[[nodiscard]] Result<Additions> make_additions(const RawData& raw, std::uint64_t seed);

}  // namespace sluice::commerce
