#pragma once

#include "sequence/subject.hpp"

#include <optional>
#include <unordered_set>
#include <vector>

namespace sluice::sequence {

// Who waits for whom in one subject: questions over its history and its waiting room, nothing is
// changed.
//
// A waiting event waits for
//   - its own source's number before it,
//   - each of its needs (stamps and rules),
//   - if nothing but its channel orders it: the unnumbered events that came before it on its
//   channel
//     partition, except those that themselves wait for it, directly or through others.
// The exception is what keeps channel order and rules from waiting for each other in a circle: an
// order by channel never closes a circle, so every circle left is one of stamps and rules alone.

/// Everything that the event waits for has been released. Holds are not looked at.
[[nodiscard]] bool ready(const Subject& subject, const WaitingEvent& event);

/// The need is met, or (`if_seen`) nothing that meets it waits beside `asker`.
[[nodiscard]] bool met(const Subject& subject, const Need& need, ArrivalOrder asker);

/// The event cannot go, whatever waits: something that it asks for has not been released.
[[nodiscard]] bool must_wait(const SubjectHistory& history, const Arrival& arrival);

/// What the event itself asks for and what is not here. What is here but waits too asks for itself.
[[nodiscard]] std::vector<Need> missing_of(const Subject& subject, const WaitingEvent& event);

/// Neither released nor here.
[[nodiscard]] bool is_missing(const Subject& subject, const Need& need);

/// The event is (one of those) asked for.
[[nodiscard]] bool fills(const Arrival& arrival, const Need& need);

/// The missing things that can be given up next: marks, and numbers right after their source's
/// last.
[[nodiscard]] bool can_be_given_up(const Subject& subject, const Need& missing);

/// Bound events that may go before what came before them on their channel, because some of that
/// waits, directly or through others, for marks that they carry. Few if any; `ready` decides.
[[nodiscard]] WaitingRoom::Orders may_overtake(const Subject& subject);

/// Does anyone wait for the event?
[[nodiscard]] bool has_dependents(const Subject& subject, const WaitingEvent& event);

/// `of` and all that wait for them, directly or through others.
[[nodiscard]] std::unordered_set<ArrivalOrder> with_dependents(
    const Subject& subject, WaitingRoom::Orders of
);

}  // namespace sluice::sequence
