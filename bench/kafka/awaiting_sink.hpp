#pragma once

#include "deliver/async_sink.hpp"
#include "deliver/sink.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

/// Handlers that await something for a while, and take no thread for it, as a service that is
/// written with coroutines; the events of a run come one after another.
/// Threads:  one caller at a time, who also waits here until a handler is done.
/// Limits:   as many runs at once as it is told.
class AwaitingSink final : public deliver::Sink, public deliver::AsyncSink {
public:
    AwaitingSink(std::size_t runs_max, std::chrono::milliseconds each)
        : runs_max_{runs_max},
          each_{each} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    /// It is asked for runs that begin and end.
    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override;

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override { return runs_max_ - runs_.size(); }

    void begin(std::span<const deliver::RunBegun> runs) override;
    [[nodiscard]] std::vector<deliver::RunEnded> ended() override;
    void wait(Milliseconds longest) override;

    void drain() override {}  // what is under way takes a moment only

    void abandon() override {}

    [[nodiscard]] std::optional<std::string> refused_for_good() override { return std::nullopt; }

private:
    using Time = std::chrono::steady_clock::time_point;

    struct Run {
        Time done;
        deliver::RunTicket ticket;
        std::vector<std::string> events;  ///< the handler's own
    };

    struct Later {
        bool operator()(const Run& a, const Run& b) const { return a.done > b.done; }
    };

    std::size_t runs_max_;
    std::chrono::milliseconds each_;
    std::priority_queue<Run, std::vector<Run>, Later> runs_;  ///< the first that is done on top
};

}  // namespace sluice::bench
