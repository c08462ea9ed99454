#pragma once

#include "commerce/dataset/raw.hpp"

#include <cstdint>

namespace sluice::commerce {

/// Invents raw orders; at least 1. The seed rule's floors hold on them, whatever the seed.
/// The same orders on every machine; the first n of a longer run are those of a shorter one, before
/// sorting.
[[nodiscard]] RawData generate_raw(std::uint64_t orders, std::uint64_t seed);

}  // namespace sluice::commerce
