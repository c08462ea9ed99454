#pragma once

#include "sim/history.hpp"

#include <cstddef>
#include <functional>

namespace sluice::sim {

/// Whether a history still shows what is looked for.
using Fails = std::function<bool(const History&)>;

/// A history of fewer actions that still fails: parts are left out, halves first, single actions
/// last, until no part can go (delta debugging, Zeller and Hildebrandt 2002) or `plays_max` is
/// spent. Events that no action brings any more go as well.
[[nodiscard]] History shrink(History history, const Fails& fails, std::size_t plays_max);

}  // namespace sluice::sim
