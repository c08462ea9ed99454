#pragma once

#include <cstdint>

namespace sluice::contract {

/// What tells the place of an event in its subject's history, on a topic that somebody else has
/// put in order.
enum class Positions : std::uint8_t {
    kOffset,      ///< nothing but where it lies: the topic's epoch and the offset
    kContiguous,  ///< `subjectposition`, without holes: another Sluice's ordered topic
    kRising,      ///< `subjectposition`, with holes, some events again: what a subscription writes
};

/// Events that were deleted before a subscription had read them.
enum class LostPolicy : std::uint8_t {
    kStop,  ///< the domain stops and says so
    kPass,  ///< they are passed over, and told
};

inline constexpr std::uint32_t kEpochMax = 1'000;

/// The domain's one topic is in order already, so that nothing is sequenced.
struct GivenOrder {
    Positions positions{Positions::kOffset};
    std::uint32_t epoch{1};  ///< rises when the topic was made anew under its name
    LostPolicy lost{LostPolicy::kStop};
};

}  // namespace sluice::contract
