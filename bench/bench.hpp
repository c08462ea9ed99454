#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace sluice::bench {

/// What every part of a benchmark works on; docs/contributing/benchmarks.md says why.
struct Load {
    std::uint64_t events{300'000};
    std::uint64_t subjects{100'000};
    std::size_t data_bytes{420};
    std::size_t batch{500};           ///< events in one synced write
    std::filesystem::path directory;  ///< scratch, made and removed by the program
};

/// Seconds that something took.
template <class Body>
[[nodiscard]] double timed(Body&& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// "  publish              123,456 events/s    0.71 of raw append".
void print_rate(
    const std::string& name,
    std::uint64_t events,
    double seconds,
    double baseline_per_second,
    const char* of
);

/// The embedded log, the sequencer and the dispatcher, each beside its raw ceiling of the same run.
int run_embedded(const Load& load);

}  // namespace sluice::bench
