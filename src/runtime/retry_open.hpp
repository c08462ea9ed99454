#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <functional>
#include <stop_token>

namespace sluice::runtime {

/// What can be mended by taking the homes anew: another owner came between, or the log had no room
/// or no time. Anything else must end the process.
[[nodiscard]] bool can_reopen(ErrorCode code);

/// Runs `session` until the stop, or until an error that taking the homes anew does not mend. Waits
/// a moment before each repetition.
[[nodiscard]] Status run_reopening(
    const log::Log& log, const std::stop_token& stop, const std::function<Status()>& session
);

}  // namespace sluice::runtime
