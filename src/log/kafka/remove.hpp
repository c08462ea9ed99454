#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"
#include "log/kafka/kafka.hpp"

#include <set>
#include <string>

namespace sluice::log::kafka {

/// Deletes topics of these names behind the prefix; those that are not there are passed over.
[[nodiscard]] Status remove_topics(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::set<std::string>& names
);

/// The same with groups. One whose static members are still remembered is not empty: it stays, and
/// goes by itself. `client` has a group, since a coordinator may move meanwhile (Retention).
[[nodiscard]] Status remove_groups(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::set<std::string>& names
);

}  // namespace sluice::log::kafka
