#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "contract/node.hpp"
#include "trace/endpoint.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sluice::daemon {

/// `traces` of sluice.yaml.
struct TraceConfig {
    std::optional<trace::Endpoint> endpoint;  ///< nothing: off
    double ratio{1.0};                        ///< of the traces that begin here
    std::string service{"sluice"};
    std::uint64_t queue_spans{4'096};  ///< more are dropped
    Milliseconds every{1'000};         ///< spans go no later than this
};

void read_traces(const contract::Node& node, TraceConfig& traces);

/// What the environment holds under a name; nothing when it is not there.
using Environment = std::function<std::optional<std::string>(const char* name)>;

[[nodiscard]] Environment process_environment();

/// OpenTelemetry's own names; what they say goes before the file. Empty is as if it were not there.
///   OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME,
///   OTEL_TRACES_SAMPLER_ARG; OTEL_SDK_DISABLED=true turns traces off.
/// Failure: kBadConfig names the variable. Of traces that are off nothing is looked at.
[[nodiscard]] Status apply_environment(const Environment& environment, TraceConfig& traces);

}  // namespace sluice::daemon
