#pragma once

#include "http/message.hpp"
#include "log/embedded/probe.hpp"
#include "runtime/engine.hpp"

namespace sluice::daemon {

/// One scrape: what the log, the sequencing tasks and the subscriptions count.
/// docs/reference/metrics.md lists it. Threads: any.
[[nodiscard]] http::Response metrics_page(const runtime::Engine& engine, const log::Probe& log);

}  // namespace sluice::daemon
