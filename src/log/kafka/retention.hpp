#pragma once

#include <sluice/result.hpp>

#include "log/kafka/topics.hpp"

namespace sluice::log::kafka {

/// kConflict, naming the group, when a group under the prefix has committed an offset of the
/// partition below `below`. Asks the brokers for all groups.
[[nodiscard]] Status nobody_needs(
    rd_kafka_t* client,
    const KafkaLogOptions& options,
    const Topics& topics,
    const PartitionRef& of,
    Offset below
);

}  // namespace sluice::log::kafka
