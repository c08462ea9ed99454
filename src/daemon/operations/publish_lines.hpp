#pragma once

#include <sluice/result.hpp>

#include "daemon/operations/backend.hpp"
#include "event/limits.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>

namespace sluice::daemon {

struct PublishTotals {
    std::uint64_t published{};
    std::uint64_t refused{};
};

/// Told of every line in its order, once its fate is certain.
using LineReport = std::function<void(std::uint64_t line, const Result<Published>& answer)>;

/// Publishes JSON Lines in batches: one write each, and one as soon as nothing more is there to
/// read, so that a pipe is not kept waiting. Bad lines and refused events are told and passed over.
/// Failure: the log or the daemon cannot take events any more; lines reported before are on disk.
/// Limits:  holds a batch: kBatchEvents, or kBatchBytes and one event.
[[nodiscard]] Result<PublishTotals> publish_lines(
    Backend& backend, std::istream& in, const event::EventLimits& limits, const LineReport& report
);

inline constexpr std::size_t kBatchEvents = 2'000;
inline constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

}  // namespace sluice::daemon
