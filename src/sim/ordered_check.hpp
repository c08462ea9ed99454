#pragma once

#include "sim/cluster.hpp"
#include "sim/reference.hpp"
#include "sim/violations.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::sim {

/// A record of the ordered topic, as a subscriber sees it.
struct OrderedRecord {
    std::string id;
    std::string type;
    bool invalid{false};
    Verdict verdict{};
};

/// By subject, in the order of its positions: at index i the position i + 1.
using Ordered = std::unordered_map<std::string, std::vector<OrderedRecord>>;

/// Reads the ordered topic, and checks each subject's order against what its events depend on.
[[nodiscard]] Ordered check_ordered(
    const History& history, Cluster& cluster, Violations& violations
);

/// Every event that arrived is in one place; what can be released is.
void check_accounts(
    const History& history,
    Cluster& cluster,
    const Ordered& ordered,
    const std::unordered_map<std::string, Expected>& expected,
    Violations& violations
);

}  // namespace sluice::sim
