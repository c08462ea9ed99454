#include "runtime/dispatching/runner_session.hpp"

#include "base/point.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace sluice::runtime {

std::string RunnerOptions::ordered_topic() const {
    return given != nullptr ? given->ordered_topic() : runtime::ordered_topic(domain);
}

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
        const log::PartitionRef from{options.ordered_topic(), PartitionId{home.value}};
        windows_[home.value] =
            std::make_unique<OrderedWindow>(context_.log, from, options.read, options.given);
    }
    auto lease = context_.log.take(runner_group(options.name), homes_);
    if (!lease) return lease.error();
    lease_ = std::move(lease.value());
    if (const Status fits = check_facts(); !fits) return fits;
    for (const HomeId home : homes_) {
        for (const std::string& gone : context_.forgotten) {
            if (Status forgotten = forget(gone, home); !forgotten) return forgotten;
        }
        if (Status taken = take_away_the_gone(home); !taken) return taken;
    }
    for (const auto& entry : context_.entries) {
        if (const Status opened = open_worker(*entry); !opened) return opened;
    }
    return claim();
}

/// What a subscription that is new here still needs, the group has not consumed: said before it
/// reads, so that retention leaves it.
Status RunnerSession::claim() {
    log::Step step;
    step.changes = std::move(opening_);
    for (const HomeId home : homes_) {
        if (done_.empty()) break;
        const log::PartitionRef& from = windows_[home.value]->from();
        const auto consumed = lease_->consumed(home, from);
        if (!consumed) return consumed.error();
        const Offset next = least(done_, home);
        if (consumed.value() && *consumed.value() <= next) continue;
        step.consumed.push_back({home, from, next});
    }
    if (step.empty()) return ok();
    step.homes = homes_;
    if (const auto written = lease_->commit(std::move(step)); !written) return written.error();
    for (const HomeId home : homes_) {
        if (done_.empty()) break;
        const log::PartitionRef& from = windows_[home.value]->from();
        const auto ends = context_.log.ends(from);
        if (!ends) return ends.error();
        const bool is_given = context_.options.given != nullptr;
        const auto oldest = is_given ? Result<Offset>{ends.value().first}
                                     : oldest_of(context_.log, from, ends.value());
        if (!oldest) return oldest.error();
        if (oldest.value() <= least(done_, home)) continue;
        return Error{
            ErrorCode::kUnavailable,
            "retention took what a subscription was about to read first; it begins anew"};
    }
    return ok();
}

Status RunnerSession::open_worker(SubscriptionEntry& entry) {
    const std::string& name = entry.subscription.name;
    std::vector<RestoredHome> restored;
    OffsetByHome& done = done_.emplace_back();
    OffsetByHome& commands = commands_.emplace_back();
    for (const HomeId home : homes_) {
        const auto ends = context_.log.ends(windows_[home.value]->from());
        if (!ends) return ends.error();
        const ScanTable scan = [&](log::Table from, std::string_view key, std::size_t limit) {
            return lease_->scan(home, from, key, limit);
        };
        const BeginAt& begin_at = entry.subscription.begin;
        const auto first =
            begin_at ? begin_at(home, ends.value()) : Result<Offset>{ends.value().first};
        if (!first) return first.error().at(name);
        auto state = restore_dispatcher(scan, name, first.value());
        if (!state) return state.error().at(name);
        const Status kept = keep_begin(entry.subscription, home, state.value().progress);
        if (!kept) return kept.error().at(name);
        if (context_.options.given != nullptr) {
            const Status fits = follow_given(entry, home, ends.value(), state.value());
            if (!fits) return fits.error().at(name);
        }
        const auto begin =
            context_.log.ends({commands_topic(context_.options.domain), PartitionId{home.value}});
        if (!begin) return begin.error();
        const auto read = restore_commands_read(scan, name, begin.value().first);
        if (!read) return read.error().at(name);
        done[home] = state.value().progress.next;
        commands[home] = read.value();
        restored.push_back({home, std::move(state.value()), read.value()});
    }
    const SubscriptionWorker::Context context{
        context_.log,
        context_.clock,
        windows_,
        context_.activity,
        submitted_,
        runner_group(context_.options.name),
        context_.options.domain,
        context_.options.tracer};
    workers_.push_back(std::make_unique<SubscriptionWorker>(context, entry, std::move(restored)));
    return ok();
}

Status RunnerSession::commit() {
    if (const Status same = check_given(); !same) return same;
    log::Step step;
    std::vector<std::size_t> taken;
    std::set<HomeId> moved;
    std::set<HomeId> obeyed;
    std::map<HomeId, std::vector<Record>> audit;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        auto part = workers_[i]->slot().take();
        if (!part) continue;
        taken.push_back(i);
        for (const auto& [home, next] : part->done) {
            done_[i][home] = next;
            moved.insert(home);
        }
        for (const auto& [home, next] : part->commands) {
            commands_[i][home] = next;
            obeyed.insert(home);
        }
        for (auto& [home, record] : part->audit) audit[home].push_back(std::move(record));
        for (log::StateChange& change : part->changes) step.changes.push_back(std::move(change));
    }
    if (taken.empty()) return ok();
    // Retention must not take what any subscription still needs: the group has consumed what all
    // have done.
    for (const HomeId home : moved) {
        step.consumed.push_back({home, windows_[home.value]->from(), least(done_, home)});
    }
    const std::string& domain = context_.options.domain;
    for (const HomeId home : obeyed) {
        const log::PartitionRef from{commands_topic(domain), PartitionId{home.value}};
        step.consumed.push_back({home, from, least(commands_, home)});
    }
    for (auto& [home, records] : audit) {
        step.appends.push_back({{audit_topic(domain), PartitionId{home.value}}, std::move(records)}
        );
    }
    step.homes = homes_;
    SLUICE_POINT("runner.before_commit");
    if (const auto written = lease_->commit(std::move(step)); !written) return written.error();
    SLUICE_POINT("runner.after_commit");
    for (const std::size_t i : taken) workers_[i]->slot().written();
    context_.activity.moved();
    for (const HomeId home : obeyed) {
        // Brokers that cannot be asked now keep theirs for longer, and stop nobody.
        const Status trimmed = trim_commands(home);
        if (!trimmed && trimmed.error().code != ErrorCode::kUnavailable) return trimmed;
    }
    return ok();
}

Offset RunnerSession::least(const std::vector<OffsetByHome>& by_subscription, HomeId home) {
    Offset lowest{std::numeric_limits<std::int64_t>::max()};
    for (const auto& one : by_subscription) lowest = std::min(lowest, one.at(home));
    return lowest;
}

/// What was carried out lies in the audit topic; not each time, since it costs the log a write.
Status RunnerSession::trim_commands(HomeId home) {
    constexpr std::int64_t kTrimmedAtOnce = 1'000;
    const log::PartitionRef from{commands_topic(context_.options.domain), PartitionId{home.value}};
    const auto ends = context_.log.ends(from);
    if (!ends) return ends.error();
    const auto consumed = context_.log.consumed_by(runner_group(context_.options.name), from);
    if (!consumed) return consumed.error();
    if (!consumed.value()) return ok();
    if (consumed.value()->value - ends.value().first.value < kTrimmedAtOnce) return ok();
    return context_.log.trim(from, *consumed.value());
}

}  // namespace sluice::runtime
