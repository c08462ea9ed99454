#pragma once

#include "sim/history.hpp"
#include "sim/play.hpp"
#include "sim/shrink.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::sim {

struct TortureOptions {
    std::uint64_t seed{1};            ///< of the first history; the next ones count on
    std::uint64_t events{1'000'000};  ///< in all
    std::uint64_t events_per_seed{10'000};
    std::uint32_t threads{1};
    std::optional<std::chrono::minutes> time_max;  ///< stops after it, wherever it is
};

struct Failure {
    History history;  ///< whole, as it was drawn
    std::vector<std::string> violations;
};

struct TortureReport {
    std::uint64_t seeds{0};
    Tally tally;
    std::optional<Failure> failure;  ///< of the lowest seed that failed
};

/// Called now and then, from one thread at a time, with what was done so far; answers whether to
/// go on.
using Watch = std::function<bool(const TortureReport&)>;

/// Plays history after history until the events are spent, the time is over, or one fails.
/// Threads: starts `threads`, each with a world of its own.
[[nodiscard]] TortureReport torture(const TortureOptions& options, const Watch& watch);

/// Brings a failure down to a short history that still fails, and what that one breaks.
void shorten(Failure& failure, const ShrinkWatch& watch);

}  // namespace sluice::sim
