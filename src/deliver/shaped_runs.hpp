#pragma once

#include "deliver/shaper.hpp"
#include "deliver/sink.hpp"

#include <optional>
#include <span>
#include <vector>

namespace sluice::deliver {

/// A run up to its first event that could not be cut, and why that one could not.
struct ShapedRun {
    RunWork work;  ///< its records are those of the cuts, or as they were
    std::optional<dispatch::Failure> after;
};

[[nodiscard]] std::vector<const Record*> records_of(std::span<const RunWork> runs);

/// `cuts`: of `records_of(runs)`; what is answered borrows from both.
[[nodiscard]] std::vector<ShapedRun> shaped_runs(
    std::span<const RunWork> runs, const std::vector<Shaper::Cut>& cuts
);

}  // namespace sluice::deliver
