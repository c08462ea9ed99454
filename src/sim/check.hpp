#pragma once

#include "sim/cluster.hpp"
#include "sim/tally.hpp"

#include <string>
#include <vector>

namespace sluice::sim {

/// Violations, worst first; empty: every promise was kept. Each names subject, place and rule.
///   loss        an event that arrived is neither ordered, nor waiting, nor aside
///   inversion   it was released before what it depends on
///   doubling    it stands twice in the ordered topic, or was handled twice
///   hole        positions are not 1, 2, 3 …
///   liveness    all that it depends on is there, and it waits; or it is ordered and not handled
///   backlog     what is behind a dead event is not all there, in order
///   bound       more was kept in memory than the options allow
[[nodiscard]] std::vector<std::string> check(
    const History& history, Cluster& cluster, Tally& tally
);

}  // namespace sluice::sim
