#pragma once

#include "event/record.hpp"
#include "log/kafka/handles.hpp"

#include <cstdint>

namespace sluice::log::kafka {

/// A message's key, value, headers and time. No value and an empty one are two things.
[[nodiscard]] Record record_of(const rd_kafka_message_t& message);

/// Hands a copy of the record to the producer. `token` comes back with the delivery report.
/// Answers RD_KAFKA_RESP_ERR__QUEUE_FULL when the caller has to poll first.
[[nodiscard]] rd_kafka_resp_err_t produce(
    rd_kafka_t* producer,
    rd_kafka_topic_t* topic,
    std::int32_t partition,
    const Record& record,
    void* token
);

}  // namespace sluice::log::kafka
