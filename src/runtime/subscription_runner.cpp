#include "runtime/subscription_runner.hpp"

#include "base/point.hpp"
#include "runtime/dispatch_tables.hpp"
#include "runtime/retry_open.hpp"
#include "runtime/topics.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

namespace sluice::runtime {

/// From taking the homes to giving them back.
struct SubscriptionRunner::Session {
    std::unique_ptr<log::Lease> lease;
    std::vector<std::unique_ptr<OrderedWindow>> windows;
    Activity submitted;
    std::vector<std::unique_ptr<SubscriptionWorker>> workers;
    std::vector<std::vector<Offset>> done;  ///< by subscription, by home
    std::atomic<std::size_t> running{0};
    std::mutex failure_mutex;
    Status failure{ok()};
    std::vector<std::jthread> threads;  ///< last: they join before what they use goes
};

SubscriptionRunner::SubscriptionRunner(
    log::Log& log, const Clock& clock, Activity& activity, RunnerOptions options
)
    : log_{log},
      clock_{clock},
      activity_{activity},
      options_{std::move(options)},
      group_{runner_group(options_.name)} {}

void SubscriptionRunner::add(Subscription subscription) {
    entries_.push_back(std::make_unique<SubscriptionEntry>(std::move(subscription), options_.homes)
    );
}

bool SubscriptionRunner::settled(HomeId home, Offset end) const {
    return std::all_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
        return Offset{entry->settled[home.value].load(std::memory_order_acquire)} >= end;
    });
}

Status SubscriptionRunner::run(const std::stop_token& stop) {
    return run_reopening(log_, stop, [&] { return run_session(stop); });
}

Status SubscriptionRunner::run_session(const std::stop_token& stop) {
    Session session;
    if (const Status opened = open(session); !opened) return opened;
    start_workers(session);
    return close(session, commit_loop(session, stop));
}

Status SubscriptionRunner::open(Session& session) {
    std::vector<HomeId> homes;
    const std::string topic = ordered_topic(options_.domain);
    for (HomeId home{0}; home.value < options_.homes; home = home.next()) {
        homes.push_back(home);
        const log::PartitionRef from{topic, PartitionId{home.value}};
        session.windows.push_back(std::make_unique<OrderedWindow>(log_, from, options_.read));
    }
    auto lease = log_.take(group_, homes);
    if (!lease) return lease.error();
    session.lease = std::move(lease.value());
    const SubscriptionWorker::Context context{
        log_, clock_, session.windows, activity_, session.submitted, group_};
    for (const auto& entry : entries_) {
        std::vector<dispatch::Dispatcher::Restored> restored;
        std::vector<Offset>& done = session.done.emplace_back();
        for (const HomeId home : homes) {
            const auto ends = log_.ends({topic, PartitionId{home.value}});
            if (!ends) return ends.error();
            const ScanTable scan = [&](log::Table from, std::string_view key, std::size_t limit) {
                return session.lease->scan(home, from, key, limit);
            };
            auto state = restore_dispatcher(scan, entry->subscription.name, ends.value().first);
            if (!state) return state.error().at(entry->subscription.name);
            done.push_back(state.value().progress.next);
            restored.push_back(std::move(state.value()));
        }
        session.workers.push_back(
            std::make_unique<SubscriptionWorker>(context, *entry, std::move(restored))
        );
    }
    return ok();
}

void SubscriptionRunner::start_workers(Session& session) {
    session.running = session.workers.size();
    for (const auto& worker : session.workers) {
        session.threads.emplace_back([&session, &worker](const std::stop_token& stop) {
            if (Status ended = worker->run(stop); !ended) {
                const std::lock_guard lock{session.failure_mutex};
                if (session.failure) session.failure = std::move(ended);
            }
            --session.running;
            session.submitted.moved();
        });
    }
}

/// Until all workers have ended and what they left is written, or something failed.
Status SubscriptionRunner::commit_loop(Session& session, const std::stop_token& stop) {
    const std::stop_callback wake{stop, [&session] {
                                      for (auto& thread : session.threads) thread.request_stop();
                                      session.submitted.moved();
                                  }};
    while (true) {
        const std::uint64_t seen = session.submitted.version();
        const auto next = std::chrono::steady_clock::now() + options_.commit_interval;
        const bool all_ended = session.running == 0;  // before the commit: nothing comes after it
        if (const Status committed = commit(session); !committed) return committed;
        {
            const std::lock_guard lock{session.failure_mutex};
            if (!session.failure) return session.failure;
        }
        if (all_ended && (stop.stop_requested() || !session.workers.empty())) return ok();
        session.submitted.wait_until(seen, std::chrono::steady_clock::time_point::max());
        if (!stop.stop_requested()) std::this_thread::sleep_until(next);
    }
}

Status SubscriptionRunner::commit(Session& session) {
    log::Step step;
    std::vector<std::size_t> taken;
    std::map<HomeId, bool> moved;
    for (std::size_t i = 0; i < session.workers.size(); ++i) {
        auto part = session.workers[i]->slot().take();
        if (!part) continue;
        taken.push_back(i);
        for (const auto& [home, next] : part->done) {
            session.done[i][home.value] = next;
            moved[home] = true;
        }
        for (log::StateChange& change : part->changes) {
            step.changes.push_back(std::move(change));
        }
    }
    if (taken.empty()) return ok();
    // Retention must not take what any subscription still needs: the group has consumed what all
    // have done.
    for (const auto& [home, is_moved] : moved) {
        Offset least{std::numeric_limits<std::int64_t>::max()};
        for (const auto& done : session.done) least = std::min(least, done[home.value]);
        step.consumed.push_back({home, session.windows[home.value]->from(), least});
    }
    const auto homes = session.lease->homes();
    step.homes.assign(homes.begin(), homes.end());
    SLUICE_POINT("runner.before_commit");
    if (const auto written = session.lease->commit(std::move(step)); !written) {
        return written.error();
    }
    SLUICE_POINT("runner.after_commit");
    for (const std::size_t i : taken) session.workers[i]->slot().written();
    activity_.moved();
    return ok();
}

Status SubscriptionRunner::close(Session& session, Status status) {
    for (auto& thread : session.threads) thread.request_stop();
    for (const auto& worker : session.workers) worker->slot().close();
    session.threads.clear();  // joins
    session.workers.clear();
    session.lease.reset();
    return status;
}

}  // namespace sluice::runtime
