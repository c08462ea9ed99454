#pragma once

#include <sluice/result.hpp>

#include "runtime/grow/growth.hpp"

namespace sluice::runtime {

/// Sequences what is on its way home, in the homes that there are, and reads no channel: then no
/// event of a subject is behind another that goes a shorter way to its new home. Operators' choices
/// lie there as well, and are carried out. Histories are stored.
[[nodiscard]] Status drain_repartition(const GrowthContext& context);

/// Whether nothing is on its way home.
[[nodiscard]] Result<bool> is_drained(const GrowthContext& context);

}  // namespace sluice::runtime
