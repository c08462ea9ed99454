#include "base/assert.hpp"
#include "dispatch/dispatcher_impl.hpp"

#include <utility>

namespace sluice::dispatch {

void Dispatcher::Impl::fetched(Delivery delivery, Instant now) {
    SLUICE_ASSERT(delivery.offset == fetch_next);
    SLUICE_ASSERT(delivery.position.value > 0);
    fetch_next = fetch_next.next();
    std::string dead;
    const bool rises = options.positions == PositionRule::kRising;
    const bool repeated = rises && is_repetition(delivery);
    if (!rises) dead = recent.check(hash64(delivery.subject), delivery.position);
    if (delivery.offset < replay_end && done.contains(delivery.offset)) return;
    if (repeated) return pass(delivery.offset);
    if (!dead.empty()) ++counts.holes;
    if (dead.empty() && delivery.wanted) dead = std::move(delivery.invalid);
    if (dead.empty() && !delivery.wanted) {
        drop_stale_line(delivery);
        return pass(delivery.offset);
    }
    Subject& subject = subject_of(delivery.subject);
    ++counts.in_flight_events;
    counts.in_flight_bytes += delivery.bytes;
    QueuedEvent event{delivery.position, delivery.offset, delivery.bytes, std::move(dead)};
    if (subject.in_backlog()) {
        queue_behind(subject, std::move(event));
        return;
    }
    subject.queue.push(std::move(event));
    const bool waits = subject.line.has_value() && subject.place == Subject::Place::kTimer;
    if (waits && subject.queue.size() > options.in_place_events_max) move_to_backlog(subject);
    settle(subject, now);
}

void Dispatcher::Impl::pass(Offset offset) {
    done.add(offset);
    progressed = true;
    ++counts.passed;
}

/// Of what was seen recently, is in flight, or lies in the backlog.
bool Dispatcher::Impl::is_repetition(const Delivery& delivery) {
    if (!recent.rises(hash64(delivery.subject), delivery.position)) return true;
    const auto found = subjects.find(delivery.subject);
    if (found == subjects.end()) return false;
    const Subject& subject = found->second;
    const auto is_above = [&](const auto& events) {
        return events.empty() || delivery.position > events.back().position;
    };
    return !is_above(subject.queue) || !is_above(subject.backlog);
}

/// A line that was restored for an event which the subscription, since then, no longer wants.
void Dispatcher::Impl::drop_stale_line(const Delivery& unwanted) {
    if (counts.retrying_now == 0) return;
    auto found = subjects.find(unwanted.subject);
    if (found == subjects.end() || found->second.in_backlog()) return;
    Subject& subject = found->second;
    if (subject.line.has_value() && subject.line->head == unwanted.position) {
        set_line(subject, std::nullopt);
    }
}

void Dispatcher::Impl::skipped(Offset offset) {
    SLUICE_ASSERT(offset == fetch_next);
    fetch_next = fetch_next.next();
    if (offset < replay_end && done.contains(offset)) return;
    done.add(offset);
    progressed = true;
}

bool Dispatcher::Impl::wants_more() const {
    return !draining && !counts.full && !hold.has_value() &&
           counts.in_flight_events < options.in_flight_events_max &&
           counts.in_flight_bytes < options.in_flight_bytes_max;
}

Subject& Dispatcher::Impl::subject_of(std::string_view name) {
    auto found = subjects.find(name);
    if (found == subjects.end()) {
        found = subjects.try_emplace(std::string{name}).first;
        found->second.name = &found->first;
    }
    return found->second;
}

void Dispatcher::Impl::release(Subject& subject) {
    const bool empty = subject.queue.empty() && !subject.line.has_value() && !subject.dirty;
    if (!empty || subject.place != Subject::Place::kNowhere) return;
    SLUICE_ASSERT(subject.backlog.empty());
    subjects.erase(subjects.find(*subject.name));
}

void Dispatcher::Impl::schedule(Subject& subject) {
    if (subject.place != Subject::Place::kNowhere || subject.stands()) return;
    const std::size_t runnable =
        subject.in_backlog() ? subject.backlog.size() - subject.unwritten : subject.queue.size();
    if (runnable == 0) return;
    if (subject.not_before.has_value()) {
        subject.place = Subject::Place::kTimer;
        timers.emplace(*subject.not_before, &subject);
    } else {
        subject.place = Subject::Place::kReady;
        (subject.in_backlog() ? ready_behind : ready).push_back(&subject);
    }
}

void Dispatcher::Impl::wake_due(Instant now) {
    while (!timers.empty() && timers.begin()->first <= now) {
        Subject& subject = *timers.begin()->second;
        timers.erase(timers.begin());
        subject.place = Subject::Place::kNowhere;
        subject.not_before.reset();
        schedule(subject);
    }
}

std::vector<Run> Dispatcher::Impl::start(Instant now, std::size_t runs_max) {
    std::vector<Run> started;
    if (draining || hold.has_value()) return started;
    wake_due(now);
    while (started.size() < runs_max && (!ready.empty() || !ready_behind.empty())) {
        // A redrive of many does not hold up what has just come, nor the other way round.
        const bool behind = ready.empty() || (!ready_behind.empty() && ++turns % kTurns == 0);
        std::deque<Subject*>& from = behind ? ready_behind : ready;
        Subject& subject = *from.front();
        from.pop_front();
        started.push_back(make_run(subject));
    }
    return started;
}

Run Dispatcher::Impl::make_run(Subject& subject) {
    Run run;
    last_run = last_run.next();
    run.id = last_run;
    run.subject = *subject.name;
    run.from_backlog = subject.in_backlog();
    run.attempt = subject.line.has_value() ? subject.line->attempts + 1 : 1;
    if (run.from_backlog) {
        for (std::size_t at = 0; at < subject.backlog.size() - subject.unwritten; ++at) {
            const BacklogEvent& event = subject.backlog[at];
            if (run.events.size() == options.run_events_max) break;
            if (at > 0 && subject.dead_in_backlog.contains(event.position)) break;
            run.events.push_back({event.position, event.offset, event.bytes, {}});
        }
    } else {
        for (std::size_t at = 0; at < subject.queue.size(); ++at) {
            const QueuedEvent& event = subject.queue[at];
            if (run.events.size() == options.run_events_max || !event.dead.empty()) break;
            run.events.push_back({event.position, event.offset, event.bytes, {}});
        }
    }
    SLUICE_ASSERT(!run.events.empty());
    subject.place = Subject::Place::kRunning;
    runs.emplace(run.id, InFlight{&subject, run.events.size(), run.from_backlog});
    return run;
}

Dispatcher::Dispatcher(const DispatcherOptions& options, Restored restored)
    : impl_{std::make_unique<Impl>(options, std::move(restored))} {}

Dispatcher::~Dispatcher() = default;
Dispatcher::Dispatcher(Dispatcher&&) noexcept = default;
Dispatcher& Dispatcher::operator=(Dispatcher&&) noexcept = default;

Offset Dispatcher::read_from() const {
    return impl_->fetch_next;
}

bool Dispatcher::wants_more() const {
    return impl_->wants_more();
}

void Dispatcher::fetched(Delivery delivery, Instant now) {
    impl_->fetched(std::move(delivery), now);
}

void Dispatcher::prefetch(std::string_view subject) const {
    impl_->recent.prefetch(hash64(subject));
}

void Dispatcher::skipped(Offset offset) {
    impl_->skipped(offset);
}

std::vector<Run> Dispatcher::start(Instant now, std::size_t runs_max) {
    return impl_->start(now, runs_max);
}

void Dispatcher::finished(RunId id, RunOutcome outcome, Instant now) {
    impl_->finished(id, std::move(outcome), now);
}

Answer Dispatcher::command(const Command& command, Instant now) {
    return impl_->command(command, now);
}

bool Dispatcher::takes_commands() const {
    return impl_->pending.puts.empty() && impl_->pending.edits.empty();
}

Changes Dispatcher::take_changes() {
    return impl_->take_changes();
}

std::optional<Instant> Dispatcher::next_due() const {
    if (impl_->timers.empty() || impl_->hold.has_value()) return std::nullopt;
    return impl_->timers.begin()->first;
}

void Dispatcher::drain() {
    impl_->draining = true;
}

bool Dispatcher::idle() const {
    return impl_->runs.empty();
}

bool Dispatcher::caught_up() const {
    return impl_->counts.in_flight_events == 0;
}

std::size_t Dispatcher::ready() const {
    return impl_->ready.size();
}

const DispatcherCounts& Dispatcher::counts() const {
    return impl_->counts;
}

}  // namespace sluice::dispatch
