#include "daemon/metrics/metrics_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace sluice::daemon {

namespace {

using http::Metrics;
using runtime::Counter;
using runtime::SequencingProbe;
using runtime::SubscriptionProbe;

constexpr double kThousandth = 1e3;  ///< milliseconds, and per mille

enum class Unit : std::uint8_t {
    kCount,    ///< the sum of all tasks
    kOldest,   ///< milliseconds since 1970: the smallest of all tasks that is not 0
    kFullest,  ///< per mille: the largest of all tasks
};

template <class Probe>
struct Line {
    const char* name;
    const char* help;
    Counter Probe::*value;
    Unit unit{Unit::kCount};
};

constexpr std::array kSequencing{
    Line<SequencingProbe>{
        "sluice_read_records_total",
        "Records read from channels and repartition.",
        &SequencingProbe::read},
    Line<SequencingProbe>{
        "sluice_released_total",
        "Events written to the ordered topic.",
        &SequencingProbe::released},
    Line<SequencingProbe>{
        "sluice_waited_total", "Events released after they had waited.", &SequencingProbe::waited},
    Line<SequencingProbe>{
        "sluice_waiting_events",
        "Events that wait for what they depend on.",
        &SequencingProbe::waiting_now},
    Line<SequencingProbe>{
        "sluice_waiting_subjects",
        "Subjects with events that wait.",
        &SequencingProbe::waiting_subjects_now},
    Line<SequencingProbe>{
        "sluice_gaps_open",
        "Subjects with a gap: what they wait for is not there.",
        &SequencingProbe::gaps_now},
    Line<SequencingProbe>{
        "sluice_gap_oldest_timestamp_seconds",
        "When the oldest gap opened; 0: there is none.",
        &SequencingProbe::gap_oldest_ms_now,
        Unit::kOldest},
    Line<SequencingProbe>{
        "sluice_duplicates_total", "Events dropped as duplicates.", &SequencingProbe::duplicates},
    Line<SequencingProbe>{
        "sluice_duplicates_not_compared_total",
        "Dropped by their number alone: too long ago to compare.",
        &SequencingProbe::duplicates_not_compared},
    Line<SequencingProbe>{
        "sluice_conflicts_total",
        "Same number or id with other content.",
        &SequencingProbe::conflicts},
    Line<SequencingProbe>{
        "sluice_late_total",
        "Events put aside because their place was gone.",
        &SequencingProbe::late},
    Line<SequencingProbe>{
        "sluice_flooded_total",
        "Events put aside because too much waited.",
        &SequencingProbe::flooded},
    Line<SequencingProbe>{
        "sluice_flooded_source_total",
        "Of them, those put aside because too much of their source waited.",
        &SequencingProbe::flooded_source},
    Line<SequencingProbe>{
        "sluice_source_waiting_ratio",
        "How much of what may wait of one source does, of the fullest: 0 to 1.",
        &SequencingProbe::source_fullest_now,
        Unit::kFullest},
    Line<SequencingProbe>{
        "sluice_unreadable_total",
        "Records put aside without a place.",
        &SequencingProbe::unreadable},
    Line<SequencingProbe>{
        "sluice_invalid_total",
        "Events released although they break their schema.",
        &SequencingProbe::invalid},
    Line<SequencingProbe>{
        "sluice_invalid_warned_total",
        "Events that break their schema, passed on by validation `warn`.",
        &SequencingProbe::invalid_warned},
    Line<SequencingProbe>{
        "sluice_foreign_total",
        "Records of types that are not the domain's.",
        &SequencingProbe::foreign},
    Line<SequencingProbe>{
        "sluice_repartitioned_total",
        "Events that took the detour home.",
        &SequencingProbe::repartitioned},
    Line<SequencingProbe>{
        "sluice_tombstones_total",
        "Records without a value, passed over.",
        &SequencingProbe::tombstones},
    Line<SequencingProbe>{
        "sluice_gaps_skipped_total", "Gaps given up by policy.", &SequencingProbe::gaps_skipped},
    Line<SequencingProbe>{
        "sluice_gaps_parked_total",
        "Subjects parked at a proven gap.",
        &SequencingProbe::gaps_parked},
    Line<SequencingProbe>{
        "sluice_retention_deleted_total",
        "Records of the ordered and the aside topic that retention has deleted.",
        &SequencingProbe::retention_deleted},
    Line<SequencingProbe>{
        "sluice_retention_held_records",
        "Ordered records that retention would delete, and that a subscription has not done.",
        &SequencingProbe::retention_held_now},
    Line<SequencingProbe>{"sluice_sweeps_total", "Sweeps that ended.", &SequencingProbe::sweeps},
    Line<SequencingProbe>{"sluice_steps_total", "Steps committed.", &SequencingProbe::steps},
    Line<SequencingProbe>{
        "sluice_leases_reopened_total",
        "Leases taken anew after a fence or an unknown outcome.",
        &SequencingProbe::reopened},
    Line<SequencingProbe>{
        "sluice_subjects_cached",
        "Subjects held in memory.",
        &SequencingProbe::subjects_cached_now},
    Line<SequencingProbe>{
        "sluice_subjects_cached_limit",
        "As many subjects may be held in memory, about.",
        &SequencingProbe::subjects_cached_max},
    Line<SequencingProbe>{
        "sluice_subjects_spilled_total",
        "Subjects with waiting events that have left memory.",
        &SequencingProbe::subjects_spilled},
    Line<SequencingProbe>{
        "sluice_histories_ahead",
        "Subjects whose history is not stored yet; the ordered topic has it.",
        &SequencingProbe::histories_ahead_now},
    Line<SequencingProbe>{
        "sluice_histories_folded_total",
        "Ordered records read to bring stored histories up to date, at openings.",
        &SequencingProbe::histories_folded},
    Line<SequencingProbe>{
        "sluice_subjects_closed_total",
        "Subjects of which only a tombstone is kept.",
        &SequencingProbe::subjects_closed},
};

constexpr std::array kSubscriptions{
    Line<SubscriptionProbe>{
        "sluice_delivered_total", "Events handled by the sink.", &SubscriptionProbe::delivered},
    Line<SubscriptionProbe>{
        "sluice_passed_total", "Events that the filter passed over.", &SubscriptionProbe::passed},
    Line<SubscriptionProbe>{
        "sluice_filter_failed_total",
        "Events passed over because the filter could not judge them.",
        &SubscriptionProbe::unjudged},
    Line<SubscriptionProbe>{
        "sluice_retried_total",
        "Attempts that failed and are tried again.",
        &SubscriptionProbe::retried},
    Line<SubscriptionProbe>{
        "sluice_key_parked", "Subjects parked at a dead event.", &SubscriptionProbe::parked_now},
    Line<SubscriptionProbe>{
        "sluice_parked_total", "Times that a subject was parked.", &SubscriptionProbe::parked},
    Line<SubscriptionProbe>{
        "sluice_key_retrying",
        "Subjects whose head is tried again.",
        &SubscriptionProbe::retrying_now},
    Line<SubscriptionProbe>{
        "sluice_key_paused", "Subjects paused by hand.", &SubscriptionProbe::paused_now},
    Line<SubscriptionProbe>{
        "sluice_paused",
        "Homes on which the whole subscription is paused by hand.",
        &SubscriptionProbe::standing_now},
    Line<SubscriptionProbe>{
        "sluice_dead_letters", "Events in backlogs.", &SubscriptionProbe::backlog_events_now},
    Line<SubscriptionProbe>{
        "sluice_dead_letter_oldest_timestamp_seconds",
        "Since when the first parked subject stands; 0: there is none.",
        &SubscriptionProbe::parked_oldest_ms_now,
        Unit::kOldest},
    Line<SubscriptionProbe>{
        "sluice_backlog_bytes", "Bytes in backlogs.", &SubscriptionProbe::backlog_bytes_now},
    Line<SubscriptionProbe>{
        "sluice_backlog_alarm",
        "1: the backlogs have reached 80 % of their limit.",
        &SubscriptionProbe::backlog_alarm_now},
    Line<SubscriptionProbe>{
        "sluice_breaker_open",
        "1: the sink fails for all; it is left alone and tried now and then.",
        &SubscriptionProbe::breaker_open_now},
    Line<SubscriptionProbe>{
        "sluice_holes_total",
        "Holes and reused positions found in the ordered topic.",
        &SubscriptionProbe::holes},
    Line<SubscriptionProbe>{
        "sluice_backlog_full",
        "Homes on which the subscription stands still: backlog full.",
        &SubscriptionProbe::full_now},
    Line<SubscriptionProbe>{
        "sluice_in_flight_events", "Events read and not done.", &SubscriptionProbe::in_flight_now},
    Line<SubscriptionProbe>{
        "sluice_in_flight_bytes", "Their bytes.", &SubscriptionProbe::in_flight_bytes_now},
    Line<SubscriptionProbe>{
        "sluice_runs_total",
        "Runs handed to the sink: events of one subject, in a row.",
        &SubscriptionProbe::runs},
};

/// Of one probe, to what those before came to.
template <class Probe>
void take(std::uint64_t& value, const Line<Probe>& line, const Probe& probe) {
    const std::uint64_t next = (probe.*(line.value)).load(std::memory_order_relaxed);
    switch (line.unit) {
        case Unit::kCount: value += next; return;
        case Unit::kOldest:
            if (next != 0) value = value == 0 ? next : std::min(value, next);
            return;
        case Unit::kFullest: value = std::max(value, next); return;
    }
}

template <class Probe>
void add_line(
    Metrics& metrics, const Line<Probe>& line, std::uint64_t value, const Metrics::Labels& labels
) {
    const double per = line.unit == Unit::kCount ? 1 : kThousandth;
    add_value(metrics, line.name, line.help, static_cast<double>(value) / per, labels);
}

void add_subscription(
    Metrics& metrics, const std::string& domain, const runtime::SubscriptionEntry& entry
) {
    const Metrics::Labels labels{{"domain", domain}, {"subscription", entry.subscription.name}};
    for (const auto& line : kSubscriptions) {
        std::uint64_t value = 0;
        take(value, line, entry.probe);
        add_line(metrics, line, value, labels);
    }
    for (const deliver::Figure& one : entry.subscription.sink->figures()) {
        Metrics::Labels with = labels;
        if (!one.result.empty()) with["result"] = one.result;
        add_value(metrics, std::string{one.name}, std::string{one.help}, one.value, with);
    }
    const dispatch::DispatcherOptions& options = entry.subscription.options;
    const auto limit = [&](const char* name, const char* help, std::uint64_t value) {
        metrics.gauge(name, help, static_cast<double>(value), labels);
    };
    limit("sluice_backlog_limit_bytes", "So many may lie in backlogs.", options.backlog_bytes_max);
    limit(
        "sluice_in_flight_limit_events",
        "So many may be read and not done.",
        options.in_flight_events_max
    );
    limit("sluice_in_flight_limit_bytes", "Their bytes, at most.", options.in_flight_bytes_max);
    Metrics::Labels otel = labels;
    otel["messaging_operation_name"] = "process";
    otel["messaging_system"] = "sluice";
    const runtime::Durations& took = entry.probe.deliveries;
    add_durations(
        metrics,
        "messaging_process_duration_seconds",
        "A call of the sink, with up to 500 events.",
        runtime::Durations::kBoundsMicros,
        took.counts,
        took.sum_micros,
        otel
    );
}

/// A step is one task's; the histogram is its domain's.
void add_commits(Metrics& metrics, const runtime::Engine::Domain& domain) {
    runtime::Durations sum;
    for (const auto& probe : domain.probes) {
        for (std::size_t at = 0; at < sum.counts.size(); ++at) {
            sum.counts.at(at) += probe->commits.counts.at(at).load(std::memory_order_relaxed);
        }
        sum.sum_micros += probe->commits.sum_micros.load(std::memory_order_relaxed);
    }
    add_durations(
        metrics,
        "sluice_step_duration_seconds",
        "Committing a step of the sequencer.",
        runtime::Durations::kBoundsMicros,
        sum.counts,
        sum.sum_micros,
        {{"domain", domain.plan.name}}
    );
}

/// Each task knows of the worst gaps of its own homes.
void add_shared_gaps(Metrics& metrics, const runtime::Engine::Domain& domain) {
    std::map<std::string, std::uint64_t> subjects;
    std::uint64_t most = 0;
    for (const auto& probe : domain.probes) {
        for (const runtime::SharedGap& gap : probe->shared_gaps.get()) {
            most = std::max(most, subjects[gap.wanted] += gap.subjects);
        }
    }
    metrics.gauge(
        "sluice_gap_shared_subjects",
        "Subjects that wait for numbers of one source, or for one rule: the most of any.",
        static_cast<double>(most),
        {{"domain", domain.plan.name}}
    );
}

}  // namespace

void add_domain_metrics(Metrics& metrics, const runtime::Engine::Domain& domain) {
    for (const auto& line : kSequencing) {
        std::uint64_t value = 0;
        for (const auto& probe : domain.probes) take(value, line, *probe);
        add_line(metrics, line, value, {{"domain", domain.plan.name}});
    }
    add_shared_gaps(metrics, domain);
    add_commits(metrics, domain);
    if (domain.runner == nullptr) return;
    for (const auto& entry : domain.runner->entries()) {
        add_subscription(metrics, domain.plan.name, *entry);
    }
}

}  // namespace sluice::daemon
