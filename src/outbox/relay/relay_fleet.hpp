#pragma once

#include "http/message.hpp"
#include "outbox/relay/relay.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::outbox {

/// The relays of one process: each has a thread, a connection and a sink of its own, and they share
/// the slots as relays of other processes do.
/// Threads:  its caller's; relays have their own.
/// Lifetime: the destructor stops.
/// Failure:  `failure` is why the first relay that can never work has ended.
/// Limits:   kRelaysMax: more than slots would have nothing to do.
class RelayFleet {
public:
    static constexpr std::size_t kRelaysMax = 64;

    using MakeSink = std::function<std::unique_ptr<Sink>()>;

    RelayFleet(
        const RelayOptions& options,
        std::size_t relays,
        const MakeSink& make_sink,
        const Relay::Notice& notice
    );
    ~RelayFleet();
    RelayFleet(const RelayFleet&) = delete;
    RelayFleet& operator=(const RelayFleet&) = delete;

    /// Ends once every relay has finished what is in flight. Safe to repeat.
    void stop() noexcept;

    [[nodiscard]] Status failure() const;

    [[nodiscard]] const RelayProbe& probe() const { return probe_; }

    /// In Prometheus' text format (docs/guide/outbox.md).
    [[nodiscard]] http::Response metrics() const;

    /// 200 while every relay has a connection.
    [[nodiscard]] http::Response ready() const;

private:
    RelayProbe probe_;
    StopBell stop_;
    Relay::Notice notice_;
    mutable std::mutex mutex_;
    std::vector<Error> failures_;  ///< under mutex_
    std::vector<std::unique_ptr<Relay>> relays_;
    std::vector<std::jthread> threads_;  ///< last: they end before what they use goes
};

}  // namespace sluice::outbox
