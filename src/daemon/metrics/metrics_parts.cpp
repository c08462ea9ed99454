#include "daemon/metrics/metrics_parts.hpp"

#include <array>
#include <filesystem>
#include <system_error>

namespace sluice::daemon {

namespace {

using http::Metrics;

constexpr double kMillisPerSecond = 1e3;

double seconds_of(Instant at) {
    return static_cast<double>(at.ms) / kMillisPerSecond;
}

struct LogLine {
    const char* name;
    const char* help;
    log::Probe::Counter log::Probe::*value;
};

constexpr std::array kLog{
    LogLine{"sluice_log_groups_total", "Groups written to the log.", &log::Probe::groups_total},
    LogLine{"sluice_log_fsyncs_total", "Groups that were synced.", &log::Probe::fsyncs_total},
    LogLine{
        "sluice_log_jobs_total",
        "Writes taken from the queue: many make a group.",
        &log::Probe::jobs_total},
    LogLine{"sluice_log_records_total", "Records appended.", &log::Probe::records_total},
    LogLine{
        "sluice_log_bytes_total",
        "Bytes written to the write-ahead log.",
        &log::Probe::bytes_total},
    LogLine{"sluice_log_errors_total", "Errors of the disk.", &log::Probe::errors_total},
    LogLine{
        "sluice_log_refused_full_total",
        "Writes refused for want of space.",
        &log::Probe::refused_full_total},
    LogLine{"sluice_log_queue_jobs", "Writes that wait for the disk.", &log::Probe::queued_jobs},
    LogLine{"sluice_log_queue_bytes", "Bytes that wait for the disk.", &log::Probe::queued_bytes},
};

}  // namespace

void add_lag_metrics(Metrics& metrics, const LagKeeper& lags, const runtime::Engine& engine) {
    for (const LagKeeper::Consumer& one : lags.consumers()) {
        const Metrics::Labels labels{
            {"domain", one.domain},
            {"stage", one.subscription.empty() ? "sequencer" : "subscription"},
            {"subscription", one.subscription}};
        metrics.gauge(
            "sluice_consumer_lag_messages",
            "Records that a consumer is not done with. On Kafka at most so many: the end of each "
            "transaction takes an offset too.",
            static_cast<double>(one.lag),
            labels
        );
        metrics.gauge(
            "sluice_heartbeat_timestamp_seconds",
            "When a consumer last looked for work.",
            seconds_of(one.alive_at),
            labels
        );
        for (const lag::Verdict verdict : lag::kVerdicts) {
            Metrics::Labels state = labels;
            state["state"] = lag::to_string(verdict);
            metrics.gauge(
                "sluice_consumer_status",
                "1 for the state that a consumer is in, 0 for the others.",
                one.verdict == verdict ? 1 : 0,
                state
            );
        }
    }
    for (const auto& domain : engine.domains()) {
        const std::string& name = domain->plan.name;
        metrics.gauge(
            "sluice_aside_records",
            "Records that lie aside.",
            static_cast<double>(lags.aside(name)),
            {{"domain", name}}
        );
    }
    metrics.gauge(
        "sluice_lag_sampled_timestamp_seconds",
        "When lag was last looked at.",
        seconds_of(lags.sampled_at().value_or(Instant{}))
    );
}

void add_log_metrics(
    Metrics& metrics, const log::Probe& probe, const log::EmbeddedOptions& options
) {
    for (const LogLine& line : kLog) {
        const std::uint64_t value = (probe.*(line.value)).load(std::memory_order_relaxed);
        add_value(metrics, line.name, line.help, static_cast<double>(value));
    }
    const auto gauge = [&metrics](const char* name, const char* help, std::uint64_t value) {
        metrics.gauge(name, help, static_cast<double>(value));
    };
    gauge(
        "sluice_log_queue_limit_jobs",
        "So many writes may wait; then callers do.",
        options.queue_jobs_max
    );
    gauge("sluice_log_queue_limit_bytes", "The same in bytes.", options.queue_bytes_max);
    gauge(
        "sluice_disk_reserve_bytes",
        "Publishing is refused while less is free.",
        options.reserve_bytes
    );
    std::error_code failed;
    const std::filesystem::space_info space = std::filesystem::space(options.directory, failed);
    gauge("sluice_disk_free_bytes", "Free where the log lies.", failed ? 0 : space.available);
    add_durations(
        metrics,
        "sluice_wal_fsync_seconds",
        "A group's write and fsync.",
        log::Probe::kWriteMicrosBounds,
        probe.write_micros,
        probe.write_micros_sum
    );
}

void add_api_metrics(
    Metrics& metrics, const http::ServerLoad& load, const Operations::Counts& published
) {
    const auto add = [&metrics](const char* name, const char* help, std::uint64_t value) {
        add_value(metrics, name, help, static_cast<double>(value));
    };
    add("sluice_published_total", "Events taken by the API.", published.published);
    add("sluice_publish_refused_total", "Events refused by the API.", published.refused);
    add("sluice_api_connections", "Connections served or waiting.", load.connections);
    add("sluice_api_limit_connections", "More wait to be let in.", load.connections_max);
    add("sluice_api_bodies_bytes", "Bytes of requests in flight.", load.bodies_bytes);
    add("sluice_api_bodies_limit_bytes", "More are answered 429.", load.bodies_bytes_max);
    add("sluice_api_busy_total", "Requests answered 429.", load.refused);
}

void add_certificate_metric(Metrics& metrics, Instant expires_at) {
    metrics.gauge(
        "sluice_certificate_expires_timestamp_seconds",
        "When the API's certificate expires; 0: it has none.",
        seconds_of(expires_at)
    );
}

void add_trace_metrics(
    Metrics& metrics, const trace::ExporterProbe& probe, std::uint64_t queue_max
) {
    const auto add = [&metrics](const char* name, const char* help, std::uint64_t value) {
        add_value(metrics, name, help, static_cast<double>(value));
    };
    add("sluice_trace_spans_total", "Spans that the collector has taken.", probe.sent);
    add("sluice_trace_spans_dropped_total",
        "Spans lost: the queue was full, or the collector did not take them.",
        probe.dropped);
    add("sluice_trace_post_failures_total", "Posts to the collector that failed.", probe.failures);
    add("sluice_trace_queue_spans", "Spans that wait for the collector.", probe.queued_now);
    add("sluice_trace_queue_limit_spans", "So many may wait; then spans are dropped.", queue_max);
}

}  // namespace sluice::daemon
