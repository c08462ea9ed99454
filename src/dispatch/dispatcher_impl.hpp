#pragma once

#include "base/hash.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/done_offsets.hpp"
#include "dispatch/recent_positions.hpp"
#include "dispatch/subject.hpp"

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::dispatch {

/// The dispatcher's state and rules, by file:
///   dispatcher.cpp  coming and going: fetched, start
///   outcome.cpp     what a run's outcome makes of its subject
///   line.cpp        lines and backlogs: park, move, queue behind
///   operate.cpp     what a person chose
///   changes.cpp     what has to be written; restoring it
struct Dispatcher::Impl {
    struct Hash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const noexcept { return hash64(text); }
    };

    static constexpr std::uint64_t kTurns = 4;

    struct InFlight {
        Subject* subject{};
        std::size_t events{};
        bool from_backlog{false};
    };

    Impl(const DispatcherOptions& given, Restored restored);

    // dispatcher.cpp
    void fetched(Delivery delivery, Instant now);
    void drop_stale_line(const Delivery& unwanted);
    [[nodiscard]] bool is_repetition(const Delivery& delivery);
    void pass(Offset offset);
    void skipped(Offset offset);
    std::vector<Run> start(Instant now, std::size_t runs_max);
    [[nodiscard]] bool wants_more() const;
    Subject& subject_of(std::string_view name);
    void release(Subject& subject);   // forgets it if nothing is left of it
    void schedule(Subject& subject);  // ready, or waiting for its time, if it has what to run
    void wake_due(Instant now);
    Run make_run(Subject& subject);

    // outcome.cpp
    void finished(RunId id, RunOutcome outcome, Instant now);
    void count_handled(Subject& subject, const InFlight& run, std::size_t handled, Instant now);
    void fail(Subject& subject, Failure failure, Instant now);
    void try_again(
        Subject& subject,
        Failure failure,
        std::uint32_t attempts,
        const RetryPolicy& retry,
        Instant now
    );
    [[nodiscard]] const RetryClass* class_of(const Failure& failure) const;

    // line.cpp
    void settle(
        Subject& subject, Instant now
    );  // parks it if its head is dead on arrival; schedules it
    void park(Subject& subject, std::string reason, std::uint32_t attempts, Instant now);
    Line line_for_head(const Subject& subject, Instant now) const;
    void set_line(Subject& subject, std::optional<Line> line);
    void count_line(const Line& line, bool there);
    void move_to_backlog(Subject& subject);
    void queue_behind(Subject& subject, QueuedEvent event);
    void erase_head(Subject& subject);
    void measure_backlog();  // whether it is full, or soon will be
    [[nodiscard]] static Position head_of(const Subject& subject);
    [[nodiscard]] static std::string dead_head(const Subject& subject);

    // operate.cpp: each verb answers why it does not fit; empty: done
    Answer command(const Command& command, Instant now);
    std::string redrive(Subject& subject, const Redrive& act, Instant now);
    std::string skip_head(Subject& subject, const SkipHead& act, Instant now);
    std::string edit_head(Subject& subject, const EditHead& act, const Command& command);
    std::string pause(Subject& subject, const Command& command, Instant now);
    std::string resume(Subject& subject, Instant now);
    std::string pause_all(const Command& command);
    std::string resume_all();
    void unschedule(Subject& subject);
    [[nodiscard]] std::string why_not_parked(const Subject& subject, Position head) const;
    [[nodiscard]] std::string why_not_head(const Subject& subject, Position head) const;

    // changes.cpp
    void restore(Restored& restored);
    Changes take_changes();
    void touch(Subject& subject);

    DispatcherOptions options;
    RecentPositions recent;
    DoneOffsets done;
    Offset fetch_next;
    Offset replay_end;  // below it, offsets may be done already
    std::unordered_map<std::string, Subject, Hash, std::equal_to<>> subjects;
    std::deque<Subject*> ready;         // what has just come
    std::deque<Subject*> ready_behind;  // what lies in backlogs: one turn in kTurns while others go
    std::uint64_t turns{};
    std::optional<Hold> hold;  // of the whole subscription
    Timers timers;
    std::unordered_map<RunId, InFlight> runs;
    RunId last_run;
    Changes pending;  // puts and erases; lines and progress are added when taken
    std::vector<Subject*> dirty;
    bool progressed{false};
    bool draining{false};
    DispatcherCounts counts;
    std::multiset<Instant> parked_since;  // of each parked subject
};

}  // namespace sluice::dispatch
