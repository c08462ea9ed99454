#pragma once

#include <sluice/result.hpp>

#include "daemon/config/config.hpp"
#include "daemon/config/contract_store.hpp"
#include "saga/definition.hpp"

#include <span>
#include <string>
#include <vector>

namespace sluice::daemon {

struct LoadedContract {
    ContractPtr contract;
    std::string text;  ///< as it stood in the file
};

/// A configuration with all that it names: what `serve` starts from and `config check` checks.
struct Setup {
    Config config;
    std::vector<LoadedContract> contracts;
    std::vector<saga::Definition> sagas{};
    std::string path{};  ///< of the file; where its paths start
};

/// What is wrong with a subscription for the contracts: a domain or type that none has, a topic
/// that is a domain's, a shape that its types do not have; a line each. May start a process for jq.
[[nodiscard]] std::vector<std::string> subscription_problems(
    const SubscriptionConfig& one, std::span<const LoadedContract> contracts
);

/// Reads sluice.yaml, what the environment says of traces, and its contracts, and holds them
/// against each other: domains that are there twice, subscriptions and sagas of a domain or type
/// that no contract has.
/// Failure: kBadConfig with everything that is wrong, a line each.
[[nodiscard]] Result<Setup> load_setup(const std::string& path);

}  // namespace sluice::daemon
