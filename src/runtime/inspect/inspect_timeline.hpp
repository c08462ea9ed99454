#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Something that happened to a subject.
struct TimelineEntry {
    Instant at;
    std::string domain;
    std::string what;  ///< published, waiting, released, gap, late, aside, a command's verb, edited
    std::string text;  ///< one line for a person
    std::string subscription;  ///< of a command about one
    std::string by;            ///< of a command: who
    std::string topic;         ///< where it lies
    PartitionId partition;
    Offset offset;
    std::optional<Position> position;  ///< of what was released
};

/// How far a subscription is with the subject.
struct TimelineStanding {
    std::string domain;
    std::string subscription;
    Position handled;   ///< handled, or passed over by its filter, up to there; 0: nothing
    std::string state;  ///< flows, or a cause as in Stuck
};

struct Timeline {
    std::vector<TimelineEntry> entries;  ///< by time
    std::vector<TimelineStanding> standings;
    std::uint64_t not_yet{};  ///< records of its homes that the trails do not know of yet
    bool more{false};  ///< there are more entries than were asked for: the oldest are left out
};

/// The story of a subject in all domains, from its trails: where each record lies is known, nothing
/// is searched. kNotFound: no trail knows it. kUnsupported: no trails are kept here.
/// Threads:  any, without a lease.
/// Limits:   the last `limit` records of each topic.
[[nodiscard]] Result<Timeline> timeline(
    const log::Log& log, std::string_view subject, std::size_t limit
);

}  // namespace sluice::runtime
