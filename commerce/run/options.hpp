#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// What `sluice commerce run` was asked for.
struct RunOptions {
    std::string data;              ///< directory with raw CSV files; empty: generated orders
    std::uint64_t orders{20'000};  ///< to generate; 1 to 10,000,000
    std::uint64_t seed{1};         ///< of the generator and of the seed rule
    std::optional<std::uint64_t>
        chaos;          ///< seed of lag, maintenance, duplicates and restarts; nothing: none of it
    std::string log;    ///< "kafka://…": on these brokers; empty: embedded
    std::string state;  ///< directory that keeps everything; empty: a temporary one

    bool operator==(const RunOptions&) const = default;
};

/// Told how far a stage is: its name, what is done, and what there is in all (0: not known).
using Progress = std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t all)>;

}  // namespace sluice::commerce
