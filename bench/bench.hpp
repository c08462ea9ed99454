#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace sluice::bench {

/// What every measurement works on; README.md of this folder says what each one shows.
struct Load {
    std::uint64_t events{300'000};
    std::uint64_t subjects{100'000};
    std::size_t data_bytes{420};
    std::size_t batch{500};           ///< events in one synced write
    std::uint32_t publishers{4};      ///< threads that publish, each waiting for its answers
    std::filesystem::path directory;  ///< scratch, made and removed by the program
};

/// What a stretch of work took: on the clock, and of the processors by all threads of the process.
struct Cost {
    double seconds{};
    double cpu_seconds{};
};

[[nodiscard]] double cpu_seconds_so_far();

template <class Body>
[[nodiscard]] Cost timed(Body&& body) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds_so_far();
    body();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return {took.count(), cpu_seconds_so_far() - cpu};
}

/// A rate as a ratio to one that stands above it.
struct Beside {
    double per_second;
    std::string_view name;
};

/// "  publish     123456 events/s   0.71 of raw append   4.2 us of processor each".
void print_rate(std::string_view name, std::uint64_t events, Cost cost, Beside beside);

/// The same without a ratio: a ceiling.
void print_ceiling(std::string_view name, double per_second);

int run_embedded(const Load& load);
int run_kafka(const Load& load);
int run_kafka_latency(const Load& load);
int run_kafka_bytes(const Load& load);
int run_kafka_restore(const Load& load);
int run_latency(const Load& load);
int run_waiting(const Load& load);
int run_closed(const Load& load);
int run_subjects(const Load& load);
int run_payload(const Load& load);
int run_redrive(const Load& load);
int run_story(const Load& load);

}  // namespace sluice::bench
