#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"

#include <string>

namespace sluice::commerce {

/// The event's data: JSON as docs/commerce/events.md says. The act is one of `added.acts`; the
/// order can be placed (the seed rule has seen to it, or `Publications::check`).
[[nodiscard]] std::string payload_of(
    const RawOrder& raw, const OrderAdditions& added, const Act& act
);

}  // namespace sluice::commerce
