#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "runtime/dispatching/subscription_runner.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/domain/probe.hpp"
#include "runtime/engine/publisher.hpp"
#include "runtime/inspect/trail_keeper.hpp"
#include "runtime/sequencing/sequencing_task.hpp"
#include "runtime/states/state_keeper.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::runtime {

struct EngineOptions {
    std::uint32_t threads{1};  ///< that sequence, per domain; its homes are split between them
    TaskOptions task;          ///< `homes` is set by the engine
    Milliseconds commit_interval{20};
    bool trails{false};  ///< kept of each domain, for who asks for a subject's story
    bool states{false};  ///< kept of subjects at each position, where a contract has a reducer
    project::JqPrograms::Options programs{};  ///< how the programs of reducers are run
    Notify notify{};  ///< told of events that did not simply pass; may be empty
    const trace::Tracer* tracer{nullptr};  ///< null: nothing is traced; it outlives the engine
};

/// What may wait of one subject is read whole when it is asked for, and may go in one step, which
/// the log takes up to 64 MiB of.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{32} << 20;

/// Everything that runs over one log: the sequencing tasks and the subscriptions of its domains.
/// What `sluice serve` and the public Instance stand on.
/// Threads:  `add_domain` before `start`, from one thread; all else from any.
/// Lifetime: log and clock outlive it.
/// Failure:  what a task or runner cannot mend is kept as `failure`: stop, and end the process.
class Engine {
public:
    Engine(log::Log& log, const Clock& clock, EngineOptions options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Makes the domain's topics. kBadConfig: more may wait of a subject than a step carries;
    /// kConflict names a topic with another count of partitions.
    [[nodiscard]] Status add_domain(DomainPlan plan);

    /// kNotFound: no such domain; kAlreadyExists: its name is taken in that domain.
    [[nodiscard]] Status add_subscription(std::string_view domain, Subscription subscription);

    /// Another one in the place of the one of its name, which keeps its progress and backlogs.
    /// kNotFound: no such domain, or no such subscription in it.
    [[nodiscard]] Status replace_subscription(std::string_view domain, Subscription subscription);

    /// Takes that life of it away, and all that is kept up to it; also of one that is not there,
    /// and of homes that come to this process later.
    [[nodiscard]] Status retire_subscription(
        std::string_view domain, const std::string& name, std::uint64_t life
    );

    /// Until what was changed of the domain's subscriptions is so in the homes that this process
    /// has: what was in flight before is over. False: not within `timeout`.
    [[nodiscard]] bool wait_until_carried(std::string_view domain, Milliseconds timeout) const;

    /// Takes one away, and all that is kept of it; also what is kept of one that is not there.
    /// kNotFound: no such domain.
    [[nodiscard]] Status remove_subscription(std::string_view domain, const std::string& name);

    [[nodiscard]] std::vector<Result<Placed>> publish(std::span<const Event> events) const {
        return publisher_.publish(events);
    }

    [[nodiscard]] Status start();

    /// Everything published so far has been sequenced and handled, or waits, or is parked. False:
    /// not within `timeout`, or the engine has failed or was never started.
    [[nodiscard]] bool wait_until_idle(Milliseconds timeout) const;

    /// 1. the tasks end their steps; 2. the runners finish what is in flight and write it; 3. the
    /// trails and states end where they are; 4. all leave their groups. Safe to repeat. Answers
    /// `failure`.
    Status stop();

    /// What made a task or runner end, if one did, and of which domain it was.
    [[nodiscard]] Status failure() const;

    struct Domain {
        DomainPlan plan;
        sequence::Sequencer sequencer;
        std::unique_ptr<log::Membership> sequencing;  ///< from `start` to `stop`; null: it has no
                                                      ///< sequencer
        std::shared_ptr<log::Membership> running;     ///< shared with who asks whether all is idle
        std::vector<std::unique_ptr<SequencingProbe>> probes;  ///< one per task
        std::vector<std::unique_ptr<SequencingTask>> tasks;
        std::unique_ptr<SubscriptionRunner> runner;
        std::unique_ptr<log::Membership> trailing{};  ///< as `sequencing`, if trails are kept
        std::unique_ptr<TrailKeeper> trails{};
        std::unique_ptr<log::Membership> folding{};  ///< likewise, if states are
        std::unique_ptr<StateKeeper> states{};
    };

    [[nodiscard]] const std::vector<std::unique_ptr<Domain>>& domains() const { return domains_; }

    [[nodiscard]] const log::Log& log() const { return log_; }

private:
    using Body = std::function<Status(const std::stop_token&)>;  ///< of a thread

    [[nodiscard]] Domain* find(std::string_view domain) const;
    [[nodiscard]] static Status prepare(const Domain& domain, Subscription& subscription);
    [[nodiscard]] Status join(Domain& domain);
    void start_tasks(Domain& domain);
    [[nodiscard]] Status start_trails(Domain& domain);
    [[nodiscard]] Status start_states(Domain& domain);
    [[nodiscard]] Result<bool> is_idle(const Domain& domain) const;
    [[nodiscard]] Result<bool> is_sequenced(const Domain& domain) const;
    [[nodiscard]] Result<bool> is_settled(const Domain& domain, HomeId home) const;
    [[nodiscard]] Result<bool> is_consumed(const Domain& domain, const log::PartitionRef& from)
        const;
    [[nodiscard]] Notify notify_of(const Domain& domain) const;
    void run(std::vector<std::jthread>& threads, std::string who, Body body);

    log::Log& log_;
    const Clock& clock_;
    EngineOptions options_;
    Publisher publisher_;
    std::vector<std::unique_ptr<Domain>> domains_;
    mutable Activity activity_;
    mutable std::mutex mutex_;
    Status failure_{ok()};
    bool started_{false};
    std::mutex stop_mutex_;
    std::vector<std::jthread> trail_threads_;  ///< of states, too
    std::vector<std::jthread> runner_threads_;
    std::vector<std::jthread>
        task_threads_;  ///< last: ends before the runners, and all before the rest
};

}  // namespace sluice::runtime
