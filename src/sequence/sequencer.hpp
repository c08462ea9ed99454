#pragma once

#include "sequence/choice.hpp"
#include "sequence/subject.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::sequence {

enum class GapAction : std::uint8_t { kWait, kPark, kSkip };
enum class InvalidPolicy : std::uint8_t { kDead, kWait };

/// What an event is that comes again under its source, id and number, with other content: a
/// conflict, or, where relays render anew what they send twice, a duplicate.
enum class ChangedPolicy : std::uint8_t { kConflict, kDrop };

struct SequencerOptions {
    GapAction gap_action{GapAction::kWait};
    Milliseconds gap_wait{
        30'000};  ///< counted from the proof; then one more sweep, then the action
    InvalidPolicy invalid{InvalidPolicy::kDead};
    ChangedPolicy changed{ChangedPolicy::kConflict};
    std::size_t waiting_events_max{10'000};                ///< per subject; beyond: aside, flooded
    std::size_t waiting_bytes_max{std::size_t{16} << 20};  ///< per subject; beyond: aside, flooded
    std::vector<std::string>
        sources;  ///< that the domain carries; a stamp on another is invalid. Empty: any

    /// Names the field, its value and the allowed range.
    [[nodiscard]] Status validate() const;
};

// ---- what the sequencer decides -----------------------------------------------------------------

/// Append `record` (as `to_ordered` makes it, ordered.hpp) to the home's ordered partition.
/// `history` has taken it in.
struct Release {
    OrderedFacts facts;
    std::string
        invalid;    ///< why the event breaks its contract; dead for each subscription that wants it
    Record record;  ///< empty for kGap: `to_ordered` makes the `sluice.gap` event from the facts
    std::string type;
    std::optional<Instant> waited_since;
    std::string chosen;  ///< the command that put it here, "id who: why"; empty: nobody chose
};

struct Waits {};  ///< kept with the subject

enum class Compared : std::uint8_t {
    kSame,
    kNotCompared,  ///< too long ago: its number is past, and that is all that is known
    kChanged,      ///< the content is another, and the policy is to drop it
};

struct Duplicate {
    Compared compared{};
};

/// Kept with the subject; the subject is held.
struct Conflict {
    std::string detail;
    std::string subject{};
    Origin at{};  ///< of the newcomer
};

enum class AsideReason : std::uint8_t {  // stored: never renumber
    kLateNumber = 0,                     ///< its number was given up before it came
    kLateClosed = 1,                     ///< without a number, after its subject was closed
    kFlooded = 2,                        ///< too much waits for this subject already
    kDropped = 3,                        ///< an operator chose so
    kFloodedSource = 4,                  ///< too much of its source waits, over all subjects
    kRepaired = 5,                       ///< an edited copy has its place
};

struct Aside {
    AsideReason reason{};
    Arrival arrival;
};

/// Policy park took effect on the subject's gap.
struct Parked {
    std::string subject{};
    std::string detail{};
};

/// Of a command: it is carried out; the decisions that follow say how.
struct Chosen {};

/// Of a command: it does not fit (any more), and nothing was changed.
struct Refused {
    std::string why;
};

using Decision = std::variant<Release, Waits, Duplicate, Conflict, Aside, Parked, Chosen, Refused>;

/// Of an offer: first what became of the arrival, unless it is released in its turn among others.
using Decisions = std::vector<Decision>;

/// One line for `sluice why`: what the subject waits for.
struct Missing {
    std::string wanted;            ///< "/orders 2", "/orders 2 to 5", "order.placed"
    std::size_t waiting_events{};  ///< that wait for it, directly or through others
    bool cycle{false};             ///< everything waited for is here and waits too

    bool operator==(const Missing&) const = default;
};

/// What is known of the events that wait where they are not read: whether one of them has the
/// arrival's id, its number, or the number before it.
struct InLine {
    bool id{false};
    bool number{false};
    bool before{false};
};

/// Whether more of the arrival's source may wait, over all subjects: the shell counts.
enum class SourceRoom : std::uint8_t { kLeft, kNone };

/// Of so many sources events may wait in one subject; those of further ones go aside.
inline constexpr std::size_t kWaitingSourcesMax = 1'000;

/// So many events of one subject join it unread at a time. One to which more come is worth reading.
inline constexpr std::size_t kJoinedMax = 64;

inline constexpr std::size_t kMissingMax = 16;  ///< lines that missing() answers, for one subject

/// The rules by which events of one subject are released: an event goes when everything that it
/// depends on has gone (docs/architecture/sequencer.md). Pure: a Subject and an input in, decisions
/// out; no I/O, no clock, no thread. Subjects are independent of one another, so the shell keeps
/// them wherever it likes.
/// Threads:  const and stateless; share it.
/// Failure:  every input is decided; there are no errors. A broken invariant ends the process.
/// Limits:   what may wait per subject, from the options.
class Sequencer {
public:
    explicit Sequencer(SequencerOptions options);

    /// An event has come; its number, if it has one, is at least 1. `next_sweep`: the id that the
    /// next sweep to begin will have. `room`: without, what cannot go at once goes aside.
    [[nodiscard]] Decisions offer(
        Subject& subject,
        Arrival arrival,
        Instant now,
        SweepId next_sweep,
        SourceRoom room = SourceRoom::kLeft
    ) const;

    /// The same of a subject whose waiting room is unread (waiting_room.hpp): decided only if what
    /// waits there can make no difference; the event then joins it, or goes aside. Nothing
    /// otherwise: the room has to be read, and `arrival` offered. No conflict waits in the subject.
    [[nodiscard]] std::optional<Decisions> join(
        Subject& subject,
        Arrival& arrival,
        const InLine& in_line,
        Instant now,
        SourceRoom room = SourceRoom::kLeft
    ) const;

    /// A sweep has ended: it proves gaps that were open when it began, and lets due ones act.
    [[nodiscard]] Decisions sweep_ended(
        Subject& subject, SweepId ended, Instant now, SweepId next_sweep
    ) const;

    /// Whether the end of that sweep may release something, so that the waiting room must be read.
    [[nodiscard]] static bool sweep_may_act(const Subject& subject, SweepId ended);

    /// Time has passed: counts the proven time of the subject's gap. After it, `gap->act_after` may
    /// ask for a sweep.
    void tick(Subject& subject, Instant now, SweepId next_sweep) const;

    /// Call once for each waiting subject when its home was opened (start, takeover): sweeps of an
    /// earlier process mean nothing to this one. What has been proven and counted stays.
    static void restored(Subject& subject);

    /// The first sweep has ended and the channels' beginnings were cut by retention: subjects that
    /// wait for what lies before the cut start where they are, with a `sluice.gap` in front.
    [[nodiscard]] Decisions adopt(Subject& subject, Instant now) const;

    /// An operator has chosen: Chosen and what follows, or Refused alone.
    [[nodiscard]] Decisions choose(
        Subject& subject, Command command, Instant now, SweepId next_sweep
    ) const;

    /// What the subject waits for; nothing if it does not wait.
    [[nodiscard]] std::vector<Missing> missing(const Subject& subject) const;

    /// A closed and settled subject, as what stays of it; and back, when an event of it comes, of
    /// that source.
    /// `reopen` of what `entomb` gave keeps positions and numbers going, and forgets hashes, ids
    /// and marks. It stays closed until a numbered event is released.
    [[nodiscard]] static Tombstone entomb(const Subject& subject);
    [[nodiscard]] static Subject reopen(const Tombstone& tombstone, std::string_view source);

    [[nodiscard]] const SequencerOptions& options() const { return options_; }

private:
    SequencerOptions options_;
};

}  // namespace sluice::sequence
