#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "deliver/sink.hpp"
#include "event/limits.hpp"

namespace sluice::deliver {

/// The event as a sink hands it on: with `subjectposition`, whoever ordered it.
/// Failure:  kInvalidEvent when the record holds none, or it is marked as breaking its contract:
/// such an event is
///           dead on arrival, also when it comes from a backlog.
[[nodiscard]] Result<Event> decode(const Outgoing& outgoing, const event::EventLimits& limits);

}  // namespace sluice::deliver
