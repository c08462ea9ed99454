#pragma once

#include <sluice/time.hpp>

#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "sequence/arrival.hpp"
#include "sequence/history.hpp"
#include "sequence/waiting_room.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sequence {

/// Sweeps of a domain, in the order of their beginning; from 1.
using SweepId = StrongId<struct SweepTag, std::uint64_t>;

/// Why a subject as a whole stands still until a person chooses. A missing predecessor is no hold.
enum class HoldCause : std::uint8_t {  // stored: never renumber
    kConflict = 1,                     ///< same number or id, other content: both are shown
    kInvalid = 2,  ///< breaks its contract, and the policy is that it waits for all
    kFlooded = 3,  ///< too much waited; the rest went aside. Marks the subject, stops nothing
    kGap = 4,      ///< policy park: the gap is proven and has waited its time
};

struct Hold {
    HoldCause cause{};
    Instant since;
    std::string detail;  ///< one line for a person

    bool operator==(const Hold&) const = default;

    [[nodiscard]] bool stops() const { return cause != HoldCause::kFlooded; }
};

/// The clock of the one thing that is missing first. It counts only time after the proof, and keeps
/// what it has counted: time is added up to `counted_until`, so a stored clock of any age goes on
/// right.
struct Gap {
    Need missing;  ///< the number, or the marks, that nothing here can fill
    Instant opened_at;
    SweepId opened_before;  ///< sweeps with this id or a later one began after the gap was open; 0:
                            ///< not known when it opened, the next call sets it
    std::optional<Instant>
        proven_at;               ///< a sweep that began after the opening has ended: still open
    Milliseconds proven_for{0};  ///< counted so far
    Instant counted_until;
    std::optional<SweepId>
        act_after;  ///< `gap.wait` is over; acts once this sweep or a later one ended

    bool operator==(const Gap&) const = default;
};

inline constexpr std::size_t kFloodedSourcesMax = 64;

/// What went aside because too much waited. The mark stays until it has come again.
struct Flood {
    Instant since;
    std::vector<NeedNumber>
        highest;             ///< per source the highest number aside, kFloodedSourcesMax sources
    std::uint64_t others{};  ///< without a number, or of further sources: only a person can tell

    bool operator==(const Flood&) const = default;
};

/// All that the sequencer knows of one subject. `history` is a fold of the ordered topic; the rest
/// is what has not been released. A value: copied, compared, serialized (state_codec.hpp).
struct Subject {
    SubjectHistory history;
    WaitingRoom waiting;                  ///< by `order`
    std::vector<WaitingEvent> conflicts;  ///< the newcomers of conflicts, not in line
    Boxed<Hold> hold;
    Boxed<Gap> gap;  ///< while something waits for what is not here
    Boxed<Flood> flood;
    std::uint64_t arrivals{};  ///< orders given; 0 again when the subject is settled

    bool operator==(const Subject&) const = default;

    /// Nothing but history: the waiting part of the state can go.
    [[nodiscard]] bool settled() const {
        return waiting.empty() && conflicts.empty() && !hold.has_value() && !gap.has_value() &&
               !flood.has_value();
    }

    /// Nothing is released until a person chooses, or, for kGap, until what is missing has come.
    [[nodiscard]] bool stopped() const { return hold.has_value() && hold->stops(); }
};

inline constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

/// Days since 1970-01-01: as fine as a tombstone knows when its subject was closed.
[[nodiscard]] constexpr std::int32_t day_of(Instant at) {
    return static_cast<std::int32_t>(at.ms / kDayMs);
}

/// What a tombstone knows of a source. What was given up stays known, so that it is not taken for
/// a duplicate when it comes.
struct BuriedSource {
    std::uint32_t hash{};  ///< source_hash
    SourceNumber released;
    std::vector<Skipped> skipped;

    bool operator==(const BuriedSource&) const = default;
};

/// What stays of a closed subject: docs/formats/sequencer-state.md. At most 32 bytes for one
/// source of which nothing was given up.
struct Tombstone {
    Position last;
    std::vector<BuriedSource> sources;
    std::int32_t closed_day{};  ///< `day_of` when it was closed

    bool operator==(const Tombstone&) const = default;
};

}  // namespace sluice::sequence
