#pragma once

#include "sim/history.hpp"
#include "sim/tally.hpp"

#include <string>
#include <vector>

namespace sluice::sim {

struct Played {
    std::vector<std::string> violations;  ///< empty: every promise was kept
    Tally tally;
};

/// Carries out every action, lets all come to rest, and checks. The same history gives the same.
[[nodiscard]] Played play(const History& history);

}  // namespace sluice::sim
