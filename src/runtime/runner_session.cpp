#include "runtime/runner_session.hpp"

#include "base/point.hpp"
#include "runtime/dispatch_tables.hpp"
#include "runtime/topics.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace sluice::runtime {

RunnerSession::RunnerSession(const Context& context)
    : context_{context},
      homes_{context.homes},
      windows_(context.options.homes) {
    if (!homes_.empty()) return;
    for (HomeId home{0}; home.value < context_.options.homes; home = home.next()) {
        homes_.push_back(home);
    }
}

Result<std::unique_ptr<RunnerSession>> RunnerSession::open(const Context& context) {
    std::unique_ptr<RunnerSession> session{new RunnerSession{context}};
    if (const Status opened = session->open_all(); !opened) return opened.error();
    return session;
}

Status RunnerSession::open_all() {
    const RunnerOptions& options = context_.options;
    for (const HomeId home : homes_) {
        const log::PartitionRef from{ordered_topic(options.domain), PartitionId{home.value}};
        windows_[home.value] = std::make_unique<OrderedWindow>(context_.log, from, options.read);
    }
    auto lease = context_.log.take(runner_group(options.name), homes_);
    if (!lease) return lease.error();
    lease_ = std::move(lease.value());
    for (const auto& entry : context_.entries) {
        if (const Status opened = open_worker(*entry); !opened) return opened;
    }
    return claim();
}

/// What a subscription that is new here still needs, the group has not consumed: said before it
/// reads, so that retention leaves it.
Status RunnerSession::claim() {
    if (done_.empty()) return ok();
    log::Step step;
    for (const HomeId home : homes_) {
        const log::PartitionRef& from = windows_[home.value]->from();
        const auto consumed = lease_->consumed(home, from);
        if (!consumed) return consumed.error();
        const Offset least = least_done(home);
        if (consumed.value() && *consumed.value() <= least) continue;
        step.consumed.push_back({home, from, least});
    }
    if (step.consumed.empty()) return ok();
    step.homes = homes_;
    if (const auto written = lease_->commit(std::move(step)); !written) return written.error();
    for (const HomeId home : homes_) {
        const auto ends = context_.log.ends(windows_[home.value]->from());
        if (!ends) return ends.error();
        if (ends.value().first <= least_done(home)) continue;
        return Error{
            ErrorCode::kUnavailable,
            "retention took what a subscription was about to read first; it begins anew"};
    }
    return ok();
}

Offset RunnerSession::least_done(HomeId home) const {
    Offset least{std::numeric_limits<std::int64_t>::max()};
    for (const auto& done : done_) least = std::min(least, done.at(home));
    return least;
}

Status RunnerSession::open_worker(SubscriptionEntry& entry) {
    const std::string& name = entry.subscription.name;
    std::vector<RestoredHome> restored;
    std::map<HomeId, Offset>& done = done_.emplace_back();
    for (const HomeId home : homes_) {
        const auto ends = context_.log.ends(windows_[home.value]->from());
        if (!ends) return ends.error();
        const ScanTable scan = [&](log::Table from, std::string_view key, std::size_t limit) {
            return lease_->scan(home, from, key, limit);
        };
        auto state = restore_dispatcher(scan, name, ends.value().first);
        if (!state) return state.error().at(name);
        done[home] = state.value().progress.next;
        restored.push_back({home, std::move(state.value())});
    }
    const SubscriptionWorker::Context context{
        context_.log,
        context_.clock,
        windows_,
        context_.activity,
        submitted_,
        runner_group(context_.options.name),
        context_.options.tracer};
    workers_.push_back(std::make_unique<SubscriptionWorker>(context, entry, std::move(restored)));
    return ok();
}

Status RunnerSession::commit() {
    log::Step step;
    std::vector<std::size_t> taken;
    std::set<HomeId> moved;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        auto part = workers_[i]->slot().take();
        if (!part) continue;
        taken.push_back(i);
        for (const auto& [home, next] : part->done) {
            done_[i][home] = next;
            moved.insert(home);
        }
        for (log::StateChange& change : part->changes) step.changes.push_back(std::move(change));
    }
    if (taken.empty()) return ok();
    // Retention must not take what any subscription still needs: the group has consumed what all
    // have done.
    for (const HomeId home : moved) {
        step.consumed.push_back({home, windows_[home.value]->from(), least_done(home)});
    }
    step.homes = homes_;
    SLUICE_POINT("runner.before_commit");
    if (const auto written = lease_->commit(std::move(step)); !written) return written.error();
    SLUICE_POINT("runner.after_commit");
    for (const std::size_t i : taken) workers_[i]->slot().written();
    context_.activity.moved();
    return ok();
}

}  // namespace sluice::runtime
