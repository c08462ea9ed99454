#include "daemon/tracing.hpp"

#include "daemon/version.hpp"

#include <fmt/format.h>

#include <random>
#include <string>
#include <utility>

namespace sluice::daemon {

Tracing::Tracing(const TraceConfig& config, Logger& logger) : config_{config}, logger_{logger} {
    if (!config_.endpoint) return;
    trace::Exporter::Options options;
    options.endpoint = *config_.endpoint;
    options.resource = {config_.service, std::string{kVersion}};
    options.batch.queue_max = config_.queue_spans;
    options.batch.age_max = config_.every;
    options.on_loss = [this](std::string_view why) {
        logger_.warn("spans are lost; events are not", {{"reason", std::string{why}}});
    };
    exporter_ = std::make_unique<trace::Exporter>(std::move(options), probe_);
    std::random_device entropy;
    const std::uint64_t seed = (std::uint64_t{entropy()} << 32U) | entropy();
    tracer_ = std::make_unique<const trace::Tracer>(
        *exporter_, trace::Tracer::Options{config_.ratio, seed}
    );
}

void Tracing::start() {
    if (exporter_ == nullptr) return;
    exporter_->start();
    logger_.info(
        "traces are on",
        {{"endpoint", config_.endpoint->text()}, {"ratio", fmt::to_string(config_.ratio)}}
    );
}

void Tracing::stop() noexcept {
    if (exporter_ != nullptr) exporter_->stop();
}

}  // namespace sluice::daemon
