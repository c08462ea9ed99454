#pragma once

#include "daemon/config.hpp"
#include "event/limits.hpp"
#include "log/embedded/embedded.hpp"

namespace sluice::daemon {

/// What the configuration says about events.
[[nodiscard]] event::EventLimits limits_of(const Config& config);

/// What it says about the log: a record is the largest event with room for its headers.
[[nodiscard]] log::EmbeddedOptions log_options(const Config& config);

}  // namespace sluice::daemon
