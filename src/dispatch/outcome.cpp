#include "base/assert.hpp"
#include "dispatch/dispatcher_impl.hpp"

#include <algorithm>
#include <utility>

namespace sluice::dispatch {

namespace {

bool is_redriven(const Subject& subject) {
    return subject.line.has_value() && subject.line->redriven;
}

}  // namespace

void Dispatcher::Impl::finished(RunId id, RunOutcome outcome, Instant now) {
    auto found = runs.find(id);
    SLUICE_ASSERT(found != runs.end());
    const InFlight run = found->second;
    runs.erase(found);
    SLUICE_ASSERT(outcome.handled <= run.events);
    SLUICE_ASSERT(outcome.failure.has_value() == (outcome.handled < run.events));
    Subject& subject = *run.subject;
    SLUICE_ASSERT(run.from_backlog == subject.in_backlog());
    subject.place = Subject::Place::kNowhere;
    if (outcome.handled > 0) count_handled(subject, run, outcome.handled, now);
    if (outcome.failure.has_value()) fail(subject, std::move(*outcome.failure), now);
    settle(subject, now);
    release(subject);
}

void Dispatcher::Impl::count_handled(
    Subject& subject, const InFlight& run, std::size_t handled, Instant now
) {
    counts.delivered += handled;
    if (run.from_backlog) {
        for (std::size_t at = 0; at < handled; ++at) erase_head(subject);
        if (subject.backlog.empty()) {
            set_line(subject, std::nullopt);  // it flows again
        } else {
            Line line = line_for_head(subject, now);
            line.state = LineState::kRetrying;
            line.due_at = now;
            set_line(subject, std::move(line));
        }
        return;
    }
    for (std::size_t at = 0; at < handled; ++at) {
        const QueuedEvent event = subject.queue.pop();
        done.add(event.offset);
        --counts.in_flight_events;
        counts.in_flight_bytes -= event.bytes;
    }
    progressed = true;
    if (subject.line.has_value()) set_line(subject, std::nullopt);
}

/// Nothing: no class is about it. What was not tried, and a hole, are of no class.
const RetryClass* Dispatcher::Impl::class_of(const Failure& failure) const {
    if (failure.kind == FailureKind::kNotTried || failure.reason.starts_with(kHoleReason)) {
        return nullptr;
    }
    const auto found = std::find_if(
        options.retry_classes.begin(),
        options.retry_classes.end(),
        [&](const RetryClass& one) { return one.name == failure.error_class; }
    );
    return found == options.retry_classes.end() ? nullptr : &*found;
}

void Dispatcher::Impl::fail(Subject& subject, Failure failure, Instant now) {
    const std::uint32_t before = subject.line.has_value() ? subject.line->attempts : 0;
    const RetryClass* special = class_of(failure);
    if (special != nullptr) {
        failure.kind = special->dead ? FailureKind::kDead : FailureKind::kRetry;
    }
    const RetryPolicy& retry = special != nullptr ? special->policy : options.retry;
    const bool too_old =
        retry.age_max > Milliseconds{0} && before > 0 && now - subject.line->since >= retry.age_max;
    switch (failure.kind) {
        case FailureKind::kNotTried: {
            const Milliseconds asked = failure.after.value_or(options.not_tried_wait);
            const Milliseconds longest = std::max(options.retry.in_place_max, Milliseconds{0});
            subject.not_before = now + std::clamp(asked, Milliseconds{0}, longest);
            return;
        }
        case FailureKind::kRetry:
            // A redrive stops at its first new failure.
            if (before + 1 < retry.attempts_max && !too_old && !is_redriven(subject)) {
                try_again(subject, std::move(failure), before + 1, retry, now);
                return;
            }
            park(subject, std::move(failure.reason), before + 1, now);
            return;
        case FailureKind::kDead:
            if (failure.reason.starts_with(kHoleReason)) ++counts.holes;  // found by an inbox
            park(subject, std::move(failure.reason), before + 1, now);
            return;
    }
    SLUICE_UNREACHABLE();
}

void Dispatcher::Impl::try_again(
    Subject& subject, Failure failure, std::uint32_t attempts, const RetryPolicy& retry, Instant now
) {
    ++counts.retried;
    Line line = line_for_head(subject, now);
    const std::uint64_t salt = hash64(*subject.name) + line.head.value;
    const Milliseconds wait =
        std::max(failure.after.value_or(wait_after(retry, attempts, salt)), Milliseconds{0});
    line.state = LineState::kRetrying;
    line.attempts = attempts;
    line.due_at = now + wait;
    line.reason = std::move(failure.reason);
    subject.not_before = line.due_at;
    const bool waits_long = line.due_at - line.since > retry.in_place_max;
    const bool much_waits = subject.queue.size() > options.in_place_events_max;
    set_line(subject, std::move(line));
    if (!subject.in_backlog() && (waits_long || much_waits)) move_to_backlog(subject);
}

}  // namespace sluice::dispatch
