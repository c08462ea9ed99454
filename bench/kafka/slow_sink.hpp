#pragma once

#include "deliver/async_sink.hpp"
#include "deliver/sink.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::bench {

/// Handlers that wait: so many threads, each with one event at a time, as a service has them behind
/// push or pull. The events of a run come one after another.
/// Threads:  one caller at a time, beside its own.
/// Limits:   twice as many runs as threads, as of the sink that pushes: nobody waits for the next.
class SlowSink final : public deliver::Sink, public deliver::AsyncSink {
public:
    SlowSink(std::size_t threads, std::chrono::milliseconds each);

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    /// It is asked for runs that begin and end.
    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override;

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override;
    void begin(std::span<const deliver::RunBegun> runs) override;
    [[nodiscard]] std::vector<deliver::RunEnded> ended() override;
    void wait(Milliseconds longest) override;
    void drain() override;

    void abandon() override { drain(); }  // what is under way takes a moment only

    [[nodiscard]] std::optional<std::string> refused_for_good() override { return std::nullopt; }

private:
    struct Run {
        deliver::RunTicket ticket;
        std::vector<std::string> events;  ///< the handler's own
    };

    void handle(const std::stop_token& stop);

    std::chrono::milliseconds each_;
    std::mutex mutex_;
    std::condition_variable_any begun_cv_;
    std::condition_variable ended_cv_;
    std::deque<Run> waiting_;
    std::vector<deliver::RunEnded> ended_;
    std::size_t under_way_{0};           ///< waiting among them
    std::vector<std::jthread> threads_;  ///< last: they end before what they touch
};

}  // namespace sluice::bench
