#pragma once

#include <sluice/result.hpp>

#include "contract/contract.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sluice::cast {

/// The version of each event type that a subscription asks for; of others it takes what comes.
using Asked = std::map<std::string, std::uint32_t, std::less<>>;

/// From one version to its neighbour. Lifetime: the type outlives it.
struct Step {
    const contract::Version* from{};
    const contract::Version* to{};
    const contract::CastProgram* program{};  ///< never an empty one
};

/// The steps from a version to another of the same type, each by one number, up or down; none where
/// they are the same. kBadConfig: a program that is missing on the way.
[[nodiscard]] Result<std::vector<Step>> steps_between(
    const contract::MessageType& type, const contract::Version& from, const contract::Version& to
);

/// Why these versions cannot be had of this contract, a line each.
[[nodiscard]] std::vector<std::string> route_problems(
    const contract::Contract& contract, const Asked& asked
);

}  // namespace sluice::cast
