#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

struct BodyEvent {
    std::optional<std::uint64_t> line;  ///< of JSON Lines
    Result<Event> event;
};

struct EventBody {
    bool single{false};  ///< one event, not a batch of one
    std::vector<BodyEvent> events;
};

/// The events of a request: application/cloudevents+json (one), application/cloudevents-batch+json
/// (a list), application/json (either), application/jsonl (one a line). Each event for itself is
/// taken or refused.
/// Failure: kUnsupported for another content type, kInvalidEvent for a list that is none.
[[nodiscard]] Result<EventBody> read_event_body(
    std::string_view content_type, const std::string& body, const event::EventLimits& limits
);

}  // namespace sluice::daemon
