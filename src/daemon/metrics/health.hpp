#pragma once

#include "http/message.hpp"
#include "log/embedded/probe.hpp"
#include "runtime/engine/engine.hpp"

#include <atomic>

namespace sluice::daemon {

enum class Phase : std::uint8_t { kStarting, kReady, kDraining };

/// `/livez` and `/readyz[?verbose]` in Kubernetes' form: the status code is the contract, the text
/// is for people. Ready: the log takes writes, the engine runs, nobody has asked to stop.
/// Threads:  any.
/// Lifetime: engine and probe outlive it. Without a probe (Kafka) only the engine tells.
class Health {
public:
    Health(const runtime::Engine& engine, const log::Probe* log) : engine_{engine}, log_{log} {}

    void set(Phase phase) { phase_.store(phase); }

    /// The process answers: that is all.
    [[nodiscard]] static http::Response live();

    [[nodiscard]] http::Response ready(const http::Request& request) const;

private:
    const runtime::Engine& engine_;
    const log::Probe* log_;
    std::atomic<Phase> phase_{Phase::kStarting};
};

}  // namespace sluice::daemon
