#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/domain/notice.hpp"

#include <functional>
#include <stop_token>
#include <string_view>

namespace sluice::runtime {

/// What can be mended by taking the homes anew: another owner came between, or the log had no room
/// or no time. Anything else must end the process.
[[nodiscard]] bool can_reopen(ErrorCode code);

/// Told of what ended a session that is going to be repeated. May be empty.
using Reopens = std::function<void(const Error&)>;

/// Runs `session` until the stop, or until an error that taking the homes anew does not mend. Waits
/// a moment before each repetition.
[[nodiscard]] Status run_reopening(
    const log::Log& log,
    const std::stop_token& stop,
    const std::function<Status()>& session,
    const Reopens& reopens = {}
);

/// Tells it as a notice: `what` goes on anew. Both outlive what is answered.
[[nodiscard]] Reopens reopens_as_notice(const Notify& notify, std::string_view what);

/// What an error of reading `from` at `next` means to a member of the group. Retention takes only
/// what the group has consumed: where the group is further than this member, another owner has
/// taken over and let it go (kFenced). All else stays as it is.
[[nodiscard]] Error after_failed_read(
    const log::Log& log,
    std::string_view group,
    const log::PartitionRef& from,
    Offset next,
    Error error
);

}  // namespace sluice::runtime
