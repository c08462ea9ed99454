#include "daemon/metrics_page.hpp"

#include "daemon/version.hpp"
#include "http/metrics.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

using http::Metrics;
using runtime::Counter;
using runtime::SequencingProbe;
using runtime::SubscriptionProbe;

constexpr double kMicrosPerSecond = 1e6;

template <class Probe>
struct Line {
    const char* name;
    const char* help;
    Counter Probe::*value;
    double per{1};  ///< what the value is divided by, to come to the base unit
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
        "sluice_duplicates_total", "Events dropped as duplicates.", &SequencingProbe::duplicates},
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
        "sluice_unreadable_total",
        "Records put aside without a place.",
        &SequencingProbe::unreadable},
    Line<SequencingProbe>{
        "sluice_invalid_total",
        "Events released although they break their schema.",
        &SequencingProbe::invalid},
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
    Line<SequencingProbe>{"sluice_sweeps_total", "Sweeps that ended.", &SequencingProbe::sweeps},
    Line<SequencingProbe>{"sluice_steps_total", "Steps committed.", &SequencingProbe::steps},
    Line<SequencingProbe>{
        "sluice_step_seconds_total",
        "Time spent committing steps.",
        &SequencingProbe::step_microseconds,
        kMicrosPerSecond},
    Line<SequencingProbe>{
        "sluice_leases_reopened_total",
        "Leases taken anew after a fence or an unknown outcome.",
        &SequencingProbe::reopened},
    Line<SequencingProbe>{
        "sluice_subjects_cached",
        "Subjects held in memory.",
        &SequencingProbe::subjects_cached_now},
};

constexpr std::array kSubscriptions{
    Line<SubscriptionProbe>{
        "sluice_delivered_total", "Events handled by the sink.", &SubscriptionProbe::delivered},
    Line<SubscriptionProbe>{
        "sluice_passed_total", "Events that the filter passed over.", &SubscriptionProbe::passed},
    Line<SubscriptionProbe>{
        "sluice_retried_total",
        "Attempts that failed and are tried again.",
        &SubscriptionProbe::retried},
    Line<SubscriptionProbe>{
        "sluice_key_parked", "Subjects parked at a dead event.", &SubscriptionProbe::parked_now},
    Line<SubscriptionProbe>{
        "sluice_key_retrying",
        "Subjects whose head is tried again.",
        &SubscriptionProbe::retrying_now},
    Line<SubscriptionProbe>{
        "sluice_dead_letters", "Events in backlogs.", &SubscriptionProbe::backlog_events_now},
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
        "sluice_deliver_seconds_total",
        "Time spent in the sink.",
        &SubscriptionProbe::deliver_microseconds,
        kMicrosPerSecond},
};

void add(
    Metrics& metrics,
    const std::string& name,
    const std::string& help,
    double value,
    const Metrics::Labels& labels
) {
    if (name.ends_with("_total")) {
        metrics.counter(name, help, value, labels);
    } else {
        metrics.gauge(name, help, value, labels);
    }
}

void add_domain(Metrics& metrics, const runtime::Engine::Domain& domain) {
    for (const auto& line : kSequencing) {
        std::uint64_t sum = 0;
        for (const auto& probe : domain.probes)
            sum += ((*probe).*(line.value)).load(std::memory_order_relaxed);
        add(metrics,
            line.name,
            line.help,
            static_cast<double>(sum) / line.per,
            {{"domain", domain.plan.name}});
    }
    if (domain.runner == nullptr) return;
    for (const auto& entry : domain.runner->entries()) {
        const Metrics::Labels labels{
            {"domain", domain.plan.name}, {"subscription", entry->subscription.name}};
        for (const auto& line : kSubscriptions) {
            const std::uint64_t value =
                (entry->probe.*(line.value)).load(std::memory_order_relaxed);
            add(metrics, line.name, line.help, static_cast<double>(value) / line.per, labels);
        }
    }
}

void add_log(Metrics& metrics, const log::Probe& probe) {
    const auto read = [](const log::Probe::Counter& counter) {
        return static_cast<double>(counter.load(std::memory_order_relaxed));
    };
    metrics.counter(
        "sluice_log_groups_total", "Groups written to the log.", read(probe.groups_total)
    );
    metrics.counter("sluice_log_records_total", "Records appended.", read(probe.records_total));
    metrics.counter(
        "sluice_log_bytes_total", "Bytes written to the write-ahead log.", read(probe.bytes_total)
    );
    metrics.counter("sluice_log_errors_total", "Errors of the disk.", read(probe.errors_total));
    metrics.counter(
        "sluice_log_refused_full_total",
        "Writes refused for want of space.",
        read(probe.refused_full_total)
    );
    metrics.gauge(
        "sluice_log_queue_jobs", "Writes that wait for the disk.", read(probe.queued_jobs)
    );
    metrics.gauge(
        "sluice_log_queue_bytes", "Bytes that wait for the disk.", read(probe.queued_bytes)
    );
    std::vector<std::pair<double, std::uint64_t>> buckets;
    for (std::size_t at = 0; at < probe.write_micros.size(); ++at) {
        const double bound =
            at < log::Probe::kWriteMicrosBounds.size()
                ? static_cast<double>(log::Probe::kWriteMicrosBounds.at(at)) / kMicrosPerSecond
                : std::numeric_limits<double>::infinity();
        buckets.emplace_back(bound, probe.write_micros.at(at).load(std::memory_order_relaxed));
    }
    metrics.histogram(
        "sluice_wal_fsync_seconds",
        "A group's write and fsync.",
        buckets,
        read(probe.write_micros_sum) / kMicrosPerSecond
    );
}

}  // namespace

http::Response metrics_page(const runtime::Engine& engine, const log::Probe& log) {
    Metrics metrics;
    metrics.gauge("sluice_build_info", "The build.", 1, {{"version", std::string{kVersion}}});
    for (const auto& domain : engine.domains()) add_domain(metrics, *domain);
    add_log(metrics, log);
    return metrics.response();
}

}  // namespace sluice::daemon
