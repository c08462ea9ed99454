#pragma once

#include <sluice/result.hpp>

#include "daemon/config/config.hpp"
#include "daemon/config/contract_store.hpp"
#include "log/kafka/options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sluice::daemon {

/// Whom `doctor` and `observe` ask, as it was written on the command line.
struct GroundTarget {
    std::string config;  ///< -c: a contract, or a sluice.yaml with its contracts
    std::string kafka;   ///< --kafka ADDRESS
    std::string state;   ///< --state DIR
};

/// Contracts, and where their topics lie.
struct Ground {
    Config config;
    std::optional<std::string> config_path;  ///< of the sluice.yaml, if it was one
    std::vector<ContractPtr> contracts;

    /// Nothing: the embedded log in `config.data`.
    [[nodiscard]] const std::optional<log::kafka::KafkaOptions>& kafka() const {
        return config.kafka;
    }
};

/// -c, else the contracts that `--state` keeps, else ./sluice.yaml if it is there. `--kafka` names
/// other brokers than the configuration, with its settings; `--state` a data directory.
/// Failure: kBadConfig with everything that is wrong, a line each; kNotFound: no such file.
[[nodiscard]] Result<Ground> find_ground(const GroundTarget& target);

}  // namespace sluice::daemon
