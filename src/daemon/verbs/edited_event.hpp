#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <string>

namespace sluice::daemon {

/// The event of an operator's copy, without what `show` and `read` add to an event and what Sluice
/// itself has put there. kInvalidEvent says what is off.
[[nodiscard]] Result<Event> parse_edited(const std::string& copy, const event::EventLimits& limits);

}  // namespace sluice::daemon
