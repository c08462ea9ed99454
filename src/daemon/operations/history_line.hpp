#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "event/limits.hpp"

#include <string_view>

namespace sluice::daemon {

/// An ordered event, and where it lay.
struct HistoryLine {
    Event event;
    PartitionId partition;
    Offset offset;
};

/// A line of `sluice read DOMAIN.ordered --json`. kInvalidEvent: it is no event, or does not say
/// where it lay.
[[nodiscard]] Result<HistoryLine> history_line(
    std::string_view line, const event::EventLimits& limits
);

}  // namespace sluice::daemon
