#pragma once

#include "daemon/config/trace_config.hpp"
#include "daemon/logging/logger.hpp"
#include "trace/exporter.hpp"
#include "trace/tracer.hpp"

#include <memory>

namespace sluice::daemon {

/// The traces of a daemon, from its configuration. Off, it is nothing: no thread, no connection.
/// Threads:  start and stop from one; `tracer` and `probe` from any.
/// Lifetime: the logger outlives it; it outlives whoever uses the tracer.
class Tracing final {
public:
    Tracing(const TraceConfig& config, Logger& logger);

    void start();

    /// Sends what is left, if the collector takes it at once.
    void stop() noexcept;

    /// Null: off.
    [[nodiscard]] const trace::Tracer* tracer() const { return tracer_.get(); }

    [[nodiscard]] const trace::ExporterProbe& probe() const { return probe_; }

private:
    TraceConfig config_;
    Logger& logger_;
    trace::ExporterProbe probe_;
    std::unique_ptr<trace::Exporter> exporter_;
    std::unique_ptr<const trace::Tracer> tracer_;
};

}  // namespace sluice::daemon
