#include "daemon/metrics/metrics_page.hpp"

#include "base/assert.hpp"
#include "daemon/metrics/metrics_parts.hpp"
#include "daemon/version.hpp"

#include <limits>
#include <utility>
#include <vector>

namespace sluice::daemon {

using http::Metrics;

http::Response metrics_page(const MetricsSources& from) {
    Metrics metrics;
    metrics.gauge("sluice_build_info", "The build.", 1, {{"version", std::string{kVersion}}});
    for (const auto& domain : from.engine.domains()) add_domain_metrics(metrics, *domain);
    add_lag_metrics(metrics, from.lags, from.engine);
    if (from.log != nullptr) add_log_metrics(metrics, *from.log, from.log_options);
    add_api_metrics(metrics, from.api, from.published);
    add_certificate_metric(metrics, from.certificate_expires_at);
    add_trace_metrics(metrics, from.traces, from.traces_queue_max);
    if (from.sagas != nullptr) add_saga_metrics(metrics, *from.sagas);
    return metrics.response();
}

void add_value(
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

void add_durations(
    Metrics& metrics,
    const std::string& name,
    const std::string& help,
    std::span<const std::uint64_t> bounds,
    std::span<const runtime::Counter> counts,
    const runtime::Counter& sum_micros,
    const Metrics::Labels& labels
) {
    constexpr double kMicrosPerSecond = 1e6;
    SLUICE_ASSERT(counts.size() == bounds.size() + 1);
    std::vector<std::pair<double, std::uint64_t>> buckets;
    for (std::size_t at = 0; at < counts.size(); ++at) {
        const double bound = at < bounds.size() ? static_cast<double>(bounds[at]) / kMicrosPerSecond
                                                : std::numeric_limits<double>::infinity();
        buckets.emplace_back(bound, counts[at].load(std::memory_order_relaxed));
    }
    const auto sum = static_cast<double>(sum_micros.load(std::memory_order_relaxed));
    metrics.histogram(name, help, buckets, sum / kMicrosPerSecond, labels);
}

}  // namespace sluice::daemon
