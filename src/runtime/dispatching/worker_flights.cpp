#include "base/assert.hpp"
#include "runtime/dispatching/delivery_trace.hpp"
#include "runtime/dispatching/subscription_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

// Sinks whose answers take a while: runs are begun, and the dispatchers hear of each when it ends.

namespace sluice::runtime {

namespace {

constexpr std::chrono::seconds kLandingPatience{5};  // of a stop: what takes longer is given up
constexpr Milliseconds kLandingLook{20};

}  // namespace

/// A breaker that tries asks for as many as it allows, and hears of them before it allows more.
std::size_t SubscriptionWorker::runs_allowed(Instant now) {
    const std::size_t allowed = breaker_.runs_allowed(now);
    if (async_ == nullptr) return allowed;
    const bool is_closed = breaker_.state() == dispatch::Breaker::State::kClosed;
    if (!is_closed && !flights_.empty()) return 0;
    return std::min(allowed, async_->room());
}

void SubscriptionWorker::begin(std::vector<StartedRun> started) {
    std::vector<deliver::RunBegun> runs;
    runs.reserve(started.size());
    const auto now = std::chrono::steady_clock::now();
    for (StartedRun& one : started) {
        const deliver::RunTicket ticket = next_ticket_;
        ++next_ticket_.value;
        const auto [at, is_new] = flights_.emplace(ticket, Flight{std::move(one), now});
        SLUICE_ASSERT(is_new);
        runs.push_back({ticket, work_of(at->second.started)});
    }
    add(entry_.probe.runs, runs.size());
    async_->begin(runs);
}

void SubscriptionWorker::land(bool& moved) {
    if (async_ == nullptr) return;
    std::vector<deliver::RunEnded> ended = async_->ended();
    if (ended.empty()) return;
    moved = true;
    std::vector<Flight> landed;
    std::vector<std::string_view> subjects;
    std::vector<dispatch::RunOutcome> outcomes;
    landed.reserve(ended.size());  // subjects are borrowed from them
    const auto at = std::chrono::steady_clock::now();
    for (deliver::RunEnded& one : ended) {
        auto flight = flights_.extract(one.ticket);
        SLUICE_ASSERT(!flight.empty());
        landed.push_back(std::move(flight.mapped()));
        subjects.push_back(landed.back().started.run.subject);
        outcomes.push_back(std::move(one.outcome));
        entry_.probe.deliveries.took(at - landed.back().begun);
    }
    if (context_.tracer != nullptr) trace_flights(landed, outcomes, at);
    const Instant now = context_.clock.now();
    breaker_.judge(subjects, outcomes, now);
    for (std::size_t i = 0; i < landed.size(); ++i) {
        finish(landed[i].started, std::move(outcomes[i]), now);
    }
    if (const auto why = async_->refused_for_good()) {
        for (const auto& home : homes_) home->to_pause = *why;
    }
}

void SubscriptionWorker::trace_flights(
    const std::vector<Flight>& landed,
    const std::vector<dispatch::RunOutcome>& outcomes,
    std::chrono::steady_clock::time_point now
) const {
    for (std::size_t i = 0; i < landed.size(); ++i) {
        const auto& [started, begun] = landed[i];
        const auto took = now - begun;
        const Instant at = context_.clock.now() + -std::chrono::duration_cast<Milliseconds>(took);
        DeliveryTrace trace{*context_.tracer, entry_.subscription.name, at, took};
        trace.add(
            context_.windows[started.home->id.value]->from(),
            started.run.from_backlog,
            work_of(started),
            outcomes[i]
        );
        trace.finish();
    }
}

/// Nobody may begin a subject's next run elsewhere while one is under way here.
void SubscriptionWorker::end_flights(bool at_once) {
    const auto until = std::chrono::steady_clock::now() + kLandingPatience;
    bool abandoned = false;
    if (!flights_.empty()) async_->drain();
    while (!flights_.empty()) {
        const bool patient =
            !at_once && !slot_.is_closed() && std::chrono::steady_clock::now() < until;
        if (!patient && !std::exchange(abandoned, true)) async_->abandon();
        async_->wait(kLandingLook);
        land(dirty_);
    }
}

/// As a person would have done: it is shown so, it outlives restarts, and `resume` ends it.
void SubscriptionWorker::pause_for_good(Home& home) {
    if (!home.to_pause || !home.dispatcher.takes_commands()) return;
    const Instant now = context_.clock.now();
    dispatch::Command command;
    command.subscription = entry_.subscription.name;
    command.id = fmt::format("target-{}", now.ms);
    command.by = "its target";
    command.why = *std::exchange(home.to_pause, std::nullopt);
    command.at = now;
    command.act = dispatch::PauseAll{};
    static_cast<void>(home.dispatcher.command(command, now));  // refused: it is paused already
    dirty_ = true;
}

}  // namespace sluice::runtime
