#include "bench/bench.hpp"
#include "bench/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kPerSecond = 20'000;
constexpr auto kTick = std::chrono::milliseconds{2};

std::int64_t now_ns() {
    return std::chrono::nanoseconds{SteadyClock::now().time_since_epoch()}.count();
}

/// From when an event was meant to be published to when its handler was called. An event carries
/// its time at the beginning of its data.
class Latencies {
public:
    void look(const Record& record) {
        const std::string& data = *record.value;
        std::int64_t sent = 0;
        std::from_chars(data.data(), data.data() + data.size(), sent);
        const std::lock_guard lock{mutex_};
        taken_ns_.push_back(now_ns() - sent);
    }

    /// Of 1: the longest.
    [[nodiscard]] double quantile_ms(double part) {
        const std::lock_guard lock{mutex_};
        std::sort(taken_ns_.begin(), taken_ns_.end());
        const auto last = static_cast<double>(taken_ns_.size() - 1);
        return static_cast<double>(taken_ns_[static_cast<std::size_t>(part * last)]) / 1e6;
    }

    [[nodiscard]] std::size_t count() const { return taken_ns_.size(); }

private:
    std::mutex mutex_;
    std::vector<std::int64_t> taken_ns_;
};

/// Every tick what is due by then, by one of several threads in turn, so that a slow write delays
/// no other; what comes late counts from when it was due.
void publish_steadily(const Load& load, const Pipeline& to) {
    const auto begin = SteadyClock::now();
    const std::uint64_t per_tick = kPerSecond * static_cast<std::uint64_t>(kTick.count()) / 1'000;
    std::atomic<std::uint64_t> next{0};
    const auto work = [&] {
        for (;;) {
            const std::uint64_t tick = next.fetch_add(1);
            const std::uint64_t first = tick * per_tick;
            if (first >= load.events) return;
            const auto due = begin + kTick * static_cast<std::int64_t>(tick);
            std::this_thread::sleep_until(due);
            std::vector<Event> batch;
            for (std::uint64_t n = first; n < std::min(first + per_tick, load.events); ++n) {
                Event& event = batch.emplace_back(event_number(load, n));
                const auto sent = std::chrono::nanoseconds{due.time_since_epoch()}.count();
                std::string data = fmt::format("{} ", sent);
                data.resize(load.data_bytes, 'x');
                event.data = std::move(data);
            }
            to.publish(batch);
        }
    };
    std::vector<std::jthread> publishers;
    for (std::uint32_t i = 0; i < load.publishers; ++i) publishers.emplace_back(work);
}

}  // namespace

int run_latency(const Load& load) {
    Latencies latencies;
    Pipeline pipeline{
        load.directory / "latency",
        std::make_unique<NoOpSink>([&](const Record& record) { latencies.look(record); })};
    pipeline.start();
    const Cost cost = timed([&] {
        publish_steadily(load, pipeline);
        pipeline.wait();
    });
    pipeline.stop();
    fmt::print(
        "{} events of {} bytes at {} a second, in {:.1f} s, {:.1f} us of processor each; from due "
        "to handled, in ms:\n"
        "  p50 {:.1f}   p99 {:.1f}   p99.9 {:.1f}   most {:.1f}\n",
        latencies.count(),
        load.data_bytes,
        kPerSecond,
        cost.seconds,
        cost.cpu_seconds / static_cast<double>(load.events) * 1e6,
        latencies.quantile_ms(0.5),
        latencies.quantile_ms(0.99),
        latencies.quantile_ms(0.999),
        latencies.quantile_ms(1)
    );
    return 0;
}

}  // namespace sluice::bench
