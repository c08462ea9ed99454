#include "runtime/dispatching/subscription_worker.hpp"

#include "base/assert.hpp"
#include "runtime/dispatching/delivery_trace.hpp"
#include "runtime/dispatching/wanted.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/record_codec.hpp"
#include "runtime/domain/retry_open.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kRunsPerStart = 32;
constexpr std::size_t kPrefetchedAhead = 4;  // events; a miss takes about as long
constexpr Milliseconds kLookForStop{100};  // for a stop
constexpr Milliseconds kSlotWait{20};
constexpr Milliseconds kSlotLook{2};    // whether what is to be written can be handed over
constexpr Milliseconds kFlightLook{5};  // for events that come while others are under way

/// Offsets without a record: what ended a transaction, or was aborted.
void skip_to(dispatch::Dispatcher& dispatcher, Offset next) {
    while (dispatcher.read_from() < next) dispatcher.skipped(dispatcher.read_from());
}

bool contains(const std::vector<dispatch::OffsetRange>& ranges, Offset offset) {
    return std::any_of(ranges.begin(), ranges.end(), [offset](const dispatch::OffsetRange& range) {
        return range.first <= offset && offset < range.end;
    });
}

}  // namespace

SubscriptionWorker::SubscriptionWorker(
    Context context, SubscriptionEntry& entry, std::vector<RestoredHome> restored
)
    : context_{std::move(context)},
      entry_{entry},
      breaker_{entry.subscription.breaker},
      pace_{entry.events_per_second},
      async_{entry.subscription.sink->async()},
      slot_{context_.submitted} {
    const dispatch::DispatcherOptions& options = entry.subscription.options;
    const std::uint64_t homes = std::max<std::uint64_t>(restored.size(), 1);
    const auto share_of = [homes](std::uint64_t all) {
        return std::max<std::uint64_t>(all / 2 / homes, 1);
    };
    const auto pool_of = [homes](std::uint64_t all, std::uint64_t share) {
        return all - std::min(all, share * homes);
    };
    share_ = {share_of(options.in_flight_events_max), share_of(options.in_flight_bytes_max)};
    pool_ = {
        pool_of(options.in_flight_events_max, share_.events),
        pool_of(options.in_flight_bytes_max, share_.bytes)};
    base_.delivered = entry.probe.delivered;
    base_.passed = entry.probe.passed;
    base_.retried = entry.probe.retried;
    base_.holes = entry.probe.holes;
    for (auto& [id, state, commands_read] : restored) {
        auto done = state.progress.done_above;
        homes_.push_back(std::make_unique<Home>(Home{
            id, {entry.subscription.options, std::move(state)}, std::move(done), {}}));
        homes_.back()->commands_read = commands_read;
    }
}

Status SubscriptionWorker::run(const std::stop_token& stop) {
    Status worked = work_until(stop);
    for (const auto& home : homes_) home->dispatcher.drain();
    end_flights(!worked);
    publish_state();
    if (!worked) return worked;
    while (dirty_) {
        if (!slot_.wait_until_free(kSlotWait)) {
            if (slot_.is_closed()) break;
            continue;
        }
        hand_over();
    }
    return ok();
}

Status SubscriptionWorker::work_until(const std::stop_token& stop) {
    publish_state();
    bool obeyed = false;
    // What an owner before this one was told comes first: its effects may be there already.
    if (Status first = obey(obeyed); !first) return first;
    while (!stop.stop_requested()) {
        const std::uint64_t version = context_.log.version();
        bool moved = false;
        if (Status worked = work_once(moved); !worked) return worked;
        if (!moved) wait(version);
    }
    return ok();
}

Status SubscriptionWorker::work_once(bool& moved) {
    land(moved);
    for (std::size_t i = 0; i < homes_.size(); ++i) {
        Home& home = *homes_[(first_home_ + i) % homes_.size()];
        if (Status fed = feed(home, moved); !fed) return fed;
    }
    auto started = start_some();
    if (!started) return started.error();
    if (!started.value().empty()) {
        if (async_ != nullptr) {
            begin(std::move(started.value()));
        } else {
            deliver(started.value());
        }
        moved = true;
    }
    if (moved) dirty_ = true;
    if (dirty_ && slot_.is_free()) {
        hand_over();
        moved = true;  // what waits in a backlog may run now
    }
    if (Status obeyed = obey(moved); !obeyed) return obeyed;
    if (moved) publish_state();
    return ok();
}

Status SubscriptionWorker::feed(Home& home, bool& moved) {
    const Elsewhere elsewhere = beside(home);
    if (!has_room_for(home, elsewhere)) return ok();
    const Offset from = home.dispatcher.read_from();
    const Offset fence{entry_.fence[home.id.value].load(std::memory_order_acquire)};
    if (from >= fence) return ok();
    OrderedWindow& window = *context_.windows[home.id.value];
    auto batch = window.batch_at(from);
    if (!batch) {
        Error failed =
            after_failed_read(context_.log, context_.group, window.from(), from, batch.error());
        // Of a topic that is not ours: the next opening says what has become of it.
        const bool is_gone = failed.code == ErrorCode::kNotFound;
        if (window.is_given() && is_gone) failed.code = ErrorCode::kUnavailable;
        return failed;
    }
    if (batch.value() == nullptr) return ok();
    const OrderedBatch& read = **batch;
    moved = true;
    const Instant now = context_.clock.now();
    for (auto i = read.index_of(from); i < read.events.size(); ++i) {
        if (read.events[i].offset >= fence) break;
        if (!has_room_for(home, elsewhere)) return ok();
        if (i + kPrefetchedAhead < read.events.size()) {
            home.dispatcher.prefetch(read.events[i + kPrefetchedAhead].subject);
        }
        offer(home, batch.value(), read.events[i], now);
    }
    skip_to(home.dispatcher, std::min(read.end, fence));
    return ok();
}

SubscriptionWorker::Elsewhere SubscriptionWorker::beside(const Home& home) const {
    Elsewhere elsewhere;
    for (const auto& other : homes_) {
        if (other.get() == &home) continue;
        const dispatch::DispatcherCounts& counts = other->dispatcher.counts();
        const auto beyond = [](std::uint64_t used, std::uint64_t share) {
            return used - std::min(used, share);
        };
        elsewhere.lent.events += beyond(counts.in_flight_events, share_.events);
        elsewhere.lent.bytes += beyond(counts.in_flight_bytes, share_.bytes);
        elsewhere.backlog_bytes += counts.backlog_bytes;
        elsewhere.ready += other->dispatcher.ready();
    }
    return elsewhere;
}

/// At a limit this subscription stands still; what lies in its backlogs may still go. What is ready
/// for a whole call of the sink goes first, while it lies in the processor's cache.
bool SubscriptionWorker::has_room_for(const Home& home, const Elsewhere& elsewhere) const {
    if (!home.dispatcher.wants_more()) return false;
    if (home.dispatcher.ready() + elsewhere.ready >= kEventsPerCallMax) return false;
    const dispatch::DispatcherCounts& counts = home.dispatcher.counts();
    const auto left = [](std::uint64_t pool, std::uint64_t lent) {
        return pool - std::min(lent, pool);
    };
    const std::uint64_t backlog_max = entry_.subscription.options.backlog_bytes_max;
    return counts.in_flight_events < share_.events + left(pool_.events, elsewhere.lent.events) &&
           counts.in_flight_bytes < share_.bytes + left(pool_.bytes, elsewhere.lent.bytes) &&
           counts.backlog_bytes + elsewhere.backlog_bytes < backlog_max;
}

void SubscriptionWorker::offer(
    Home& home, const OrderedBatchPtr& batch, const OrderedEvent& event, Instant now
) {
    dispatch::Dispatcher& dispatcher = home.dispatcher;
    skip_to(dispatcher, event.offset);
    if (!event.is_event) {
        dispatcher.skipped(event.offset);
        return;
    }
    const std::uint64_t passed = dispatcher.counts().passed;
    dispatcher.fetched(
        {event.offset,
         std::string{event.subject},
         event.position,
         event.bytes,
         wanted(event, *entry_.subscription.sink, entry_.probe),
         std::string{event.invalid}},
        now
    );
    if (dispatcher.counts().passed != passed) return;
    if (!contains(home.done_before, event.offset)) home.held.enter(batch, event.offset);
}

Result<std::vector<SubscriptionWorker::StartedRun>> SubscriptionWorker::start_some() {
    std::vector<StartedRun> started;
    std::size_t events = 0;
    const Instant now = context_.clock.now();
    entry_.probe.alive_ms = static_cast<std::uint64_t>(now.ms);
    std::size_t allowed = runs_allowed(now);
    pace_.limit(entry_.events_per_second);
    const std::uint64_t events_max = std::min<std::uint64_t>(kEventsPerCallMax, pace_.allowed(now));
    for (std::size_t i = 0; i < homes_.size() && events < events_max; ++i) {
        Home& home = *homes_[(first_home_ + i) % homes_.size()];
        while (events < events_max) {
            const std::size_t runs_max = std::min({kRunsPerStart, allowed, events_max - events});
            auto runs = home.dispatcher.start(now, runs_max);
            if (runs.empty()) break;
            allowed -= runs.size();
            for (dispatch::Run& run : runs) {
                events += run.events.size();
                std::vector<Record> copies;
                if (run.from_backlog) {
                    auto found = backlog_copies(home, run);
                    if (!found) return found.error();
                    copies = std::move(found.value());
                }
                started.push_back({&home, std::move(run), std::move(copies)});
            }
        }
    }
    if (!homes_.empty()) first_home_ = (first_home_ + 1) % homes_.size();
    pace_.took(events);
    return started;
}

void SubscriptionWorker::deliver(std::vector<StartedRun>& started) {
    std::vector<deliver::RunWork> work;
    std::vector<std::string_view> subjects;
    work.reserve(started.size());
    for (const StartedRun& one : started) {
        work.push_back(work_of(one));
        subjects.push_back(one.run.subject);
    }
    const auto begun = std::chrono::steady_clock::now();
    auto outcomes = entry_.subscription.sink->deliver(work);
    const auto took = std::chrono::steady_clock::now() - begun;
    entry_.probe.deliveries.took(took);
    add(entry_.probe.runs, started.size());
    SLUICE_ASSERT(outcomes.size() == started.size());
    if (context_.tracer != nullptr) trace_deliveries(started, work, outcomes, took);
    const Instant now = context_.clock.now();
    breaker_.judge(subjects, outcomes, now);
    for (std::size_t i = 0; i < started.size(); ++i) {
        finish(started[i], std::move(outcomes[i]), now);
    }
}

deliver::RunWork SubscriptionWorker::work_of(const StartedRun& started) {
    deliver::RunWork work{started.run.subject, {}, started.run.attempt};
    work.events.reserve(started.run.events.size());
    for (std::size_t i = 0; i < started.run.events.size(); ++i) {
        const dispatch::RunEvent& event = started.run.events[i];
        const Record& record =
            started.run.from_backlog ? started.copies[i] : started.home->held.at(event.offset);
        work.events.push_back({event.position, event.offset, &record});
    }
    return work;
}

void SubscriptionWorker::finish(
    const StartedRun& started, dispatch::RunOutcome outcome, Instant now
) {
    if (!started.run.from_backlog) {
        for (std::size_t done = 0; done < outcome.handled; ++done) {
            started.home->held.leave(started.run.events[done].offset);
        }
    }
    started.home->dispatcher.finished(started.run.id, std::move(outcome), now);
}

void SubscriptionWorker::trace_deliveries(
    const std::vector<StartedRun>& started,
    const std::vector<deliver::RunWork>& work,
    const std::vector<dispatch::RunOutcome>& outcomes,
    std::chrono::nanoseconds took
) const {
    const Instant begun = context_.clock.now() + -std::chrono::duration_cast<Milliseconds>(took);
    DeliveryTrace trace{*context_.tracer, entry_.subscription.name, begun, took};
    for (std::size_t i = 0; i < started.size(); ++i) {
        const auto& [home, run, copies] = started[i];
        trace.add(context_.windows[home->id.value]->from(), run.from_backlog, work[i], outcomes[i]);
    }
    trace.finish();
}

Result<std::vector<Record>> SubscriptionWorker::backlog_copies(
    const Home& home, const dispatch::Run& run
) const {
    std::vector<Record> copies;
    copies.reserve(run.events.size());
    for (const dispatch::RunEvent& event : run.events) {
        const std::string key = backlog_key(entry_.subscription.name, run.subject, event.position);
        if (const auto unwritten = unwritten_copies_.find(key);
            unwritten != unwritten_copies_.end()) {
            copies.push_back(unwritten->second);
            continue;
        }
        const auto found = peek_one(context_.log, context_.group, home.id, table::kBacklog, key);
        if (!found) return found.error();
        if (!found.value()) return missing_copy(home, run.subject, key);
        auto record = decode_record(*found.value());
        if (!record) return record.error().at(run.subject);
        copies.push_back(std::move(record.value()));
    }
    return copies;
}

/// Record and index entry come and go in one step: when both are gone another owner has done it.
Error SubscriptionWorker::missing_copy(
    const Home& home, const std::string& subject, const std::string& key
) const {
    const auto index = peek_one(context_.log, context_.group, home.id, table::kBacklogIndex, key);
    if (!index) return index.error();
    if (!index.value()) {
        return {ErrorCode::kFenced, "another owner has worked on the backlog of " + subject};
    }
    return {
        ErrorCode::kCorrupt,
        "the backlog of " + entry_.subscription.name + " lacks an event of subject " + subject};
}

void SubscriptionWorker::hand_over() {
    unwritten_copies_.clear();  // the slot is free: what it carried last is durable
    ChangePart part;
    for (const auto& home : homes_) {
        const dispatch::Changes changes = home->dispatcher.take_changes();
        const std::string& name = entry_.subscription.name;
        hand_over_commands(*home, part);
        if (changes.empty()) continue;
        StateWriter{
            name, home->id, [&](Offset offset) -> const Record& { return home->held.at(offset); }}
            .write(changes, part.changes);
        for (const auto& put : changes.puts) {
            unwritten_copies_.emplace(
                backlog_key(name, put.subject, put.position), home->held.at(put.offset)
            );
            home->held.leave(put.offset);
        }
        for (const auto& edit : changes.edits) {
            unwritten_copies_[backlog_key(name, edit.subject, edit.position)] = edit.record;
        }
        if (changes.progress) part.done.emplace_back(home->id, changes.progress->next);
        tell_parked(*home, changes.parked);
    }
    dirty_ = false;
    if (!part.changes.empty()) slot_.put(std::move(part));
}

void SubscriptionWorker::wait(std::uint64_t version) {
    // Events that come do not wait for the write of what was done before them.
    Milliseconds longest = dirty_ ? kSlotLook : kLookForStop;
    if (!flights_.empty()) {
        async_->wait(std::min(longest, kFlightLook));
        return;
    }
    const Instant now = context_.clock.now();
    if (const auto pause = breaker_.pause_left(now)) {  // until then it does not help to be due
        return context_.log.wait_for_change(version, std::clamp(*pause, Milliseconds{1}, longest));
    }
    if (const Milliseconds paced = pace_.until_next(now); paced.count() > 0) {
        longest = std::min(longest, paced);
    }
    for (const auto& home : homes_) {
        const auto due = home->dispatcher.next_due();
        if (due) longest = std::min(longest, std::max(*due - now, Milliseconds{1}));
    }
    context_.log.wait_for_change(version, longest);
}

}  // namespace sluice::runtime
