#include "runtime/engine/engine.hpp"

#include "runtime/domain/topics.hpp"
#include "runtime/states/state_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::runtime {

namespace {

/// Offsets only rise, and are read once each.
void expect_positions(const GivenPlan& given, dispatch::DispatcherOptions& options) {
    switch (given.order.positions) {
        case contract::Positions::kContiguous: return;
        case contract::Positions::kOffset: options.subjects_checked_max = 0; [[fallthrough]];
        case contract::Positions::kRising: options.positions = dispatch::PositionRule::kRising;
    }
}

Error no_domain(std::string_view domain) {
    return {ErrorCode::kNotFound, fmt::format("domain {}: no such domain", domain)};
}

}  // namespace

Engine::Engine(log::Log& log, const Clock& clock, EngineOptions options)
    : log_{log},
      clock_{clock},
      options_{std::move(options)},
      publisher_{log, clock, options_.tracer} {}

Engine::~Engine() {
    static_cast<void>(stop());
}

Status Engine::add_domain(DomainPlan plan) {
    if (find(plan.name) != nullptr) {
        return Error{ErrorCode::kAlreadyExists, fmt::format("domain {} is there", plan.name)};
    }
    if (const Status valid = plan.sequencer.validate(); !valid) return valid.error().at(plan.name);
    if (plan.sequencer.waiting_bytes_max > kWaitingBytesMax) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "{}: waiting.bytes: {} is more than {} (32MiB): what waits for one subject has to "
                "fit "
                "into one step",
                plan.name,
                plan.sequencer.waiting_bytes_max,
                kWaitingBytesMax
            )};
    }
    const Status topics = plan.given
                              ? ensure_given_topics(log_, plan)
                              : ensure_topics(log_, plan.name, plan.homes, plan.channel_topics());
    if (!topics) return topics.error().at(plan.name);
    RunnerOptions runner;
    runner.name = plan.name;
    runner.domain = plan.name;
    runner.homes = plan.homes;
    runner.commit_interval = options_.commit_interval;
    runner.tracer = options_.tracer;
    sequence::Sequencer sequencer{plan.sequencer};
    auto domain = std::make_unique<Domain>(Domain{
        std::move(plan), std::move(sequencer), nullptr, nullptr, {}, {}, nullptr});
    if (domain->plan.given) runner.given = &domain->plan;
    if (!options_.states) domain->plan.folded.reset();
    domain->runner = std::make_unique<SubscriptionRunner>(log_, clock_, activity_, runner);
    publisher_.add(domain->plan);
    domains_.push_back(std::move(domain));
    return ok();
}

Status Engine::add_subscription(std::string_view domain, Subscription subscription) {
    Domain* found = find(domain);
    if (found == nullptr) return no_domain(domain);
    const auto& entries = found->runner->entries();
    const bool taken = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
        return entry->subscription.name == subscription.name;
    });
    if (taken) {
        return Error{
            ErrorCode::kAlreadyExists,
            fmt::format("subscription {} of domain {} is there", subscription.name, domain)};
    }
    if (const Status fits = prepare(*found, subscription); !fits) return fits;
    found->runner->add(std::move(subscription), notify_of(*found));
    return ok();
}

Status Engine::prepare(const Domain& domain, Subscription& subscription) {
    if (const Status valid = subscription.options.validate(); !valid) {
        return valid.error().at(subscription.name);
    }
    if (const Status valid = subscription.breaker.validate(); !valid) {
        return valid.error().at(subscription.name);
    }
    if (domain.plan.given) expect_positions(*domain.plan.given, subscription.options);
    return ok();
}

Status Engine::replace_subscription(std::string_view domain, Subscription subscription) {
    Domain* found = find(domain);
    if (found == nullptr) return no_domain(domain);
    if (const Status fits = prepare(*found, subscription); !fits) return fits;
    std::string name = subscription.name;
    if (found->runner->replace(std::move(subscription), notify_of(*found))) return ok();
    return Error{
        ErrorCode::kNotFound, fmt::format("domain {} has no subscription {}", domain, name)};
}

Status Engine::retire_subscription(
    std::string_view domain, const std::string& name, std::uint64_t life
) {
    Domain* found = find(domain);
    if (found == nullptr) return no_domain(domain);
    found->runner->retire(name, life);
    return ok();
}

bool Engine::wait_until_carried(std::string_view domain, Milliseconds timeout) const {
    constexpr Milliseconds kLookAgain{5};
    const Domain* found = find(domain);
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (found != nullptr) {
        if (found->runner->is_carried()) return true;
        {
            const std::lock_guard lock{mutex_};
            if (!started_ || !failure_) return false;
        }
        const auto now = std::chrono::steady_clock::now();
        if (now >= until) return false;
        activity_.wait_until(activity_.version(), now + kLookAgain);
    }
    return false;
}

Status Engine::remove_subscription(std::string_view domain, const std::string& name) {
    Domain* found = find(domain);
    if (found == nullptr) return no_domain(domain);
    if (!found->runner->remove(name)) found->runner->forget(name);
    return ok();
}

Status Engine::start() {
    {
        const std::lock_guard lock{mutex_};
        if (started_) return Error{ErrorCode::kAlreadyExists, "it was started before"};
        started_ = true;
    }
    for (const auto& domain : domains_) {
        if (const Status joined = join(*domain); !joined)
            return joined.error().at(domain->plan.name);
    }
    for (const auto& domain : domains_) {
        if (!domain->plan.given) start_tasks(*domain);
        SubscriptionRunner* runner = domain->runner.get();
        runner->follow(*domain->running);
        run(runner_threads_,
            fmt::format("subscriptions of {}", domain->plan.name),
            [runner](const std::stop_token& stop) { return runner->run(stop); });
        if (const Status trailed = start_trails(*domain); !trailed) {
            return trailed.error().at(domain->plan.name);
        }
        if (const Status folded = start_states(*domain); !folded) {
            return folded.error().at(domain->plan.name);
        }
    }
    return ok();
}

Status Engine::join(Domain& domain) {
    const std::string ordered = domain.plan.ordered_topic();
    if (!domain.plan.given) {
        auto sequencing = log_.join(
            {sequencer_group(domain.plan.name), repartition_topic(domain.plan.name), {ordered}}
        );
        if (!sequencing) return sequencing.error();
        domain.sequencing = std::move(sequencing.value());
    }
    auto running = log_.join({runner_group(domain.runner->options().name), ordered, {}});
    if (!running) return running.error();
    const std::lock_guard lock{mutex_};
    domain.running = std::move(running.value());
    return ok();
}

void Engine::start_tasks(Domain& domain) {
    const std::uint32_t tasks = std::clamp(options_.threads, 1U, domain.plan.homes);
    for (std::uint32_t t = 0; t < tasks; ++t) {
        SequencingProbe& probe = *domain.probes.emplace_back(std::make_unique<SequencingProbe>());
        probe.notify = notify_of(domain);
        const TaskContext context{
            log_, clock_, domain.plan, domain.sequencer, probe, options_.tracer};
        const TaskShare share{domain.sequencing.get(), t, tasks};
        SequencingTask* task = domain.tasks
                                   .emplace_back(std::make_unique<SequencingTask>(
                                       context, options_.task, activity_, share
                                   ))
                                   .get();
        run(task_threads_,
            fmt::format("sequencer of {}", domain.plan.name),
            [task](const std::stop_token& stop) { return task->run(stop); });
    }
}

Status Engine::start_trails(Domain& domain) {
    if (!options_.trails || domain.plan.given) return ok();
    const std::string& name = domain.plan.name;
    auto trailing = log_.join({trail_group(name), ordered_topic(name), {}});
    if (!trailing) return trailing.error();
    domain.trailing = std::move(trailing.value());
    domain.trails = std::make_unique<TrailKeeper>(log_, name, *domain.trailing);
    TrailKeeper* keeper = domain.trails.get();
    run(trail_threads_, fmt::format("trails of {}", name), [keeper](const std::stop_token& stop) {
        return keeper->run(stop);
    });
    return ok();
}

Status Engine::start_states(Domain& domain) {
    if (!domain.plan.folded) return ok();
    const std::string& name = domain.plan.name;
    auto fold = state::StateFold::open(domain.plan.folded, options_.programs);
    if (!fold) return fold.error();
    auto folding = log_.join({state_group(name), ordered_topic(name), {}});
    if (!folding) return folding.error();
    domain.folding = std::move(folding.value());
    domain.states = std::make_unique<StateKeeper>(
        log_,
        name,
        *domain.folding,
        std::move(fold).value(),
        state::fingerprint_of(*domain.plan.folded)
    );
    StateKeeper* keeper = domain.states.get();
    run(trail_threads_, fmt::format("states of {}", name), [keeper](const std::stop_token& stop) {
        return keeper->run(stop);
    });
    return ok();
}

Notify Engine::notify_of(const Domain& domain) const {
    if (!options_.notify) return {};
    return [notify = options_.notify, name = domain.plan.name](Notice notice) {
        notice.domain = name;
        notify(std::move(notice));
    };
}

void Engine::run(std::vector<std::jthread>& threads, std::string who, Body body) {
    const auto whole =
        [this, who = std::move(who), body = std::move(body)](const std::stop_token& stop) {
            if (const Status ended = body(stop); !ended) {
                const std::lock_guard lock{mutex_};
                if (failure_) failure_ = ended.error().at(who);
            }
            activity_.moved();
        };
    threads.emplace_back(whole);
}

bool Engine::wait_until_idle(Milliseconds timeout) const {
    constexpr Milliseconds kLookAgain{50};
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const std::uint64_t seen = activity_.version();
        {
            const std::lock_guard lock{mutex_};
            if (!started_ || !failure_) return false;
        }
        const bool idle = std::all_of(domains_.begin(), domains_.end(), [this](const auto& domain) {
            const auto answer = is_idle(*domain);
            return answer && answer.value();
        });
        if (idle) return true;
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) return false;
        activity_.wait_until(seen, std::min(deadline, now + kLookAgain));
    }
}

/// In the order of an event's way: what is consumed of the one is in the next.
Result<bool> Engine::is_idle(const Domain& domain) const {
    if (!domain.plan.given) {
        auto sequenced = is_sequenced(domain);
        if (!sequenced || !sequenced.value()) return sequenced;
    }
    for (HomeId home{0}; home.value < domain.plan.homes; home = home.next()) {
        auto settled = is_settled(domain, home);
        if (!settled || !settled.value()) return settled;
    }
    return true;
}

Result<bool> Engine::is_sequenced(const Domain& domain) const {
    const auto channels = as_they_are(log_, domain.plan.channel_topics());
    if (!channels) return channels.error();
    for (const log::TopicSpec& topic : channels.value()) {
        for (PartitionId p{0}; p.value < topic.partitions; p = p.next()) {
            auto consumed = is_consumed(domain, {topic.name, p});
            if (!consumed || !consumed.value()) return consumed;
        }
    }
    const std::string repartition = repartition_topic(domain.plan.name);
    for (PartitionId p{0}; p.value < domain.plan.homes; p = p.next()) {
        auto consumed = is_consumed(domain, {repartition, p});
        if (!consumed || !consumed.value()) return consumed;
    }
    return true;
}

/// Of a home that is another process's, only what its runner has written is known here.
Result<bool> Engine::is_settled(const Domain& domain, HomeId home) const {
    if (domain.runner->entries().empty()) return true;
    const log::PartitionRef ordered{domain.plan.ordered_topic(), PartitionId{home.value}};
    const auto ends = log_.ends(ordered);
    if (!ends) return ends.error();
    std::shared_ptr<log::Membership> running;
    {
        const std::lock_guard lock{mutex_};
        running = domain.running;
    }
    const std::vector<HomeId> ours = running ? running->share().homes : std::vector<HomeId>{};
    if (std::binary_search(ours.begin(), ours.end(), home)) {
        return domain.runner->settled(home, ends.value().committed);
    }
    const auto next = log_.consumed_by(runner_group(domain.runner->options().name), ordered);
    if (!next) return next.error();
    return next.value().value_or(ends.value().first) >= ends.value().committed;
}

Result<bool> Engine::is_consumed(const Domain& domain, const log::PartitionRef& from) const {
    const auto ends = log_.ends(from);
    if (!ends) return ends.error();
    const auto next = log_.consumed_by(sequencer_group(domain.plan.name), from);
    if (!next) return next.error();
    const Offset read = next.value().value_or(ends.value().first);
    return read >= ends.value().committed;
}

Status Engine::stop() {
    const std::lock_guard stopping{stop_mutex_};
    for (auto* threads : {&task_threads_, &runner_threads_, &trail_threads_}) {
        for (std::jthread& thread : *threads) thread.request_stop();
        threads->clear();  // joins
    }
    for (const auto& domain : domains_) {
        std::shared_ptr<log::Membership> leaving;
        {
            const std::lock_guard lock{mutex_};
            leaving = std::move(domain->running);
        }
        leaving.reset();
        domain->sequencing.reset();
        domain->trailing.reset();
        domain->folding.reset();
    }
    activity_.moved();
    return failure();
}

Status Engine::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

Engine::Domain* Engine::find(std::string_view domain) const {
    const auto found = std::find_if(domains_.begin(), domains_.end(), [&](const auto& one) {
        return one->plan.name == domain;
    });
    return found == domains_.end() ? nullptr : found->get();
}

}  // namespace sluice::runtime
