#pragma once

#include <sluice/result.hpp>

#include "runtime/dispatching/runner_session.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Carries the subscriptions of one domain: reads each ordered partition once for all that are at
/// its head, and writes in steps what their dispatchers decide. A subscription that lags or
/// stands still holds no other.
/// Threads:  `run` is the body of its own thread and starts one more per subscription; all else
///           from any. One that is added or removed while it runs makes it drain and take its homes
///           again: the others stand still for that moment.
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

    void add(Subscription subscription, Notify notify = {});

    /// Takes a subscription away, and all that is kept of it: backlogs, progress. False: there is
    /// none. What it has in flight may still be handled.
    bool remove(std::string_view name);

    /// Another one in the place of the one of its name: progress, backlogs and holds stay. False:
    /// there is none.
    bool replace(Subscription subscription, Notify notify = {});

    /// Takes the subscription away, if that life of it is there, and all that is kept of it up to
    /// that life: in the homes that this runner has, and in those that it takes later.
    void retire(const std::string& name, std::uint64_t life);

    /// The second half of `remove` alone, for one that was taken away by a process before this one.
    void forget(std::string name);

    /// Its homes are those of the membership, which outlives it; otherwise all. Before `run`.
    void follow(const log::Membership& membership) { membership_ = &membership; }

    /// Returns when stopped and drained: what was in flight is finished and written.
    Status run(const std::stop_token& stop);

    /// Whether every subscription has handled, or keeps in a backlog, what lies below `end`.
    [[nodiscard]] bool settled(HomeId home, Offset end) const;

    /// Whether who was added, replaced or taken away last is so in the homes that it has.
    [[nodiscard]] bool is_carried() const { return carried_.load() >= roll().version; }

    /// Those of this moment.
    [[nodiscard]] SubscriptionEntries entries() const;

    [[nodiscard]] const RunnerOptions& options() const { return options_; }

private:
    struct Crew;

    /// Who is carried, from one change to the next.
    struct Roll {
        std::uint64_t version{0};
        SubscriptionEntries entries;
        std::vector<std::string> forgotten;
        LifeByName gone;
    };

    Status run_session(const std::stop_token& stop);
    [[nodiscard]] Roll roll() const;
    [[nodiscard]] bool is_share_of(std::uint64_t round) const;
    static void start_workers(Crew& crew);
    Status commit_loop(Crew& crew, const std::stop_token& stop, std::uint64_t round);
    [[nodiscard]] bool is_roll(std::uint64_t version) const;
    static Status close(Crew& crew, Status status);

    log::Log& log_;
    const Clock& clock_;
    Activity& activity_;
    RunnerOptions options_;
    const log::Membership* membership_{nullptr};
    mutable std::mutex roll_mutex_;
    Roll roll_;
    std::atomic<std::uint64_t> carried_{
        0};  ///< the version of the roll that a session was opened with
};

}  // namespace sluice::runtime
