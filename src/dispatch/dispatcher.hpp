#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "dispatch/command.hpp"
#include "dispatch/retry.hpp"
#include "event/record.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::dispatch {

/// An ordered event, as the dispatcher sees it; the shell keeps the record by its offset.
struct Delivery {
    Offset offset;  ///< in the home's ordered partition
    std::string subject;
    Position position;
    std::size_t bytes{};
    bool wanted{true};    ///< the subscription's filter lets it pass
    std::string invalid;  ///< it breaks its contract: dead on arrival, if wanted
};

using RunId = StrongId<struct RunTag, std::uint64_t>;

struct RunEvent {
    Position position;
    Offset offset;
    std::uint64_t bytes{};  ///< restoring a backlog: of the copy; 0 if it is not known
    std::string invalid;    ///< restoring a backlog: as in its Delivery

    bool operator==(const RunEvent&) const = default;
};

/// Consecutive events of one subject, to be handled one after another. `from_backlog`: their
/// records are copies in the backlog, by (subject, position); otherwise records of the ordered
/// topic, by offset.
struct Run {
    RunId id;
    std::string subject;
    std::vector<RunEvent> events;
    bool from_backlog{false};
    std::uint32_t attempt{1};  ///< of the first event, from 1
};

enum class FailureKind : std::uint8_t {
    kRetry,     ///< an attempt that failed
    kNotTried,  ///< not an attempt: the sink was busy, shut down, or the database asked for a
                ///< repeat
    kDead,      ///< no attempt will help
};

struct Failure {
    FailureKind kind{};
    std::string reason;                 ///< one line for a person
    std::optional<Milliseconds> after;  ///< the sink asks for this wait
    std::string error_class{};          ///< which RetryClass is about it; empty: none
};

/// The first `handled` events are done; then `failure`, if any, stopped the run.
struct RunOutcome {
    std::size_t handled{};
    std::optional<Failure> failure;
};

struct OffsetRange {  ///< [first, end)
    Offset first;
    Offset end;

    bool operator==(const OffsetRange&) const = default;
};

/// What is done: everything below `next`, and the ranges above it.
struct Progress {
    Offset next;
    std::vector<OffsetRange> done_above;  ///< sorted, apart from one another

    bool operator==(const Progress&) const = default;
};

enum class LineState : std::uint8_t {  // stored: never renumber
    kRetrying = 1,                     ///< its head has failed and will be tried again at `due_at`
    kParked = 2,                       ///< its head is dead; a person chooses
};

/// A person has stopped a subject, or a subscription, until they say go on.
struct Hold {
    Instant since;
    std::string by;
    std::string why;

    bool operator==(const Hold&) const = default;
};

/// A subject that does not simply flow: its head has failed, or a person has paused it. Durable,
/// before the offset passes it.
struct Line {
    LineState state{};
    Position head;  ///< 0: paused, and nothing has come since
    std::uint32_t attempts{};
    Instant since;
    Instant due_at;              ///< kRetrying
    std::string reason;          ///< of the last failure
    bool in_backlog{false};      ///< its events lie in the backlog, and later ones queue behind
    std::uint64_t events{};      ///< in the backlog
    std::uint64_t bytes{};       ///< in the backlog
    bool redriven{false};        ///< by a person: it parks at its first new failure
    std::optional<Hold> hold{};  ///< paused by hand: nothing runs

    bool operator==(const Line&) const = default;
};

/// What the positions of a subject's events are, as they are read.
enum class PositionRule : std::uint8_t {
    kContiguous,  ///< each is the one after that before it
    kRising,      ///< with holes; one that is not above those before it is passed over
};

struct DispatcherOptions {
    std::size_t in_flight_events_max{20'000};  ///< read and not done; at the limit reading waits
    std::size_t in_flight_bytes_max{std::size_t{64} << 20};  ///< the same
    std::size_t run_events_max{64};          ///< events of a subject in one transaction
    std::size_t in_place_events_max{1'000};  ///< behind a retrying head; more: to the backlog
    /// On disk. From 80 % on `backlog_alarm` is set; at 100 % it stops. Here of one home; a shell
    /// that serves several holds their sum to it as well.
    std::uint64_t backlog_bytes_max{std::uint64_t{10} << 30};
    std::size_t subjects_checked_max{
        std::size_t{1} << 20};  ///< for holes, 16 bytes each; 0: no check
    PositionRule positions{PositionRule::kContiguous};
    Milliseconds not_tried_wait{50};  ///< before a run that was not tried starts again
    RetryPolicy retry;
    std::vector<RetryClass> retry_classes{};

    [[nodiscard]] Status validate() const;
};

/// What has to be written in the next step. A step holds all of it or nothing; where it names a
/// copy twice, the erase comes before the put.
struct Changes {
    std::optional<Progress> progress;

    struct LineChange {
        std::string subject;
        std::optional<Line> line;  ///< nothing: the subject flows again
    };

    std::vector<LineChange> lines;

    struct BacklogPut {  ///< copy the record into the backlog
        std::string subject;
        Position position;
        Offset offset;
    };

    std::vector<BacklogPut> puts;

    struct BacklogErase {
        std::string subject;
        Position position;
    };

    std::vector<BacklogErase> erases;

    struct BacklogEdit {  ///< this record takes the place of the copy
        std::string subject;
        Position position;
        Offset offset;
        Record record;
    };

    std::vector<BacklogEdit> edits;  ///< after the puts

    std::optional<std::optional<Hold>> hold;  ///< of the whole subscription

    /// To be told, not written: subjects that were parked since the last call.
    struct Parked {
        std::string subject;
        Offset offset;  ///< of its head
        std::string reason;
    };

    std::vector<Parked> parked;

    [[nodiscard]] bool empty() const {
        return !progress.has_value() && lines.empty() && puts.empty() && erases.empty() &&
               edits.empty() && !hold.has_value();
    }
};

/// Reasons of lines that are about a hole or a reused position begin so.
inline constexpr std::string_view kHoleReason = "hole: ";

/// From where on a backlog's growth is an alarm: 80 % of its limit.
[[nodiscard]] constexpr std::uint64_t backlog_alarm_at(std::uint64_t bytes_max) {
    return bytes_max - bytes_max / 5;
}

struct DispatcherCounts {
    std::uint64_t delivered{};  ///< handled by the sink
    std::uint64_t passed{};     ///< not wanted
    std::uint64_t retried{};
    std::uint64_t parked_now{};             ///< subjects
    std::optional<Instant> parked_since{};  ///< the one that stands longest
    std::uint64_t retrying_now{};
    std::uint64_t paused_now{};  ///< subjects, by hand
    std::uint64_t skipped{};     ///< by hand
    std::uint64_t backlog_events{};
    std::uint64_t backlog_bytes{};
    std::uint64_t in_flight_events{};
    std::uint64_t in_flight_bytes{};
    std::uint64_t holes{};      ///< holes and reused positions that were found
    bool backlog_alarm{false};  ///< the backlog has reached 80 % of its limit
    bool full{false};    ///< the backlog has reached its limit: this subscription stands still
    bool paused{false};  ///< by hand, all of it

    bool operator==(const DispatcherCounts&) const = default;
};

/// One subscription's work on one home: which events may be handled now, and what is done. Subjects
/// in parallel, each in order; at most one run of a subject is in flight. A failing event is
/// retried in place; a long wait or a dead event moves the subject to its durable backlog, later
/// events queue behind it, and the contiguous offset goes on. Pure: no I/O, no clock, no thread;
/// the shell carries out runs and writes `take_changes()` in steps.
/// Threads:  one at a time.
/// Failure:  an input out of order is our bug and ends the process. A hole or a reused position
///           parks the subject with the reason "hole" (subjects seen recently:
///           `subjects_checked_max`), unless positions only rise.
/// Limits:   DispatcherOptions; `wants_more` and `full` say when they are reached. Nothing is
///           trimmed.
class Dispatcher {
public:
    /// What the applied Changes amount to: all of them up to some moment.
    struct Restored {
        Progress progress;
        std::vector<std::pair<std::string, Line>> lines;
        /// Positions in the backlog, per subject with a line that is `in_backlog`, ascending; as
        /// many as the line counts, or the process ends.
        std::vector<std::pair<std::string, std::vector<RunEvent>>> backlog;
        std::optional<Hold> hold{};  ///< of the whole subscription
    };

    Dispatcher(const DispatcherOptions& options, Restored restored);
    ~Dispatcher();
    Dispatcher(Dispatcher&&) noexcept;
    Dispatcher& operator=(Dispatcher&&) noexcept;

    /// Where reading goes on: records from here on, in order, without a gap. Those already done are
    /// passed over.
    [[nodiscard]] Offset read_from() const;

    /// False at a limit, or while full, paused or draining.
    [[nodiscard]] bool wants_more() const;

    void fetched(Delivery delivery, Instant now);

    /// `fetched` is called for that subject in a moment: what it will look at there comes into the
    /// processor's cache meanwhile. Changes nothing.
    void prefetch(std::string_view subject) const;

    /// A record without an event (a foreign or control record): done at once.
    void skipped(Offset offset);

    /// Runs that may start now, at most `runs_max`; each must be answered by `finished`. A run
    /// `from_backlog` names only copies that an earlier `take_changes` told to write: write them
    /// before this is called.
    [[nodiscard]] std::vector<Run> start(Instant now, std::size_t runs_max);

    /// Subjects whose run `start` would begin before those that lie in backlogs and those that are
    /// due by now.
    [[nodiscard]] std::size_t ready() const;

    void finished(RunId id, RunOutcome outcome, Instant now);

    /// What a person chose: carried out at once, or refused, and then nothing has changed. Only
    /// while it `takes_commands`.
    [[nodiscard]] Answer command(const Command& command, Instant now);

    /// False: copies were told to be written that `take_changes` has not given yet.
    [[nodiscard]] bool takes_commands() const;

    /// What has changed since the last call. It is the caller's to write; until then it is not
    /// durable.
    [[nodiscard]] Changes take_changes();

    /// When a waiting retry is due next.
    [[nodiscard]] std::optional<Instant> next_due() const;

    /// No new run starts; `idle` once those in flight have been answered.
    void drain();
    [[nodiscard]] bool idle() const;

    /// Everything fetched so far is done or in a backlog.
    [[nodiscard]] bool caught_up() const;

    [[nodiscard]] const DispatcherCounts& counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::dispatch
