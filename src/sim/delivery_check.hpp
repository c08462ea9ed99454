#pragma once

#include "sim/ordered_check.hpp"

namespace sluice::sim {

/// What was handled is what is ordered, up to the first event that a sink refuses; everything from
/// there on lies in the subject's backlog.
void check_deliveries(
    const History& history, Cluster& cluster, const Ordered& ordered, Violations& violations
);

}  // namespace sluice::sim
