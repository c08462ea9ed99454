#include "daemon/metrics/lag_keeper.hpp"

#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"

#include <algorithm>
#include <atomic>

namespace sluice::daemon {

namespace {

using runtime::Counter;
using runtime::Engine;

Instant read_instant(const Counter& ms) {
    return Instant{static_cast<std::int64_t>(ms.load(std::memory_order_relaxed))};
}

/// The task that reads for a home: homes are dealt to them in turn.
const runtime::SequencingProbe* probe_of(const Engine::Domain& domain, HomeId home) {
    if (domain.probes.empty()) return nullptr;
    return domain.probes[home.value % domain.probes.size()].get();
}

Result<lag::Sample> sample_of(
    const log::Log& log, const log::PartitionRef& at, std::optional<Offset> done, Instant now
) {
    const auto ends = log.ends(at);  // after `done`: what was done cannot lie above it
    if (!ends) return ends.error();
    const Offset passed = done.value_or(ends.value().first);
    const std::int64_t left = ends.value().committed.value - passed.value;
    return lag::Sample{now, {}, passed, std::max<std::int64_t>(left, 0)};
}

/// Of each subscription that has handled anything of this home: as many records are done with.
Result<std::map<std::string, Offset>> done_of(
    const log::Log& log, const Engine::Domain& domain, HomeId home
) {
    const std::string group = runtime::runner_group(domain.plan.name);
    const runtime::ScanTable scan = [&](log::Table table, std::string_view from, std::size_t limit
                                    ) { return log.peek(group, home, table, from, limit); };
    std::map<std::string, Offset> done;
    const Status scanned =
        runtime::scan_prefix(scan, runtime::table::kProgress, "", [&](auto key, auto value) {
            const auto progress = dispatch::decode_progress(value);
            if (!progress) return Status{progress.error()};
            Offset& all = done[runtime::subscription_of(key)];
            all = progress.value().next;
            for (const dispatch::OffsetRange& range : progress.value().done_above) {
                all.value += range.end.value - range.first.value;
            }
            return ok();
        });
    if (!scanned) return scanned.error();
    return done;
}

}  // namespace

Status LagKeeper::observe(Instant now) {
    const std::optional<Instant> last = sampled_at();
    if (last && now >= *last && now - *last < kInterval) return ok();
    Seen seen;
    for (const auto& domain : engine_.domains()) {
        if (Status looked = look_at(*domain, now, seen); !looked) return looked;
    }
    const std::lock_guard lock{mutex_};
    for (const auto& [name, samples] : seen.samples) {
        Kept& kept = kept_[name];
        kept.lag = 0;
        for (const auto& [at, sample] : samples) {
            kept.windows[at].add(sample);
            kept.lag += sample.lag;
        }
    }
    aside_ = std::move(seen.aside);
    sampled_at_ = now;
    return ok();
}

Status LagKeeper::look_at(const Engine::Domain& domain, Instant now, Seen& seen) const {
    if (Status looked = look_at_subscriptions(domain, now, seen); !looked) return looked;
    if (domain.plan.given) return ok();
    if (Status looked = look_at_sequencer(domain, now, seen); !looked) return looked;
    std::int64_t& aside = seen.aside[domain.plan.name];
    for (HomeId home{0}; home.value < domain.plan.homes; home = home.next()) {
        const log::PartitionRef at{runtime::aside_topic(domain.plan.name), PartitionId{home.value}};
        const auto ends = log_.ends(at);
        if (!ends) return ends.error();
        aside += ends.value().committed.value - ends.value().first.value;
    }
    return ok();
}

Status LagKeeper::look_at_sequencer(const Engine::Domain& domain, Instant now, Seen& seen) const {
    const std::string group = runtime::sequencer_group(domain.plan.name);
    auto channels = runtime::as_they_are(log_, domain.plan.channel_topics());
    if (!channels) return channels.error();
    std::vector<log::TopicSpec>& topics = channels.value();
    topics.push_back({runtime::repartition_topic(domain.plan.name), domain.plan.homes});
    auto& samples = seen.samples[{domain.plan.name, ""}];
    for (const log::TopicSpec& topic : topics) {
        for (PartitionId p{0}; p.value < topic.partitions; p = p.next()) {
            const log::PartitionRef at{topic.name, p};
            const auto next = log_.consumed_by(group, at);
            if (!next) return next.error();
            auto sample = sample_of(log_, at, next.value(), now);
            if (!sample) return sample.error();
            const auto* probe = probe_of(domain, runtime::reader_of(p, domain.plan.homes));
            if (probe != nullptr) sample.value().alive_at = read_instant(probe->alive_ms);
            samples.emplace(at, sample.value());
        }
    }
    return ok();
}

Status LagKeeper::look_at_subscriptions(const Engine::Domain& domain, Instant now, Seen& seen)
    const {
    if (domain.runner == nullptr) return ok();
    const std::string ordered = domain.plan.ordered_topic();
    for (HomeId home{0}; home.value < domain.plan.homes; home = home.next()) {
        const auto done = done_of(log_, domain, home);
        if (!done) return done.error();
        const log::PartitionRef at{ordered, PartitionId{home.value}};
        for (const auto& entry : domain.runner->entries()) {
            const std::string& name = entry->subscription.name;
            const auto found = done.value().find(name);
            auto sample = sample_of(
                log_,
                at,
                found == done.value().end() ? std::nullopt : std::optional{found->second},
                now
            );
            if (!sample) return sample.error();
            sample.value().alive_at = read_instant(entry->probe.alive_ms);
            seen.samples[{domain.plan.name, name}].emplace(at, sample.value());
        }
    }
    return ok();
}

lag::Verdict LagKeeper::worst_of(std::string_view domain, std::string_view subscription) const {
    const std::lock_guard lock{mutex_};
    return worst_of(ConsumerName{domain, subscription});
}

lag::Verdict LagKeeper::worst_of(const ConsumerName& name) const {
    lag::Verdict worst = lag::Verdict::kOk;
    const auto found = kept_.find(name);
    if (found == kept_.end()) return worst;
    for (const auto& [at, window] : found->second.windows) {
        worst = std::max(worst, window.verdict());
    }
    return worst;
}

std::vector<LagKeeper::Consumer> LagKeeper::consumers() const {
    const std::lock_guard lock{mutex_};
    std::vector<Consumer> all;
    const auto add = [&](ConsumerName name, Instant alive_at, lag::Standing standing) {
        const auto found = kept_.find(name);
        if (found != kept_.end()) standing.lag = found->second.lag;
        const lag::Verdict verdict = lag::verdict_of(worst_of(name), standing);
        all.push_back(
            {std::move(name.first), std::move(name.second), standing.lag, alive_at, verdict}
        );
    };
    for (const auto& domain : engine_.domains()) {
        lag::Standing standing;
        std::optional<Instant> alive_at;
        for (const auto& probe : domain->probes) {
            const Instant at = read_instant(probe->alive_ms);
            alive_at = std::min(alive_at.value_or(at), at);
            standing.waiting += probe->waiting_now.load(std::memory_order_relaxed);
        }
        if (!domain->plan.given)
            add({domain->plan.name, ""}, alive_at.value_or(Instant{}), standing);
        if (domain->runner == nullptr) continue;
        for (const auto& entry : domain->runner->entries()) {
            standing = {0, entry->probe.parked_now.load(std::memory_order_relaxed), 0};
            add({domain->plan.name, entry->subscription.name},
                read_instant(entry->probe.alive_ms),
                standing);
        }
    }
    return all;
}

std::int64_t LagKeeper::aside(std::string_view domain) const {
    const std::lock_guard lock{mutex_};
    const auto found = aside_.find(domain);
    return found == aside_.end() ? 0 : found->second;
}

std::optional<Instant> LagKeeper::sampled_at() const {
    const std::lock_guard lock{mutex_};
    return sampled_at_;
}

}  // namespace sluice::daemon
