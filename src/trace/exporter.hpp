#pragma once

#include "dispatch/retry.hpp"
#include "trace/batcher.hpp"
#include "trace/endpoint.hpp"
#include "trace/otlp.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::trace {

/// Since the start of the process, unless it says `_now`.
struct ExporterProbe {
    std::atomic<std::uint64_t> sent{0};     ///< spans that the collector took
    std::atomic<std::uint64_t> dropped{0};  ///< spans lost: queue full, refused, or nobody answered
    std::atomic<std::uint64_t> failures{0};  ///< posts that did not succeed
    std::atomic<std::uint64_t> queued_now{0};
};

/// Posts spans to a collector: OTLP/HTTP with JSON, batch by batch.
/// Threads:  `take` from any; `start` and `stop` from one. One thread of its own.
/// Lifetime: the probe outlives it; the destructor stops.
/// Failure:  a collector that does not answer, or asks for patience, is tried again with back-off;
///           then the batch is dropped and counted. Nobody waits for it.
/// Limits:   the queue's; one batch on its way; `timeout` for an answer.
class Exporter final : public SpanSink {
public:
    struct Options {
        Endpoint endpoint;
        Resource resource;
        Batcher::Limits batch;
        dispatch::RetryPolicy retry{
            5, Milliseconds{1'000}, 2.0, Milliseconds{30'000}, 0.2, Milliseconds{0}};
        Milliseconds timeout{5'000};
        /// Told of the first loss after a success, from the exporter's thread.
        std::function<void(std::string_view why)> on_loss{[](std::string_view) {}};
    };

    Exporter(Options options, ExporterProbe& probe);
    ~Exporter() override;
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;

    void start();

    /// Posts what is queued, as long as each batch succeeds at once; drops the rest.
    void stop() noexcept;

    void take(std::vector<SpanPtr> spans) override;

private:
    struct Posted {
        Verdict verdict{};
        std::optional<Milliseconds> after;  ///< the collector asks for this wait
        std::uint64_t refused{};            ///< of a batch that was taken
        std::string why;
    };

    void run(const std::stop_token& stop);
    [[nodiscard]] std::vector<SpanPtr> next_batch(const std::stop_token& stop);
    void deliver(std::span<const SpanPtr> batch, const std::stop_token& stop);
    [[nodiscard]] Posted post(const std::string& body) const;
    void wait(Milliseconds time, const std::stop_token& stop);
    void lose(std::size_t spans, std::string_view why);

    Options options_;
    ExporterProbe& probe_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Batcher batcher_;     ///< under mutex_
    bool losing_{false};  ///< the exporter's thread only; likewise below
    std::uint64_t batches_{0};
    std::jthread thread_;  ///< last: ends before what it uses goes
};

}  // namespace sluice::trace
