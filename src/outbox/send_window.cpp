#include "outbox/send_window.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <algorithm>
#include <utility>

namespace sluice::outbox {

namespace {

constexpr Milliseconds kAskedMax{60'000};  // whoever asks for more is asked again
constexpr std::uint32_t kAttemptsCounted = 1'000;

}  // namespace

std::size_t SendWindow::take(std::vector<Row> page, Instant now) {
    std::size_t taken = 0;
    for (Row& row : page) {
        const auto domain = domains_.find(row.key.line.domain);
        if (domain != domains_.end() && domain->second.holds(now)) continue;
        const auto [line, is_new] = lines_.try_emplace(row.key.line);
        Held& held = line->second;
        if (is_new) {
            held.slot = row.key.slot;
            ready_.push_back(row.key.line);
        } else if (held.fenced_until || row.key.place <= held.last || held.rows.size() >= limits_.rows_per_line_max) {
            continue;  // known, or behind what is; or, like all that follows it, one too many
        }
        hold(std::move(row), held);
        ++taken;
    }
    return taken;
}

std::vector<std::string> SendWindow::paused_domains(Instant now) const {
    std::vector<std::string> paused;
    for (const auto& [domain, pause] : domains_) {
        if (pause.holds(now)) paused.push_back(domain);
    }
    return paused;
}

void SendWindow::hold(Row row, Held& held) {
    ++rows_;
    bytes_ += row.bytes;
    held.last = row.key.place;
    held.rows.push_back(std::move(row));
}

void SendWindow::release(const Row& row) {
    --rows_;
    bytes_ -= row.bytes;
}

void SendWindow::lift_fences(Instant now) {
    while (!fenced_.empty() && fenced_.begin()->first <= now) {
        const Line& line = fenced_.begin()->second;
        Held& held = lines_.at(line);
        held.fenced_until.reset();
        ++rows_;
        bytes_ += held.rows.front().bytes;
        ready_.push_back(line);
        fenced_.erase(fenced_.begin());
    }
}

std::optional<Batch> SendWindow::next(Instant now) {
    lift_fences(now);
    if (all_.holds(now) || ready_.empty()) return std::nullopt;
    Batch batch{ready_.front().domain, {}};
    std::size_t bytes = 0;
    std::deque<Line> left;
    for (Line& line : ready_) {
        Held& held = lines_.at(line);
        const std::size_t row_bytes = held.rows.front().bytes;
        const bool fits = batch.rows.empty() || (batch.rows.size() < batch_rows_max_ &&
                                                 bytes + row_bytes <= limits_.batch_bytes_max);
        if (line.domain != batch.domain || !fits) {
            left.push_back(std::move(line));
            continue;
        }
        bytes += row_bytes;
        batch.rows.push_back(std::move(held.rows.front()));
        held.rows.pop_front();
        held.in_flight = true;
    }
    ready_ = std::move(left);
    return batch;
}

Landed SendWindow::landed(Batch batch, Outcome outcome, Instant now) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return fail(std::move(batch), *failure, now);
    }
    auto& answers = std::get<std::vector<Answer>>(outcome);
    SLUICE_ASSERT(answers.size() == batch.rows.size());
    all_ = {};
    domains_.erase(batch.domain);
    batch_rows_max_ = std::min(batch_rows_max_ * 2, limits_.batch_rows_max);
    Landed landed;
    for (std::size_t at = 0; at < answers.size(); ++at) {
        Row& row = batch.rows[at];
        const auto line = lines_.find(row.key.line);
        SLUICE_ASSERT(line != lines_.end() && line->second.in_flight);
        Held& held = line->second;
        held.in_flight = false;
        switch (answers[at].verdict) {
            case Verdict::kTaken:
                release(row);
                landed.taken.push_back(std::move(row.key));
                held.attempts = 0;
                if (held.rows.empty()) {
                    lines_.erase(line);
                } else {
                    ready_.push_back(line->first);
                }
                break;
            case Verdict::kRefused:
                release(row);
                landed.refused.push_back({std::move(row.key), std::move(answers[at].reason)});
                forget(line);
                break;
            case Verdict::kLater: fence(std::move(row), now); break;
        }
    }
    if (fenced_.size() > limits_.fenced_max) pause(all_, std::nullopt, now);
    return landed;
}

Landed SendWindow::fail(Batch batch, const Failure& failure, Instant now) {
    Landed landed;
    for (const Row& row : batch.rows) {
        const auto line = lines_.find(row.key.line);
        SLUICE_ASSERT(line != lines_.end() && line->second.in_flight);
        line->second.in_flight = false;
    }
    const std::size_t rows = batch.rows.size();
    if (failure.scope == Failure::Scope::kRequest && rows == 1) {
        // What is refused even by itself is the row's own fault.
        Row& row = batch.rows.front();
        release(row);
        const auto line = lines_.find(row.key.line);
        landed.refused.push_back({std::move(row.key), failure.reason});
        forget(line);
        return landed;
    }
    // From the last to the first, each to the front: they come again in the order they had.
    for (auto row = batch.rows.rbegin(); row != batch.rows.rend(); ++row) {
        put_back(std::move(*row));
    }
    switch (failure.scope) {
        case Failure::Scope::kAll: pause(all_, failure.after, now); break;
        case Failure::Scope::kRequest: batch_rows_max_ = rows / 2; break;
        case Failure::Scope::kDomain:
            pause(domains_[batch.domain], failure.after, now);
            forget_all(batch.domain);
            break;
    }
    return landed;
}

void SendWindow::put_back(Row row) {
    const auto line = lines_.find(row.key.line);
    line->second.rows.push_front(std::move(row));
    ready_.push_front(line->first);
}

/// What is behind it is read again when it has gone.
void SendWindow::fence(Row row, Instant now) {
    const auto line = lines_.find(row.key.line);
    Held& held = line->second;
    release(row);
    for (const Row& behind : held.rows) release(behind);
    held.rows.clear();
    held.last = row.key.place;
    held.attempts = std::min(held.attempts + 1, kAttemptsCounted);
    const std::uint64_t salt = hash64(row.key.line.subject);
    held.fenced_until = now + dispatch::wait_after(retry_, held.attempts, salt);
    fenced_.emplace(*held.fenced_until, line->first);
    held.rows.push_back(std::move(row));
}

void SendWindow::pause(Pause& pause, const std::optional<Milliseconds>& asked, Instant now) const {
    pause.attempts = std::min(pause.attempts + 1, kAttemptsCounted);
    const Milliseconds wait = dispatch::wait_after(retry_, pause.attempts, pause.attempts);
    pause.until = now + std::max(wait, std::min(asked.value_or(wait), kAskedMax));
}

/// The line is not in `ready_`, or goes from there at once.
void SendWindow::forget(Lines::iterator line) {
    Held& held = line->second;
    if (held.fenced_until) {
        fenced_.erase({*held.fenced_until, line->first});
    } else {
        for (const Row& row : held.rows) release(row);
    }
    lines_.erase(line);
}

void SendWindow::forget_all(const std::string& domain) {
    std::erase_if(ready_, [&](const Line& line) { return line.domain == domain; });
    for (auto line = lines_.lower_bound({domain, {}});
         line != lines_.end() && line->first.domain == domain;) {
        const auto here = line++;
        if (!here->second.in_flight) forget(here);
    }
}

std::optional<Instant> SendWindow::due() const {
    std::optional<Instant> due;
    if (!ready_.empty()) {
        due = all_.until.value_or(Instant{});
    } else if (!fenced_.empty()) {
        due = std::max(fenced_.begin()->first, all_.until.value_or(Instant{}));
    }
    return due;
}

bool SendWindow::in_flight(Slot slot) const {
    return std::any_of(lines_.begin(), lines_.end(), [slot](const auto& one) {
        return one.second.slot == slot && one.second.in_flight;
    });
}

void SendWindow::drop(Slot slot) {
    SLUICE_ASSERT(!in_flight(slot));
    std::erase_if(ready_, [&](const Line& line) { return lines_.at(line).slot == slot; });
    for (auto line = lines_.begin(); line != lines_.end();) {
        const auto here = line++;
        if (here->second.slot == slot) forget(here);
    }
}

}  // namespace sluice::outbox
