#pragma once

#include <sluice/result.hpp>

#include "runtime/runner_session.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace sluice::runtime {

/// Carries the subscriptions of one domain: reads each ordered partition once for all that are at
/// its head, and writes in steps what their dispatchers decide. A subscription that lags or
/// stands still holds no other.
/// Threads:  `add` before `run`; `run` is the body of its own thread and starts one more per
///           subscription; `settled` and `entries` from any.
/// Lifetime: the log and the clock outlive it.
/// When the homes that are its share change, it drains as at a stop, and takes what it has now.
/// Failure:  when its lease is fenced, or a step's outcome is unknown, the workers stop, the
///           homes are taken anew, and all is read again: the inboxes know what was handled.
///           `run` answers what cannot be mended.
/// Limits:   those of the dispatchers; one part of changes per subscription on its way.
class SubscriptionRunner {
public:
    SubscriptionRunner(
        log::Log& log, const Clock& clock, Activity& activity, RunnerOptions options
    );

    void add(Subscription subscription);

    /// Its homes are those of the membership, which outlives it; otherwise all. Before `run`.
    void follow(const log::Membership& membership) { membership_ = &membership; }

    /// Returns when stopped and drained: what was in flight is finished and written.
    Status run(const std::stop_token& stop);

    /// Whether every subscription has handled, or keeps in a backlog, what lies below `end`.
    [[nodiscard]] bool settled(HomeId home, Offset end) const;

    [[nodiscard]] const SubscriptionEntries& entries() const { return entries_; }

    [[nodiscard]] const RunnerOptions& options() const { return options_; }

private:
    struct Crew;

    Status run_session(const std::stop_token& stop);
    [[nodiscard]] bool is_share_of(std::uint64_t round) const;
    static void start_workers(Crew& crew);
    Status commit_loop(Crew& crew, const std::stop_token& stop, std::uint64_t round);
    static Status close(Crew& crew, Status status);

    log::Log& log_;
    const Clock& clock_;
    Activity& activity_;
    RunnerOptions options_;
    const log::Membership* membership_{nullptr};
    SubscriptionEntries entries_;
};

}  // namespace sluice::runtime
