#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace sluice::grow {

/// In which order the records of old homes are written behind one another: each home's in their
/// own order, and of different homes by the time of their release, so that what retention takes and
/// a rebuild from a moment finds is told by a place in the partition, as it was before. Times are
/// compared in grains: within one, a home's records stay together, so that what a subscription has
/// done of one home and not of the other does not fall into single records.
/// Threads:  one.
class Interleaving {
public:
    Interleaving(std::uint32_t homes, Milliseconds grain) : latest_(homes), grain_{grain} {}

    /// A grain for records released in that span of time: a part of it, at most a minute.
    [[nodiscard]] static Milliseconds grain_of(Instant first, Instant last);

    /// The home's next record, once the one before it was taken.
    void offer(HomeId home, Instant released_at);

    /// Whose record is next; it is taken. Nothing: no home has one.
    [[nodiscard]] std::optional<HomeId> take();

private:
    using Turn = std::pair<std::int64_t, HomeId>;  ///< grain, home

    std::vector<std::int64_t> latest_;  ///< by home: clocks may be set back, an order may not
    Milliseconds grain_;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
};

}  // namespace sluice::grow
