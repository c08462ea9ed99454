#pragma once

#include "daemon/metrics/lag_keeper.hpp"
#include "daemon/operations/operations.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "log/embedded/embedded.hpp"
#include "orchestrate/saga_keeper.hpp"
#include "runtime/engine/engine.hpp"
#include "trace/exporter.hpp"

#include <cstdint>

namespace sluice::daemon {

/// What a scrape is made of.
struct MetricsSources {
    const runtime::Engine& engine;
    const LagKeeper& lags;
    const Operations::Counts& published;
    const log::Probe* log;  ///< null: not the embedded log
    const log::EmbeddedOptions& log_options;
    http::ServerLoad api;
    Instant certificate_expires_at;  ///< 1970: plain HTTP
    const trace::ExporterProbe& traces;
    std::uint64_t traces_queue_max{};
    const orchestrate::SagaKeeper* sagas;  ///< null: none are defined
};

/// One scrape: what the log, the sequencing tasks, the subscriptions, the API and the exporter of
/// traces count, with the limits of all that is bounded. docs/reference/metrics.md lists it.
/// Threads: any.
[[nodiscard]] http::Response metrics_page(const MetricsSources& from);

}  // namespace sluice::daemon
