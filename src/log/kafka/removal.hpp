#pragma once

#include <sluice/result.hpp>

#include "log/kafka/kafka.hpp"

#include <cstddef>

namespace sluice::log {

/// Removes every topic and every group under the options' prefix from the cluster: what a run of
/// its own has left behind. Nobody may use them any more.
/// Answers how many topics there were.
/// Failure: kInvalidArgument without a prefix, which would be everything; kUnavailable and
///          kBadConfig (permissions) as the cluster says; what has gone by then stays gone.
[[nodiscard]] Result<std::size_t> remove_from_kafka(const KafkaLogOptions& options);

}  // namespace sluice::log
