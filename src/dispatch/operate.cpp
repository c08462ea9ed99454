#include "base/assert.hpp"
#include "base/match.hpp"
#include "dispatch/dispatcher_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// What a person chose, carried out. Each verb answers why it does not fit; empty: done.

namespace sluice::dispatch {

namespace {

std::string paused_text(const Hold& hold) {
    return fmt::format("paused by {} since {}: {}", hold.by, to_rfc3339(hold.since), hold.why);
}

std::string standing_of(const std::optional<Line>& line) {
    if (!line) return "flows";
    std::string text = line->state == LineState::kParked ? "parked" : "goes from its backlog";
    if (line->hold) text = paused_text(*line->hold);
    return fmt::format(
        "{}; head {}, {} in its backlog{}{}",
        text,
        line->head.value,
        line->events,
        line->reason.empty() ? "" : ", last failure: ",
        line->reason
    );
}

}  // namespace

Answer Dispatcher::Impl::command(const Command& command, Instant now) {
    SLUICE_ASSERT(pending.puts.empty() && pending.edits.empty());
    const auto all = [&](bool pause) {
        const std::string before = hold ? paused_text(*hold) : "goes on";
        std::string why = pause ? pause_all(command) : resume_all();
        if (!why.empty()) return Answer{false, std::move(why)};
        return Answer{
            true,
            fmt::format(
                "carried out; before: {}; after: {}", before, pause ? "paused" : "goes on"
            )};
    };
    if (std::holds_alternative<PauseAll>(command.act)) return all(true);
    if (std::holds_alternative<ResumeAll>(command.act)) return all(false);
    const auto found = subjects.find(command.subject);
    const bool is_new = found == subjects.end();
    if (is_new && !std::holds_alternative<PauseSubject>(command.act)) {
        return {false, "it is not parked, and has no backlog (any more)"};
    }
    Subject& subject = subject_of(command.subject);
    if (subject.place == Subject::Place::kRunning) {
        return {false, "an event of it is being handled; ask again"};
    }
    const std::string before = standing_of(subject.line);
    std::string why = std::visit(
        Match{
            [&](const Redrive& act) { return redrive(subject, act, now); },
            [&](const SkipHead& act) { return skip_head(subject, act, now); },
            [&](const EditHead& act) { return edit_head(subject, act, command); },
            [&](const TryOut& act) { return why_not_parked(subject, act.head); },
            [&](const PauseSubject&) { return pause(subject, command, now); },
            [&](const ResumeSubject&) { return resume(subject, now); },
            [](const PauseAll&) { return std::string{}; },
            [](const ResumeAll&) { return std::string{}; },
        },
        command.act
    );
    if (!why.empty()) return {false, std::move(why)};
    std::string text =
        fmt::format("carried out; before: {}; after: {}", before, standing_of(subject.line));
    release(subject);
    return {true, std::move(text)};
}

std::string Dispatcher::Impl::why_not_parked(const Subject& subject, Position head) const {
    if (!subject.parked()) return "it is not parked (any more)";
    return why_not_head(subject, head);
}

std::string Dispatcher::Impl::why_not_head(const Subject& subject, Position head) const {
    if (!subject.in_backlog() || subject.backlog.empty()) {
        return "it has no backlog (any more)";
    }
    const Position now = subject.backlog.front().position;
    if (now == head) return {};
    return fmt::format("its head is position {} now, not {}", now.value, head.value);
}

std::string Dispatcher::Impl::redrive(Subject& subject, const Redrive& act, Instant now) {
    if (std::string why = why_not_parked(subject, act.head); !why.empty()) return why;
    if (subject.line->hold)
        return "it is " + paused_text(*subject.line->hold) + "; resume it first";
    if (const std::string dead = dead_head(subject); !dead.empty()) {
        if (!dead.starts_with(kHoleReason)) {
            return fmt::format("its head breaks its contract: {}; edit or skip it", dead);
        }
        subject.dead_in_backlog.erase(act.head);
    }
    Line line = *subject.line;
    line.state = LineState::kRetrying;
    line.attempts = 0;
    line.due_at = std::max(now, act.not_before);
    line.redriven = true;
    if (line.due_at > now) subject.not_before = line.due_at;
    set_line(subject, std::move(line));
    schedule(subject);
    return {};
}

std::string Dispatcher::Impl::skip_head(Subject& subject, const SkipHead& act, Instant now) {
    if (std::string why = why_not_head(subject, act.head); !why.empty()) return why;
    unschedule(subject);
    erase_head(subject);
    ++counts.skipped;
    Line line = *subject.line;
    line.state = LineState::kRetrying;
    line.head = subject.backlog.empty() ? Position{} : subject.backlog.front().position;
    line.attempts = 0;
    line.since = now;
    line.due_at = now;
    line.reason.clear();
    line.redriven = false;
    const bool flows = subject.backlog.empty() && !line.hold;
    set_line(subject, flows ? std::nullopt : std::optional{std::move(line)});
    subject.not_before.reset();
    settle(subject, now);
    return {};
}

std::string Dispatcher::Impl::edit_head(
    Subject& subject, const EditHead& act, const Command& command
) {
    if (std::string why = why_not_parked(subject, act.head); !why.empty()) return why;
    BacklogEvent& head = subject.backlog.front();
    const std::uint64_t bytes = act.copy.size_bytes();
    pending.edits.push_back({*subject.name, act.head, head.offset, act.copy});
    subject.dead_in_backlog.erase(act.head);
    Line line = *subject.line;
    const std::uint64_t before = std::min(line.bytes, head.bytes);
    line.bytes += bytes - before;
    line.attempts = 0;
    line.reason = fmt::format("edited by {} ({}): redrive it", command.by, command.why);
    counts.backlog_bytes += bytes - before;
    head.bytes = bytes;
    set_line(subject, std::move(line));
    measure_backlog();
    return {};
}

std::string Dispatcher::Impl::pause(Subject& subject, const Command& command, Instant now) {
    if (subject.line && subject.line->hold) return "it is " + paused_text(*subject.line->hold);
    unschedule(subject);
    const bool moves = !subject.in_backlog();
    Line line = subject.line.value_or(Line{});
    if (!subject.line) {
        line.state = LineState::kRetrying;
        line.since = now;
        line.due_at = now;
        if (!subject.queue.empty()) line.head = subject.queue.front().position;
    }
    line.hold = Hold{now, command.by, command.why};
    set_line(subject, std::move(line));
    if (moves) move_to_backlog(subject);
    return {};
}

std::string Dispatcher::Impl::resume(Subject& subject, Instant now) {
    if (!subject.line || !subject.line->hold) return "it is not paused (any more)";
    Line line = *subject.line;
    line.hold.reset();
    if (subject.backlog.empty()) {
        set_line(subject, std::nullopt);
    } else {
        if (line.state == LineState::kRetrying && line.due_at > now) {
            subject.not_before = line.due_at;
        }
        set_line(subject, std::move(line));
    }
    settle(subject, now);
    return {};
}

std::string Dispatcher::Impl::pause_all(const Command& command) {
    if (hold) return "the subscription is " + paused_text(*hold);
    hold = Hold{command.at, command.by, command.why};
    counts.paused = true;
    pending.hold = hold;
    return {};
}

std::string Dispatcher::Impl::resume_all() {
    if (!hold) return "the subscription is not paused (any more)";
    hold.reset();
    counts.paused = false;
    pending.hold = std::optional<Hold>{};
    return {};
}

void Dispatcher::Impl::unschedule(Subject& subject) {
    switch (subject.place) {
        case Subject::Place::kNowhere: return;
        case Subject::Place::kRunning: SLUICE_UNREACHABLE();
        case Subject::Place::kTimer: {
            const auto [first, last] = timers.equal_range(*subject.not_before);
            const auto found = std::find_if(first, last, [&](const auto& timer) {
                return timer.second == &subject;
            });
            SLUICE_ASSERT(found != last);
            timers.erase(found);
            break;
        }
        case Subject::Place::kReady:
            std::erase(ready, &subject);
            std::erase(ready_behind, &subject);
            break;
    }
    subject.place = Subject::Place::kNowhere;
}

}  // namespace sluice::dispatch
