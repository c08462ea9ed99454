#pragma once

#include "daemon/metrics/metrics_page.hpp"
#include "http/metrics.hpp"
#include "runtime/domain/probe.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace sluice::daemon {

// The parts of a scrape, each beside the table of what it serves.

void add_domain_metrics(http::Metrics& metrics, const runtime::Engine::Domain& domain);
void add_lag_metrics(http::Metrics& metrics, const LagKeeper& lags, const runtime::Engine& engine);
void add_log_metrics(
    http::Metrics& metrics, const log::Probe& probe, const log::EmbeddedOptions& options
);
void add_api_metrics(
    http::Metrics& metrics, const http::ServerLoad& load, const Operations::Counts& published
);
void add_certificate_metric(http::Metrics& metrics, Instant expires_at);
void add_saga_metrics(http::Metrics& metrics, const orchestrate::SagaKeeper& sagas);
void add_trace_metrics(
    http::Metrics& metrics, const trace::ExporterProbe& probe, std::uint64_t queue_max
);

/// A counter if its name ends so, else a gauge.
void add_value(
    http::Metrics& metrics,
    const std::string& name,
    const std::string& help,
    double value,
    const http::Metrics::Labels& labels = {}
);

/// `bounds` in microseconds; the last of `counts` takes the rest.
void add_durations(
    http::Metrics& metrics,
    const std::string& name,
    const std::string& help,
    std::span<const std::uint64_t> bounds,
    std::span<const runtime::Counter> counts,
    const runtime::Counter& sum_micros,
    const http::Metrics::Labels& labels = {}
);

}  // namespace sluice::daemon
