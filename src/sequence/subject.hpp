#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sequence/history.hpp"

namespace sluice::sequence {

using SweepId = StrongId<struct SweepTag, std::uint64_t>;  ///< sweeps of a domain, in the order of their beginning

struct WaitingEvent {
    Arrival arrival;
    Instant since;
    std::uint64_t order{};  ///< among the subject's arrivals

    bool operator==(const WaitingEvent&) const = default;
};

/// Why a subject as a whole stands still until a person chooses. A missing predecessor is no hold.
enum class HoldCause : std::uint8_t {  // stored: never renumber
    kConflict = 1,  ///< same number or id, other content: both are shown
    kInvalid = 2,   ///< breaks its contract, and the policy is that it waits for all
    kFlooded = 3,   ///< too much waited; the rest went aside
    kGap = 4,       ///< policy park: the gap is proven and has waited its time
};

struct Hold {
    HoldCause cause{};
    Instant since;
    std::string detail;  ///< one line for a person

    bool operator==(const Hold&) const = default;
};

/// The clock of what is missing. It counts only time after the proof, and keeps what it has counted.
struct Gap {
    Instant opened_at;
    SweepId opened_before;               ///< sweeps with this id or a later one began after the gap was open
    std::optional<Instant> proven_at;    ///< a sweep that began after the opening has ended, and it is still open
    Milliseconds proven_for{0};          ///< counted so far
    std::optional<SweepId> act_after;    ///< `gap.wait` is over; acts once a sweep of this id or later has ended

    bool operator==(const Gap&) const = default;
};

/// All that the sequencer knows of one subject. `history` is a fold of the ordered topic; the rest is what has
/// not been released. A value: copied, compared, serialized.
struct Subject {
    SubjectHistory history;
    std::vector<WaitingEvent> waiting;    ///< by `order`
    std::vector<WaitingEvent> conflicts;  ///< the newcomers of conflicts, not in line
    std::optional<Hold> hold;
    std::optional<Gap> gap;  ///< while something waits for what is not here
    std::uint64_t arrivals{};

    bool operator==(const Subject&) const = default;

    /// Nothing but history: the waiting part of the state can go.
    [[nodiscard]] bool settled() const {
        return waiting.empty() && conflicts.empty() && !hold.has_value() && !gap.has_value();
    }
};

/// What stays of a closed subject: docs/formats/sequencer-state.md. At most 32 bytes for one source.
struct Tombstone {
    Position last;
    std::vector<std::pair<std::uint32_t, SourceNumber>> sources;  ///< hash of the source, its highest number
    std::int32_t closed_day{};                                    ///< days since 1970-01-01

    bool operator==(const Tombstone&) const = default;
};

}  // namespace sluice::sequence
