#pragma once

#include "base/clock.hpp"
#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "deliver/sink.hpp"
#include "log/log.hpp"
#include "runtime/engine/engine.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::bench {

inline constexpr std::uint32_t kPartitions = 6;  ///< homes, and of every topic
inline constexpr const char* kIn = "bench.in";
inline constexpr const char* kOrdered = "bench.ordered";

/// The broker that ./dev bench has started; empty, and said, when there is none.
[[nodiscard]] std::string broker_named();

/// `name`: of what is measured; it stands in front of its topics, too.
[[nodiscard]] std::unique_ptr<log::Log> open_kafka(
    const std::string& brokers, const Load& load, const std::string& name = {}
);

/// What a process of Sluice is to do beside sequencing.
struct ProcessOptions {
    std::unique_ptr<deliver::Sink> sink{};  ///< of a subscription; null: there is none
    std::string subscription{"bench"};
    Milliseconds commit_interval{20};               ///< of a subscription's progress
    std::uint32_t channel_partitions{kPartitions};  ///< other than homes: the detour
};

/// One process: a sequencing thread for each processor, and a subscription or none.
/// Threads:  one at a time; `publish` from any.
/// Lifetime: the log outlives it.
/// Failure:  ends the program.
class Process {
public:
    Process(log::Log& log, ProcessOptions options);

    void start() { require(engine_.start()); }

    /// Until all that was published is sequenced and handled, or waits.
    void wait() const;

    void stop() { require(engine_.stop()); }

    /// From the first record that `done` counts to the last: joining the group is not timed.
    template <class Done>
    [[nodiscard]] Cost run(std::uint64_t records, Done&& done) {
        start();
        const auto look = [&](std::uint64_t until) {
            std::uint64_t now = done(engine_);
            while (now < until) {
                log_.wait_for_change(log_.version(), Milliseconds{1});
                require(engine_.failure());
                now = done(engine_);
            }
            return now;
        };
        const std::uint64_t before = look(1);
        const Cost cost = timed([&] { look(records); });
        stop();
        const auto share = static_cast<double>(records) /
                           static_cast<double>(std::max<std::uint64_t>(records - before, 1));
        return {cost.seconds * share, cost.cpu_seconds * share};
    }

    void publish(const std::vector<Event>& events) const;

    /// All of the load, as fast as it goes.
    void publish(const Load& load) const;

    [[nodiscard]] const runtime::Engine& engine() const { return engine_; }

private:
    log::Log& log_;
    SystemClock clock_;
    runtime::Engine engine_;
};

}  // namespace sluice::bench
