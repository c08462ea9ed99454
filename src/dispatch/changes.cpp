#include "base/assert.hpp"
#include "dispatch/dispatcher_impl.hpp"

#include <algorithm>
#include <utility>

namespace sluice::dispatch {

Dispatcher::Impl::Impl(const DispatcherOptions& given, Restored restored)
    : options{given},
      recent{given.subjects_checked_max},
      done{restored.progress},
      fetch_next{restored.progress.next},
      replay_end{done.end()},
      hold{std::move(restored.hold)} {
    counts.paused = hold.has_value();
    restore(restored);
}

void Dispatcher::Impl::restore(Restored& restored) {
    for (auto& [name, line] : restored.lines) {
        Subject& subject = subject_of(name);
        SLUICE_ASSERT(!subject.line.has_value());
        subject.line_written = true;
        subject.line = std::move(line);
        count_line(*subject.line, /*there=*/true);
        if (!subject.parked()) subject.not_before = subject.line->due_at;
        counts.backlog_events += subject.line->events;
        counts.backlog_bytes += subject.line->bytes;
    }
    measure_backlog();
    for (auto& [name, events] : restored.backlog) {
        Subject& subject = subject_of(name);
        SLUICE_ASSERT(subject.in_backlog() && subject.backlog.empty());
        std::uint64_t bytes_left = subject.line->bytes;
        std::uint64_t events_left = events.size();
        for (RunEvent& event : events) {
            const std::uint64_t share = bytes_left / events_left;
            const std::uint64_t bytes =
                std::min(bytes_left, event.bytes != 0 ? event.bytes : share);
            subject.backlog.push({event.position, event.offset, bytes});
            bytes_left -= bytes;
            --events_left;
            if (event.invalid.empty()) continue;
            subject.dead_in_backlog.emplace(event.position, std::move(event.invalid));
        }
    }
    for (auto& [name, subject] : subjects) {
        SLUICE_ASSERT(subject.backlog.size() == subject.line->events);
    }
    for (const auto& [name, line] : restored.lines)
        schedule(subject_of(name));  // in a stable order
}

void Dispatcher::Impl::touch(Subject& subject) {
    if (subject.dirty) return;
    subject.dirty = true;
    dirty.push_back(&subject);
}

Changes Dispatcher::Impl::take_changes() {
    Changes changes = std::exchange(pending, {});
    for (Subject* subject : std::exchange(dirty, {})) {
        subject->dirty = false;
        subject->unwritten = 0;
        if (subject->line.has_value()) {
            changes.lines.push_back({*subject->name, subject->line});
        } else if (subject->line_written) {
            changes.lines.push_back({*subject->name, std::nullopt});
        }
        subject->line_written = subject->line.has_value();
        schedule(*subject);
        release(*subject);
    }
    if (std::exchange(progressed, false)) changes.progress = done.progress();
    return changes;
}

}  // namespace sluice::dispatch
