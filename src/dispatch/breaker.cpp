#include "dispatch/breaker.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "dispatch/out_of_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>

namespace sluice::dispatch {

namespace {

constexpr std::size_t kSubjectsMax = 100'000;
constexpr std::size_t kTrialRunsMax = 10'000;
constexpr Milliseconds kPauseMax{std::chrono::hours{1}};

void make_not_tried(std::span<RunOutcome> outcomes) {
    for (RunOutcome& outcome : outcomes) {
        SLUICE_ASSERT(outcome.failure.has_value());
        outcome.failure->kind = FailureKind::kNotTried;
        outcome.failure->after.reset();
    }
}

}  // namespace

Status BreakerOptions::validate() const {
    if (subjects_max > kSubjectsMax) {
        return out_of_range(
            "breaker.subjects_max",
            std::to_string(subjects_max),
            fmt::format("0 to {}", kSubjectsMax)
        );
    }
    if (trial_runs < 1 || trial_runs > kTrialRunsMax) {
        return out_of_range(
            "breaker.trial_runs", std::to_string(trial_runs), fmt::format("1 to {}", kTrialRunsMax)
        );
    }
    if (auto checked = check_range("breaker.pause_first", pause_first, Milliseconds{1}, kPauseMax);
        !checked) {
        return checked;
    }
    return check_range("breaker.pause_max", pause_max, pause_first, kPauseMax);
}

std::size_t Breaker::runs_allowed(Instant now) {
    if (now < opened_at_) opened_at_ = now;  // the clock has jumped back
    if (state_ == State::kOpen && now - opened_at_ >= pause_) state_ = State::kTrying;
    switch (state_) {
        case State::kClosed: return std::numeric_limits<std::size_t>::max();
        case State::kOpen: return 0;
        case State::kTrying: return options_.trial_runs;
    }
    SLUICE_UNREACHABLE();
}

void Breaker::judge(
    std::span<const std::string_view> subjects, std::span<RunOutcome> outcomes, Instant now
) {
    SLUICE_ASSERT(subjects.size() == outcomes.size());
    if (outcomes.empty() || options_.subjects_max == 0) return;
    const bool any_handled = std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
        return outcome.handled > 0;
    });
    if (any_handled) {
        close();
        return;
    }
    for (std::size_t at = 0; at < outcomes.size(); ++at) {
        SLUICE_ASSERT(outcomes[at].failure.has_value());
        if (outcomes[at].failure->kind == FailureKind::kNotTried) continue;
        if (failed_.size() < options_.subjects_max) failed_.insert(hash64(subjects[at]));
    }
    if (state_ == State::kTrying) {
        pause_ = std::min(pause_ * 2, options_.pause_max);
    } else if (failed_.size() < options_.subjects_max) {
        return;
    }
    open(now);
    make_not_tried(outcomes);
}

void Breaker::open(Instant now) {
    if (!failing_since_) failing_since_ = now;
    state_ = State::kOpen;
    opened_at_ = now;
}

void Breaker::close() {
    state_ = State::kClosed;
    failed_.clear();
    pause_ = options_.pause_first;
    failing_since_.reset();
}

std::optional<Instant> Breaker::failing_since() const {
    return failing_since_;
}

std::optional<Milliseconds> Breaker::pause_left(Instant now) const {
    if (state_ != State::kOpen) return std::nullopt;
    return std::clamp(pause_ - (now - opened_at_), Milliseconds{0}, pause_);
}

}  // namespace sluice::dispatch
