#pragma once

#include "sim/history.hpp"

#include <cstddef>
#include <functional>

namespace sluice::sim {

/// Whether a history still shows what is looked for.
using Fails = std::function<bool(const History&)>;

/// Called before each play with the plays so far and the actions of the shortest that fails;
/// answers whether to go on.
using ShrinkWatch = std::function<bool(std::size_t plays, std::size_t actions)>;

/// A history of fewer actions that still fails: parts are left out, halves first, single actions
/// last, until no part can go (delta debugging, Zeller and Hildebrandt 2002), `plays_max` is spent
/// or `watch` says so. Events that no action brings any more go as well.
[[nodiscard]] History shrink(
    History history, const Fails& fails, std::size_t plays_max, const ShrinkWatch& watch
);

}  // namespace sluice::sim
