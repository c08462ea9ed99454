#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace sluice::runtime {

enum class NoticeKind : std::uint8_t {
    kUnreadable,  ///< aside, without a place
    kLate,        ///< aside: its place was gone
    kFlooded,     ///< aside: too much waited
    kConflict,    ///< same number or id, other content
    kGapSkipped,
    kGapParked,
    kParked,    ///< dead, or a hole: its subject stands
    kLost,      ///< deleted before a subscription had read it, from this offset on
    kFolding,   ///< no event: a long opening is on its way, at this place of the ordered topic
    kReopened,  ///< no event: a session ended, and its homes are taken anew
};

/// An event that did not simply pass: what the log tells of it. Told when it is decided; if the
/// step then fails, it is decided and told again.
struct Notice {
    NoticeKind kind{};
    std::string domain;        ///< filled in by the engine
    std::string subscription;  ///< kParked and kLost
    std::string topic;         ///< where it lies; empty: a gap lies nowhere
    PartitionId partition;
    Offset offset;
    std::string subject;  ///< may be empty for kUnreadable
    std::string reason;   ///< for people; never a payload
};

/// Called by tasks and runners, on their threads: quick, and it does not throw. May be empty.
using Notify = std::function<void(Notice)>;

}  // namespace sluice::runtime
