#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/dispatching/subscription_worker.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// Where a rebuild begins: with the first event there ever was, at a moment, or at an offset of
/// each home partition.
struct RebuildStart {
    std::optional<Instant> released_since;
    std::optional<Offset> offset;

    /// "beginning", a time, or a number. kInvalidArgument says what is allowed.
    [[nodiscard]] static Result<RebuildStart> parse(std::string_view text);
};

/// For a Subscription: with the oldest that is there, or was brought back, unless `start` says
/// more. Lifetime: the log outlives it.
[[nodiscard]] BeginAt begin_at(const log::Log& log, std::string domain, RebuildStart start);

/// Whether all events since `start` are still there. kConflict names what retention has taken.
[[nodiscard]] Status check_complete(
    const log::Log& log, const std::string& domain, std::uint32_t homes, const RebuildStart& start
);

}  // namespace sluice::runtime
