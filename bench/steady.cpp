#include "bench/steady.hpp"

#include "bench/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <thread>
#include <utility>

namespace sluice::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds{2};

std::int64_t ns_of(SteadyClock::time_point at) {
    return std::chrono::nanoseconds{at.time_since_epoch()}.count();
}

}  // namespace

Tail tail_of(std::vector<std::int64_t> took_ns) {
    std::sort(took_ns.begin(), took_ns.end());
    const auto quantile = [&](double part) {
        if (took_ns.empty()) return 0.0;
        const auto last = static_cast<double>(took_ns.size() - 1);
        return static_cast<double>(took_ns[static_cast<std::size_t>(part * last)]) / 1e6;
    };
    return {quantile(0.5), quantile(0.99), quantile(0.999), quantile(1)};
}

void Journal::look(const Record& record) {
    const std::string& data = *record.value;
    std::uint64_t number = 0;
    const auto read = std::from_chars(data.data(), data.data() + data.size(), number);
    if (read.ec != std::errc{} || number >= moments_.size()) return;  // none of these
    moments_[number].handled = ns_of(SteadyClock::now());
    ++handled_;
}

Tail Journal::from_due() const {
    std::vector<std::int64_t> took;
    for (const Moments& of : moments_) {
        if (of.due != 0) took.push_back(of.handled - of.due);
    }
    return tail_of(std::move(took));
}

/// The answer may come after the handler's call: nothing was added then.
Tail Journal::from_acknowledged() const {
    std::vector<std::int64_t> took;
    for (const Moments& of : moments_) {
        if (of.due != 0) took.push_back(std::max<std::int64_t>(of.handled - of.acknowledged, 0));
    }
    return tail_of(std::move(took));
}

void publish_steadily(
    const Load& load,
    std::uint64_t per_second,
    Journal& journal,
    const std::function<void(std::vector<Event>&)>& publish,
    const Wanted& wanted
) {
    const auto begin = SteadyClock::now();
    const std::uint64_t per_tick = per_second * static_cast<std::uint64_t>(kTick.count()) / 1'000;
    std::atomic<std::uint64_t> next{0};
    const auto work = [&] {
        for (;;) {
            const std::uint64_t tick = next.fetch_add(1);
            const std::uint64_t first = tick * per_tick;
            if (first >= load.events || !wanted(first)) return;
            const std::uint64_t end = std::min(first + per_tick, load.events);
            const auto due = begin + kTick * static_cast<std::int64_t>(tick);
            std::this_thread::sleep_until(due);
            std::vector<Event> batch;
            for (std::uint64_t n = first; n < end; ++n) {
                Event& event = batch.emplace_back(event_number(load, n));
                std::string data = fmt::format("{} ", n);
                data.resize(load.data_bytes, 'x');
                event.data = std::move(data);
                journal.moments_[n].due = ns_of(due);
            }
            publish(batch);
            const std::int64_t now = ns_of(SteadyClock::now());
            for (std::uint64_t n = first; n < end; ++n) journal.moments_[n].acknowledged = now;
        }
    };
    std::vector<std::jthread> publishers;
    for (std::uint32_t i = 0; i < load.publishers; ++i) publishers.emplace_back(work);
}

}  // namespace sluice::bench
