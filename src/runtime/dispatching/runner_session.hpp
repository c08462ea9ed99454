#pragma once

#include <sluice/result.hpp>

#include "runtime/dispatching/ordered_window.hpp"
#include "runtime/dispatching/subscription_worker.hpp"
#include "runtime/domain/activity.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice::runtime {

struct RunnerOptions {
    std::string name;    ///< of the runner: its group is `runner.<name>`
    std::string domain;  ///< whose ordered topic it reads
    std::uint32_t homes{};
    log::ReadLimits read{500, std::size_t{1} << 20, /*waits=*/false};
    Milliseconds commit_interval{20};      ///< progress is written no more often
    const trace::Tracer* tracer{nullptr};  ///< null: nothing is traced
    /// Of a domain whose topic somebody else has put in order; it outlives the runner. Null: its
    /// sequencer writes the topic.
    const DomainPlan* given{nullptr};

    [[nodiscard]] std::string ordered_topic() const;
};

/// shared_ptr: one may be taken away while somebody looks at it, or a session still ends.
using SubscriptionEntries = std::vector<std::shared_ptr<SubscriptionEntry>>;

/// Of deleted subscriptions: the last life that has ended.
using LifeByName = std::map<std::string, std::uint64_t, std::less<>>;

/// A runner from taking its homes to losing them: a worker per subscription, and the steps that
/// write what they decide.
/// Threads:  none of its own. The workers are stepped by one thread each, or all by one; `commit`
///           by one.
/// Lifetime: the log, the clock, the entries and the activity outlive it.
/// Failure:  after any error of `commit` the session is thrown away; the inboxes know what was
///           handled.
class RunnerSession {
public:
    struct Context {
        log::Log& log;
        const Clock& clock;
        Activity& activity;  ///< told when something was handled or written
        const RunnerOptions& options;
        SubscriptionEntries& entries;
        std::vector<HomeId> homes{};           ///< to take; empty: all of the domain's
        std::vector<std::string> forgotten{};  ///< subscriptions of which nothing is to be left
        LifeByName gone{};                     ///< … nothing of this life and those before it
    };

    [[nodiscard]] static Result<std::unique_ptr<RunnerSession>> open(const Context& context);

    /// Writes what the workers have handed over since the last call; returns when it is durable.
    Status commit();

    [[nodiscard]] const std::vector<std::unique_ptr<SubscriptionWorker>>& workers() const {
        return workers_;
    }

    /// Moves when a worker has something to write.
    [[nodiscard]] Activity& submitted() { return submitted_; }

private:
    using OffsetByHome = std::map<HomeId, Offset>;

    explicit RunnerSession(const Context& context);

    Status open_all();
    Status check_facts();
    Status open_worker(SubscriptionEntry& entry);
    Status follow_given(
        const SubscriptionEntry& entry,
        HomeId home,
        const log::Ends& ends,
        dispatch::Dispatcher::Restored& state
    );
    Status check_given();
    Status forget(const std::string& subscription, HomeId home);
    Status take_away_the_gone(HomeId home);
    Status keep_begin(
        const Subscription& subscription, HomeId home, const dispatch::Progress& progress
    );
    Status claim();
    [[nodiscard]] static Offset least(
        const std::vector<OffsetByHome>& by_subscription, HomeId home
    );
    Status trim_commands(HomeId home);

    Context context_;
    std::vector<HomeId> homes_;
    std::unique_ptr<log::Lease> lease_;
    std::vector<std::unique_ptr<OrderedWindow>> windows_;
    Activity submitted_;
    std::vector<std::unique_ptr<SubscriptionWorker>> workers_;
    std::vector<OffsetByHome> done_;         ///< by subscription
    std::vector<OffsetByHome> commands_;     ///< carried out; by subscription
    std::vector<log::StateChange> opening_;  ///< of a given topic: to be written before any other
    std::chrono::steady_clock::time_point given_looked_at_{};
};

}  // namespace sluice::runtime
