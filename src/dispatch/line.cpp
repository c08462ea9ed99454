#include "base/assert.hpp"
#include "dispatch/dispatcher_impl.hpp"

#include <algorithm>
#include <utility>

namespace sluice::dispatch {

Position Dispatcher::Impl::head_of(const Subject& subject) {
    return subject.in_backlog() ? subject.backlog.front().position : subject.queue.front().position;
}

std::string Dispatcher::Impl::dead_head(const Subject& subject) {
    if (!subject.in_backlog()) return subject.queue.empty() ? "" : subject.queue.front().dead;
    if (subject.backlog.empty()) return "";
    auto found = subject.dead_in_backlog.find(subject.backlog.front().position);
    return found == subject.dead_in_backlog.end() ? "" : found->second;
}

void Dispatcher::Impl::settle(Subject& subject, Instant now) {
    if (subject.place != Subject::Place::kNowhere || subject.stands()) return;
    std::string dead = dead_head(subject);
    if (!dead.empty()) {
        park(subject, std::move(dead), 0, now);
        return;
    }
    schedule(subject);
}

/// The line as it stands if it is about the present head, else a new one; what lies in the backlog
/// is kept.
Line Dispatcher::Impl::line_for_head(const Subject& subject, Instant now) const {
    Line line = subject.line.value_or(Line{});
    const Position head = head_of(subject);
    if (!subject.line.has_value() || line.head != head) {
        line.head = head;
        line.attempts = 0;
        line.since = now;
        line.reason.clear();
    } else if (line.attempts == 0) {
        line.since = now;  // its first failure
    }
    return line;
}

void Dispatcher::Impl::park(
    Subject& subject, std::string reason, std::uint32_t attempts, Instant now
) {
    Line line = line_for_head(subject, now);
    line.state = LineState::kParked;
    line.attempts = attempts;
    line.due_at = Instant{};
    line.reason = std::move(reason);
    line.redriven = false;
    subject.not_before.reset();
    const Offset head =
        subject.in_backlog() ? subject.backlog.front().offset : subject.queue.front().offset;
    pending.parked.push_back({*subject.name, head, line.reason});
    set_line(subject, std::move(line));
    if (!subject.in_backlog()) move_to_backlog(subject);
}

void Dispatcher::Impl::set_line(Subject& subject, std::optional<Line> line) {
    if (subject.line.has_value()) count_line(*subject.line, /*there=*/false);
    subject.line = std::move(line);
    if (subject.line.has_value()) count_line(*subject.line, /*there=*/true);
    if (!subject.line.has_value()) subject.not_before.reset();
    touch(subject);
}

void Dispatcher::Impl::count_line(const Line& line, bool there) {
    const bool parked = line.state == LineState::kParked;
    std::uint64_t& counter = parked      ? counts.parked_now
                             : line.hold ? counts.paused_now
                                         : counts.retrying_now;
    counter = there ? counter + 1 : counter - 1;
    if (!parked) return;
    if (there) {
        parked_since.insert(line.since);
    } else {
        parked_since.erase(parked_since.find(line.since));
    }
    counts.parked_since =
        parked_since.empty() ? std::nullopt : std::optional{*parked_since.begin()};
}

void Dispatcher::Impl::move_to_backlog(Subject& subject) {
    SLUICE_ASSERT(subject.line.has_value() && !subject.line->in_backlog);
    SLUICE_ASSERT(subject.backlog.empty() && subject.place != Subject::Place::kRunning);
    subject.line->in_backlog = true;
    Fifo<QueuedEvent> waiting = std::exchange(subject.queue, {});
    while (!waiting.empty()) queue_behind(subject, waiting.pop());
}

/// The copy and the offset's progress go into the same Changes. A reused position would overwrite
/// the copy that is there: such an event stays in the topic, not done, and is the head once the
/// backlog is empty.
void Dispatcher::Impl::queue_behind(Subject& subject, QueuedEvent event) {
    if (!subject.backlog.empty() && event.position <= subject.backlog.back().position) {
        if (event.dead.empty()) {
            event.dead = std::string{kHoleReason} + "its position is in the backlog already";
            ++counts.holes;
        }
        subject.queue.push(std::move(event));
        return;
    }
    done.add(event.offset);
    progressed = true;
    --counts.in_flight_events;
    counts.in_flight_bytes -= event.bytes;
    pending.puts.push_back({*subject.name, event.position, event.offset});
    if (subject.backlog.empty()) subject.line->head = event.position;
    subject.backlog.push({event.position, event.offset, event.bytes});
    ++subject.unwritten;
    if (!event.dead.empty()) {
        subject.dead_in_backlog.emplace(event.position, std::move(event.dead));
    }
    ++subject.line->events;
    subject.line->bytes += event.bytes;
    ++counts.backlog_events;
    counts.backlog_bytes += event.bytes;
    measure_backlog();
    touch(subject);
}

void Dispatcher::Impl::erase_head(Subject& subject) {
    const BacklogEvent event = subject.backlog.pop();
    pending.erases.push_back({*subject.name, event.position});
    subject.dead_in_backlog.erase(event.position);
    const std::uint64_t all = subject.line->bytes;  // sizes may have been guessed when restored
    const std::uint64_t bytes = subject.backlog.empty() ? all : std::min(all, event.bytes);
    --subject.line->events;
    subject.line->bytes -= bytes;
    --counts.backlog_events;
    counts.backlog_bytes -= bytes;
    measure_backlog();
    touch(subject);
}

void Dispatcher::Impl::measure_backlog() {
    counts.full = counts.backlog_bytes >= options.backlog_bytes_max;
    counts.backlog_alarm = counts.backlog_bytes >= backlog_alarm_at(options.backlog_bytes_max);
}

}  // namespace sluice::dispatch
