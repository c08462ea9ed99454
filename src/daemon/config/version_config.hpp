#pragma once

#include "cast/route.hpp"
#include "contract/node.hpp"
#include "daemon/config/contract_store.hpp"
#include "deliver/wanted_types.hpp"

#include <string>
#include <vector>

namespace sluice::daemon {

/// `versions` of a subscription: by event type the number of the version that it asks for. Whatever
/// is wrong lies in the problems; whether there are such is not looked at yet.
void read_versions(const contract::Node& node, cast::Asked& asked);

/// Why a subscription to these types (none: all) cannot have them of this contract, a line each.
/// Where nothing else is wrong the casts are tried on samples, in a process that is started for it.
[[nodiscard]] std::vector<std::string> version_problems(
    const cast::Asked& asked, const ContractPtr& contract, const deliver::WantedTypes& types
);

}  // namespace sluice::daemon
