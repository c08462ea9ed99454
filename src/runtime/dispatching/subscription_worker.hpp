#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "deliver/async_sink.hpp"
#include "deliver/sink.hpp"
#include "dispatch/breaker.hpp"
#include "dispatch/dispatcher.hpp"
#include "rebuild/pace.hpp"
#include "runtime/dispatching/change_slot.hpp"
#include "runtime/dispatching/held_records.hpp"
#include "runtime/dispatching/ordered_window.hpp"
#include "runtime/domain/activity.hpp"
#include "runtime/domain/probe.hpp"
#include "trace/tracer.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// Where a subscription that is new begins to read a home's ordered partition.
using BeginAt = std::function<Result<Offset>(HomeId home, const log::Ends& ends)>;

/// A subscription as its owner made it.
struct Subscription {
    std::string name;
    std::unique_ptr<deliver::Sink> sink;
    dispatch::DispatcherOptions options;
    dispatch::BreakerOptions breaker{};
    BeginAt begin{};                     ///< empty: with the oldest that is there
    std::uint64_t events_per_second{0};  ///< that the sink gets, to begin with; 0: no limit
    /// Of a name that may have belonged to another before, which life of it this is: what another
    /// one has left goes. Nothing: there is one only, and what lies there is its own.
    std::optional<std::uint64_t> life{};
    bool keeps_begin{false};  ///< where it begins is written when a home is opened first
    bool stands{false};       ///< it reads nothing, and keeps its place
};

/// A subscription and what is seen of it from outside. Owned by the runner, whichever worker serves
/// it.
struct SubscriptionEntry {
    static constexpr std::int64_t kNoFence = std::numeric_limits<std::int64_t>::max();

    SubscriptionEntry(Subscription made, std::uint32_t homes)
        : subscription{std::move(made)},
          settled(homes),
          read(homes),
          fence(homes),
          events_per_second{subscription.events_per_second} {
        for (auto& offset : fence) offset = subscription.stands ? 0 : kNoFence;
    }

    Subscription subscription;
    SubscriptionProbe probe;
    /// By home: events below this offset have been handled or wait in a backlog.
    std::vector<std::atomic<std::int64_t>> settled;
    /// By home: how far it has read.
    std::vector<std::atomic<std::int64_t>> read;
    /// By home: it reads no further than this, until it is told otherwise.
    std::vector<std::atomic<std::int64_t>> fence;
    std::atomic<std::uint64_t> events_per_second;  ///< that its sink gets; 0: no limit
};

/// What a home of ours was left with.
struct RestoredHome {
    HomeId home;
    dispatch::Dispatcher::Restored state;
    Offset commands_read;  ///< of the home's command partition
};

/// One subscription at work: reads the ordered partitions through the runner's windows, lets its
/// dispatchers decide, carries out runs with its sink, and hands what is to be written to the
/// runner.
/// Threads:  `run` is the body of its own thread; `slot` from the runner's.
/// Lifetime: the entry, the runner's windows, the log and the clock outlive it.
/// Failure:  `run` answers what made it end: a stop, or an error of the log.
/// Limits:   those of the dispatcher, for all homes together: of what may be in flight each home
///           has a share of one half to itself, the other half is lent. `kEventsPerCallMax` events
///           go into a call of the sink; while as many subjects are ready, nothing more is read.
class SubscriptionWorker {
public:
    static constexpr std::size_t kEventsPerCallMax = 500;

    struct Context {
        const log::Log& log;
        const Clock& clock;
        std::vector<std::unique_ptr<OrderedWindow>>& windows;  ///< by home; null: not ours
        Activity& activity;                                    ///< told when something was handled
        Activity& submitted;                                   ///< told when changes are ready
        std::string group;
        std::string domain;
        const trace::Tracer* tracer{nullptr};  ///< null: nothing is traced
    };

    SubscriptionWorker(
        Context context, SubscriptionEntry& entry, std::vector<RestoredHome> restored
    );

    Status run(const std::stop_token& stop);

    /// What `run` does again and again: read, deliver, hand over. `moved` becomes true if there was
    /// anything to do.
    Status work_once(bool& moved);

    [[nodiscard]] ChangeSlot& slot() { return slot_; }

private:
    struct Home {
        HomeId id;
        dispatch::Dispatcher dispatcher;
        std::vector<dispatch::OffsetRange> done_before;  ///< above the restored offset
        HeldRecords held;
        Offset commands_read{};  ///< of the home's command partition: carried out, or another's
        bool commands_moved{false};
        std::deque<log::StoredRecord> commands{};  ///< read, not carried out
        std::vector<Record> audit{};               ///< to be appended with what they changed
        std::optional<std::string> to_pause{};     ///< why: its target wants nothing more
    };

    /// Read and not done.
    struct InFlight {
        std::uint64_t events{0};
        std::uint64_t bytes{0};
    };

    /// What other homes have taken of what all share.
    struct Elsewhere {
        InFlight lent;  ///< of the common half
        std::uint64_t backlog_bytes{0};
        std::size_t ready{0};
    };

    struct StartedRun {
        Home* home;
        dispatch::Run run;
        std::vector<Record> copies;  ///< of a run from the backlog
    };

    /// A run that a sink has begun and not ended.
    struct Flight {
        StartedRun started;
        std::chrono::steady_clock::time_point begun;
    };

    Status work_until(const std::stop_token& stop);
    Status feed(Home& home, bool& moved);
    [[nodiscard]] Elsewhere beside(const Home& home) const;
    [[nodiscard]] bool has_room_for(const Home& home, const Elsewhere& elsewhere) const;
    void offer(Home& home, const OrderedBatchPtr& batch, const OrderedEvent& event, Instant now);
    Result<std::vector<StartedRun>> start_some();
    void deliver(std::vector<StartedRun>& started);
    [[nodiscard]] static deliver::RunWork work_of(const StartedRun& started);
    static void finish(const StartedRun& started, dispatch::RunOutcome outcome, Instant now);
    void trace_deliveries(
        const std::vector<StartedRun>& started,
        const std::vector<deliver::RunWork>& work,
        const std::vector<dispatch::RunOutcome>& outcomes,
        std::chrono::nanoseconds took
    ) const;

    // worker_flights.cpp: sinks whose answers take a while
    [[nodiscard]] std::size_t runs_allowed(Instant now);
    void begin(std::vector<StartedRun> started);
    void land(bool& moved);
    void trace_flights(
        const std::vector<Flight>& landed,
        const std::vector<dispatch::RunOutcome>& outcomes,
        std::chrono::steady_clock::time_point now
    ) const;
    void end_flights(bool at_once);
    void pause_for_good(Home& home);

    Result<std::vector<Record>> backlog_copies(const Home& home, const dispatch::Run& run) const;
    [[nodiscard]] Error missing_copy(
        const Home& home, const std::string& subject, const std::string& key
    ) const;
    void hand_over();

    // worker_commands.cpp
    Status read_commands(Home& home);
    Status obey(bool& moved);
    void hand_over_commands(Home& home, ChangePart& part);
    Status carry_out(Home& home, const log::StoredRecord& stored);
    Result<dispatch::Answer> try_out(const Home& home, const dispatch::Command& command);
    Result<std::map<Position, Record>> copies_from(
        const Home& home, const std::string& subject, Position head, std::size_t limit
    ) const;

    // worker_probe.cpp
    void tell_parked(const Home& home, const std::vector<dispatch::Changes::Parked>& parked);
    void publish_state();
    void wait(std::uint64_t version);

    Context context_;
    SubscriptionEntry& entry_;
    std::vector<std::unique_ptr<Home>> homes_;
    std::map<std::string, Record> unwritten_copies_;  ///< by backlog key: in the slot, maybe not
                                                      ///< durable yet
    dispatch::DispatcherCounts base_;                 ///< counted by the workers before this one
    dispatch::Breaker breaker_;
    rebuild::Pace pace_;
    deliver::AsyncSink* async_;  ///< the sink's; null: its `deliver` is called and waited for
    std::map<deliver::RunTicket, Flight> flights_;
    deliver::RunTicket next_ticket_{};
    ChangeSlot slot_;
    std::size_t first_home_{0};  ///< turns, so that no home is preferred
    bool dirty_{false};          ///< there may be changes to hand over
    std::chrono::steady_clock::time_point commands_looked_at_{};
    InFlight share_;  ///< that each home has to itself
    InFlight pool_;   ///< for all beyond it
};

}  // namespace sluice::runtime
