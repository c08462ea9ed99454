#pragma once

#include "sim/history.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::sim {

/// What a subject's events amount to, whatever order they came in.
struct Expected {
    std::set<std::string> arrived;     ///< ids
    std::set<std::string> releasable;  ///< of those: all that they depend on has arrived as well
    bool disturbed{false};  ///< a conflict, a flood, a closing or a holding invalid event: what is
                            ///< released then depends on the order of arrival
    bool closes{false};
};

/// The reference: by subject, the least set of events that is closed under "what it depends on is
/// in it". `arrived`: indices into the history's events.
[[nodiscard]] std::unordered_map<std::string, Expected> expected_of(
    const History& history, const std::vector<std::uint32_t>& arrived
);

}  // namespace sluice::sim
