#include "sim/ordered_check.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "runtime/subjects/waiting_table.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace sluice::sim {

namespace {

constexpr log::ReadLimits kAllOrdered{
    std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max()};
constexpr std::size_t kEvery = 10'000'000;

/// What one subject's ordered records have shown so far.
struct Seen {
    std::set<std::string> ids;
    std::map<std::string, std::uint64_t> numbers;  ///< released or given up, by source
    std::set<std::uint32_t> parcels;
    std::size_t noted_at{0};    ///< when the last note released had arrived
    bool closed{false};         ///< once: a tombstone forgets the ids of events without a number
    bool gave_up_needs{false};  ///< a stamp or a rule was given up: order by it is no promise then
};

struct Known {
    const EventSpec* spec{};
    std::size_t arrived_at{};  ///< its first copy
    bool went_aside{false};    ///< a copy did: it is a later one that was ordered, if any
};

using Specs = std::unordered_map<std::string, Known>;

std::string field(const Record& record, std::string_view name) {
    return std::string{record.header(name).value_or("")};
}

void check_gap(
    const std::string& subject, const Record& record, Seen& seen, Violations& violations
) {
    const auto facts = sequence::facts_of(record);
    if (!facts) return violations.add(subject + ": hole: a gap that cannot be read");
    const sequence::OrderedFacts& gap = facts.value();
    if (gap.source.empty()) {
        seen.gave_up_needs = true;
        return;
    }
    std::uint64_t& reached = seen.numbers[gap.source];
    if (!gap.number || gap.number->value <= reached) {
        violations.add(fmt::format("{}: inversion: a gap of {} behind it", subject, gap.source));
    } else {
        reached = gap.number->value;
    }
}

void check_event(
    const std::string& subject, const Known& known, Seen& seen, Violations& violations
) {
    const EventSpec& event = *known.spec;
    const std::string id = id_of(event);
    if (event.number > 0) {
        std::uint64_t& reached = seen.numbers[source_of(event.kind)];
        if (event.number != reached + 1) {
            violations.add(fmt::format("{}: inversion: {} after number {}", subject, id, reached));
        }
        reached = std::max(reached, event.number);
    }
    if (event.stamp > seen.numbers["/a"] && !seen.gave_up_needs) {
        violations.add(fmt::format("{}: inversion: {} before /a {}", subject, id, event.stamp));
    }
    switch (event.kind) {
        case Kind::kSent: seen.parcels.insert(event.parcel); break;
        case Kind::kDone:
            if (seen.parcels.count(event.parcel) == 0 && !seen.gave_up_needs) {
                violations.add(fmt::format("{}: inversion: {} before its parcel", subject, id));
            }
            break;
        case Kind::kNoted:
            if (known.went_aside) break;
            if (known.arrived_at < seen.noted_at && !seen.closed) {
                violations.add(fmt::format("{}: inversion: {} after a later note", subject, id));
            }
            seen.noted_at = std::max(seen.noted_at, known.arrived_at);
            break;
        case Kind::kClosed: seen.closed = true; break;
        case Kind::kMade:
        case Kind::kChanged: break;
    }
}

void check_record(
    const Record& record,
    const Specs& specs,
    std::vector<OrderedRecord>& line,
    Seen& seen,
    Violations& violations
) {
    const std::string& subject = *record.key;
    OrderedRecord one{
        field(record, "ce_id"),
        field(record, "ce_type"),
        record.header("ce_subjectinvalid").has_value(),
        record.value ? verdict_of(record) : Verdict::kDone};
    const std::string expected = fmt::to_string(line.size() + 1);
    if (field(record, "ce_subjectposition") != expected) {
        violations.add(fmt::format(
            "{}: hole: {} has position {}, and {} comes next",
            subject,
            one.id,
            field(record, "ce_subjectposition"),
            expected
        ));
    }
    if (one.type == sequence::kGapType) {
        check_gap(subject, record, seen, violations);
    } else if (const auto spec = specs.find(one.id); spec == specs.end()) {
        violations.add(fmt::format("{}: {} was never made", subject, one.id));
    } else if (seen.ids.insert(one.id).second) {
        check_event(subject, spec->second, seen, violations);
    } else if (!seen.closed || spec->second.spec->number > 0) {
        violations.add(fmt::format("{}: doubling: {} is ordered twice", subject, one.id));
    }
    line.push_back(std::move(one));
}

/// Ids of what waits or conflicts, by subject; and whether the subject stands.
std::unordered_map<std::string, std::set<std::string>> waiting_of(
    Cluster& cluster, Violations& violations
) {
    std::unordered_map<std::string, std::set<std::string>> waiting;
    const std::string group = runtime::sequencer_group(cluster.plan().name);
    for (HomeId home{0}; home.value < cluster.plan().homes; home = home.next()) {
        const auto stored = cluster.log().peek(group, home, runtime::table::kWaiting, "", kEvery);
        if (!stored) {
            violations.add(stored.error().message);
            continue;
        }
        const runtime::ScanTable scan = [&](log::Table in, std::string_view from, std::size_t limit
                                        ) {
            return cluster.log().peek(group, home, in, from, limit);
        };
        for (const auto& [subject, bytes] : stored.value()) {
            const auto decoded = runtime::read_waiting(scan, subject, bytes, {});
            if (!decoded) {
                violations.add(subject + ": its state cannot be read");
                continue;
            }
            auto& ids = waiting[subject];
            for (const auto& event : decoded.value().waiting) ids.insert(event.arrival.id);
            for (const auto& event : decoded.value().conflicts) ids.insert(event.arrival.id);
            if (decoded.value().stopped()) ids.insert("(held)");
        }
    }
    return waiting;
}

std::set<std::string> aside_of(Cluster& cluster) {
    std::set<std::string> aside;
    for (PartitionId p{0}; p.value < cluster.plan().homes; p = p.next()) {
        const auto read = cluster.log().read(
            {runtime::aside_topic(cluster.plan().name), p}, Offset{0}, kAllOrdered
        );
        if (!read) continue;
        for (const log::StoredRecord& stored : read.value()) {
            aside.insert(field(stored.record, "ce_id"));
        }
    }
    return aside;
}

}  // namespace

Ordered check_ordered(const History& history, Cluster& cluster, Violations& violations) {
    Specs specs;
    const std::set<std::string> aside = aside_of(cluster);
    for (const std::uint32_t index : cluster.arrived()) {
        const EventSpec& event = history.events[index];
        const std::string id = id_of(event);
        specs.emplace(id, Known{&event, specs.size(), aside.count(id) > 0});
    }
    Ordered ordered;
    for (PartitionId p{0}; p.value < cluster.plan().homes; p = p.next()) {
        std::unordered_map<std::string, Seen> seen;
        const log::PartitionRef from{runtime::ordered_topic(cluster.plan().name), p};
        const auto ends = cluster.log().ends(from);
        const auto read =
            cluster.log().read(from, ends ? ends.value().first : Offset{0}, kAllOrdered);
        if (!read) {
            violations.add(read.error().message);
            continue;
        }
        for (const log::StoredRecord& stored : read.value()) {
            const std::string& subject = *stored.record.key;
            if (home_of(subject, cluster.plan().homes).value != p.value) {
                violations.add(subject + ": is not in its home");
            }
            check_record(stored.record, specs, ordered[subject], seen[subject], violations);
        }
    }
    return ordered;
}

void check_accounts(
    const History& history,
    Cluster& cluster,
    const Ordered& ordered,
    const std::unordered_map<std::string, Expected>& expected,
    Violations& violations
) {
    const auto waiting = waiting_of(cluster, violations);
    const std::set<std::string> aside = aside_of(cluster);
    for (const auto& [subject, events] : expected) {
        std::set<std::string> released;
        if (const auto found = ordered.find(subject); found != ordered.end()) {
            for (const OrderedRecord& record : found->second) released.insert(record.id);
        }
        const auto waits = waiting.find(subject);
        const auto is_waiting = [&](const std::string& id) {
            return waits != waiting.end() && waits->second.count(id) > 0;
        };
        for (const std::string& id : events.arrived) {
            if (released.count(id) == 0 && !is_waiting(id) && aside.count(id) == 0) {
                violations.add(fmt::format("{}: loss: {} is nowhere", subject, id));
            }
        }
        if (events.disturbed || is_waiting("(held)")) continue;
        for (const std::string& id : events.arrived) {
            // A closed subject's tombstone keeps numbers only: rules find nothing to ask.
            const bool by_number = id.find("/a.") != id.npos || id.find("/b.") != id.npos;
            const bool forgotten = events.closes && (!by_number || aside.count(id) > 0);
            const bool late = forgotten || aside.count(id) > 0;
            if (late || released.count(id) > 0) continue;
            const bool all_go = history.setup.gap == sequence::GapAction::kSkip;
            if (all_go || events.releasable.count(id) > 0) {
                violations.add(fmt::format("{}: liveness: {} waits for nothing", subject, id));
            }
        }
    }
}

}  // namespace sluice::sim
