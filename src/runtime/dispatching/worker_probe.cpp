#include "runtime/dispatching/subscription_worker.hpp"

#include <algorithm>
#include <optional>

// What is seen of a worker from outside.

namespace sluice::runtime {

void SubscriptionWorker::tell_parked(
    const Home& home, const std::vector<dispatch::Changes::Parked>& parked
) {
    add(entry_.probe.parked, parked.size());
    if (!entry_.probe.notify) return;
    const log::PartitionRef& at = context_.windows[home.id.value]->from();
    for (const auto& one : parked) {
        entry_.probe.notify(
            {NoticeKind::kParked,
             {},
             entry_.subscription.name,
             at.topic,
             at.partition,
             one.offset,
             one.subject,
             one.reason}
        );
    }
}

void SubscriptionWorker::publish_state() {
    dispatch::DispatcherCounts sum;
    std::uint64_t full = 0;
    std::uint64_t paused = 0;
    std::optional<Instant> oldest;
    for (const auto& home : homes_) {
        const dispatch::DispatcherCounts& counts = home->dispatcher.counts();
        sum.delivered += counts.delivered;
        sum.passed += counts.passed;
        sum.retried += counts.retried;
        sum.parked_now += counts.parked_now;
        sum.retrying_now += counts.retrying_now;
        sum.backlog_events += counts.backlog_events;
        sum.backlog_bytes += counts.backlog_bytes;
        sum.in_flight_events += counts.in_flight_events;
        sum.in_flight_bytes += counts.in_flight_bytes;
        sum.holes += counts.holes;
        sum.paused_now += counts.paused_now;
        sum.skipped += counts.skipped;
        if (counts.full) ++full;
        if (counts.paused) ++paused;
        if (counts.parked_since) {
            oldest = std::min(oldest.value_or(*counts.parked_since), *counts.parked_since);
        }
        const Offset read = home->dispatcher.read_from();
        entry_.read[home->id.value].store(read.value, std::memory_order_release);
        if (home->dispatcher.caught_up()) {
            entry_.settled[home->id.value].store(read.value, std::memory_order_release);
        }
    }
    const std::uint64_t limit = entry_.subscription.options.backlog_bytes_max;
    if (sum.backlog_bytes >= limit) full = homes_.size();
    SubscriptionProbe& probe = entry_.probe;
    probe.delivered = base_.delivered + sum.delivered;
    probe.passed = base_.passed + sum.passed;
    probe.retried = base_.retried + sum.retried;
    probe.parked_now = sum.parked_now;
    probe.retrying_now = sum.retrying_now;
    probe.backlog_events_now = sum.backlog_events;
    probe.backlog_bytes_now = sum.backlog_bytes;
    probe.in_flight_now = sum.in_flight_events;
    probe.in_flight_bytes_now = sum.in_flight_bytes;
    probe.parked_oldest_ms_now = oldest ? static_cast<std::uint64_t>(oldest->ms) : 0;
    probe.backlog_alarm_now = sum.backlog_bytes >= dispatch::backlog_alarm_at(limit) ? 1 : 0;
    probe.full_now = full;
    probe.paused_now = sum.paused_now;
    probe.standing_now = paused;
    probe.holes = base_.holes + sum.holes;
    const std::optional<Instant> failing = breaker_.failing_since();
    probe.breaker_since_ms_now = failing ? static_cast<std::uint64_t>(failing->ms) : 0;
    probe.breaker_open_now = breaker_.state() == dispatch::Breaker::State::kClosed ? 0 : 1;
    context_.activity.moved();
}

}  // namespace sluice::runtime
