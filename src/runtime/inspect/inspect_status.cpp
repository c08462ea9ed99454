#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/state_codec.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace sluice::runtime {

namespace {

Result<PartitionStatus> partition_status(
    const log::Log& log, const std::string& group, log::PartitionRef at
) {
    const auto ends = log.ends(at);
    if (!ends) return ends.error();
    const auto read = log.consumed_by(group, at);
    if (!read) return read.error();
    const Offset first = ends.value().first;
    return PartitionStatus{
        std::move(at), first, ends.value().committed, read.value().value_or(first)};
}

Status add_topic(
    const log::Log& log,
    const std::string& group,
    const log::TopicSpec& topic,
    std::vector<PartitionStatus>& out
) {
    for (PartitionId p{0}; p.value < topic.partitions; p = p.next()) {
        auto status = partition_status(log, group, {topic.name, p});
        if (!status) return status.error();
        out.push_back(std::move(status.value()));
    }
    return ok();
}

using Gaps = std::map<std::string, std::uint64_t>;

Status count_waiting(const log::Log& log, HomeId home, DomainStatus& status, Gaps& gaps) {
    const ScanTable scan = tables_of(log, sequencer_group(status.name), home);
    return scan_prefix(scan, table::kWaiting, "", [&](auto key, auto value) {
        const auto head = sequence::decode_head(value);
        if (!head) return Status{head.error().at(key)};
        ++status.waiting_subjects;
        status.waiting_events += head.value().subject.waiting.size();
        const std::string wanted = shared_name(head.value().subject);
        if (!wanted.empty()) ++gaps[wanted];
        return ok();
    });
}

std::vector<SharedGap> shared_of(const Gaps& gaps) {
    std::vector<SharedGap> shared;
    for (const auto& [wanted, subjects] : gaps) {
        if (subjects > kSharedGapSubjects) shared.push_back({wanted, subjects});
    }
    std::stable_sort(shared.begin(), shared.end(), [](const auto& a, const auto& b) {
        return a.subjects > b.subjects;
    });
    return shared;
}

struct Counted {
    SubscriptionStatus status;
    std::set<HomeId> begun;  ///< where it has written how far it is
};

using Subscriptions = std::map<std::string, Counted>;

Status count_lines(
    const log::Log& log, HomeId home, const DomainStatus& status, Subscriptions& all
) {
    const ScanTable scan = tables_of(log, runner_group(status.name), home);
    const Offset end = status.ordered[home.value].end;
    Status progress = scan_prefix(scan, table::kProgress, "", [&](auto key, auto value) {
        const auto decoded = dispatch::decode_progress(value);
        if (!decoded) return Status{decoded.error()};
        Counted& counted = all[subscription_of(key)];
        counted.begun.insert(home);
        SubscriptionStatus& one = counted.status;
        one.behind += end.value - decoded.value().next.value;
        for (const dispatch::OffsetRange& done : decoded.value().done_above) {
            one.behind -= done.end.value - done.first.value;
        }
        return ok();
    });
    if (!progress) return progress;
    return scan_prefix(scan, table::kLines, "", [&](auto key, auto value) {
        const auto line = dispatch::decode_line(value);
        if (!line) return Status{line.error()};
        SubscriptionStatus& one = all[subscription_of(key)].status;
        ++(line.value().state == dispatch::LineState::kParked ? one.parked : one.retrying);
        one.backlog_events += line.value().events;
        one.backlog_bytes += line.value().bytes;
        return ok();
    });
}

/// Of homes that a subscription has not come to yet, all that is there.
std::int64_t not_begun(const std::set<HomeId>& begun, const std::vector<PartitionStatus>& ordered) {
    std::int64_t behind = 0;
    for (const PartitionStatus& one : ordered) {
        if (begun.contains(HomeId{one.at.partition.value})) continue;
        behind += one.end.value - one.first.value;
    }
    return behind;
}

/// What a sequencer reads and writes.
Status add_sequenced(const log::Log& log, const DomainFacts& facts, DomainStatus& status) {
    const std::string sequencer = sequencer_group(facts.name);
    std::vector<log::TopicSpec> stored;
    for (const auto& channel : facts.channels)
        stored.push_back({channel.topic, channel.partitions});
    const auto channels = as_they_are(log, std::move(stored));
    if (!channels) return channels.error();
    for (const log::TopicSpec& topic : channels.value()) {
        if (Status added = add_topic(log, sequencer, topic, status.channels); !added) return added;
    }
    const log::TopicSpec repartition{repartition_topic(facts.name), facts.homes};
    if (Status added = add_topic(log, sequencer, repartition, status.repartition); !added) {
        return added;
    }
    std::vector<PartitionStatus> aside;
    const std::string runner = runner_group(facts.name);
    Status added = add_topic(log, runner, {aside_topic(facts.name), facts.homes}, aside);
    for (const PartitionStatus& one : aside) status.aside += one.end.value - one.first.value;
    return added;
}

Result<DomainStatus> domain_status(const log::Log& log, const DomainFacts& facts) {
    DomainStatus status;
    status.name = facts.name;
    status.homes = facts.homes;
    status.sequenced = !facts.given;
    Status added = status.sequenced ? add_sequenced(log, facts, status) : ok();
    if (added) {
        const std::string runner = runner_group(facts.name);
        added = add_topic(log, runner, {facts.ordered_topic(), facts.homes}, status.ordered);
    }
    if (!added) return added.error();
    Subscriptions subscriptions;
    Gaps gaps;
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        Status counted = status.sequenced ? count_waiting(log, home, status, gaps) : ok();
        if (counted) counted = count_lines(log, home, status, subscriptions);
        if (!counted) return counted.error();
    }
    status.shared_gaps = shared_of(gaps);
    for (auto& [name, one] : subscriptions) {
        one.status.name = name;
        one.status.behind += not_begun(one.begun, status.ordered);
        status.subscriptions.push_back(std::move(one.status));
    }
    return status;
}

}  // namespace

Result<std::vector<DomainStatus>> status(const log::Log& log) {
    const auto domains = domains_of(log);
    if (!domains) return domains.error();
    return status(log, domains.value());
}

Result<std::vector<DomainStatus>> status(
    const log::Log& log, std::span<const DomainFacts> domains
) {
    std::vector<DomainStatus> all;
    for (const DomainFacts& facts : domains) {
        auto one = domain_status(log, facts);
        if (!one) return one.error().at(facts.name);
        all.push_back(std::move(one.value()));
    }
    return all;
}

}  // namespace sluice::runtime
