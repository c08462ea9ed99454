#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice::log {

/// What the embedded log counts, for /metrics.
/// Threads: written by the log (relaxed), read by anyone.
struct Probe {
    using Counter = std::atomic<std::uint64_t>;

    /// Upper bounds of `write_micros`; one more bucket takes the rest.
    static constexpr std::array<std::uint64_t, 10> kWriteMicrosBounds{
        100, 250, 500, 1'000, 2'500, 5'000, 10'000, 50'000, 250'000, 1'000'000};

    Counter groups_total{0};
    Counter fsyncs_total{0};
    Counter jobs_total{0};  ///< taken from the queue; by groups_total: the mean group
    Counter records_total{0};
    Counter bytes_total{0};  ///< as written to the write-ahead log
    Counter errors_total{0};
    Counter refused_full_total{0};
    Counter queued_jobs{0};
    Counter queued_bytes{0};
    Counter group_jobs_last{0};
    Counter write_micros_sum{0};
    std::array<Counter, kWriteMicrosBounds.size() + 1>
        write_micros{};  ///< a group's write and fsync

    void wrote_group(std::chrono::microseconds took) noexcept {
        const auto micros = static_cast<std::uint64_t>(took.count());
        std::size_t bucket = 0;
        while (bucket < kWriteMicrosBounds.size() && micros > kWriteMicrosBounds[bucket]) ++bucket;
        add(write_micros[bucket], 1);
        add(write_micros_sum, micros);
        add(groups_total, 1);
    }

    static void add(Counter& counter, std::uint64_t by) noexcept {
        counter.fetch_add(by, std::memory_order_relaxed);
    }
};

}  // namespace sluice::log
