#pragma once

#include "contract/node.hpp"
#include "daemon/config/trace_config.hpp"
#include "log/kafka/options.hpp"

#include <filesystem>
#include <optional>

namespace sluice::daemon {

/// `kafka` of sluice.yaml; nothing when it is not there. Files are looked for from `directory`, and
/// a value that comes from one, or from the environment, is a secret.
[[nodiscard]] std::optional<log::kafka::KafkaOptions> read_kafka(
    const contract::Node& node,
    const std::filesystem::path& directory,
    const Environment& environment
);

}  // namespace sluice::daemon
