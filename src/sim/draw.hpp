#pragma once

#include "sim/history.hpp"

#include <cstddef>
#include <cstdint>

namespace sluice::sim {

/// The history of a seed: its setup, its troubles and how often they come are drawn from it as
/// well, so that many seeds see many worlds. `events`: how many happen, without copies and
/// rubbish. The same arguments give the same history on every machine.
[[nodiscard]] History draw(std::uint64_t seed, std::size_t events);

}  // namespace sluice::sim
