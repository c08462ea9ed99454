#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"

#include <chrono>
#include <functional>
#include <string_view>

namespace sluice::log::kafka {

/// Asks for one administrative operation and waits for its answer. `begin` starts it.
/// Failure: what the whole of it met; errors of single items are in the event.
[[nodiscard]] Result<EventHandle> administer(
    rd_kafka_t* client,
    rd_kafka_admin_op_t what,
    std::chrono::milliseconds timeout,
    std::string_view doing,
    const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& begin
);

}  // namespace sluice::log::kafka
