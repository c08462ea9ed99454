#pragma once

#include "sim/history.hpp"
#include "sim/random.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::sim {

/// What goes wrong with a history's events.
struct Troubles {
    bool losses{false};         ///< some events never arrive
    bool conflicts{false};      ///< the same number again, with other content
    bool closings{false};       ///< subjects close, and events come after it
    bool invalid{false};        ///< some events break their contract
    bool floods{false};         ///< a lying producer numbers far ahead
    bool failures{false};       ///< sinks refuse some events
    bool full_backlogs{false};  ///< backlogs meet their bound
    std::uint32_t copies{0};    ///< one arrival in so many comes again; 0: none
    std::uint32_t lag_max{1};   ///< of a channel, in events
    std::uint32_t stops{0};     ///< times that a channel stands still while the others go on
};

[[nodiscard]] Troubles draw_troubles(Random& random);

/// In the order in which they happened.
[[nodiscard]] std::vector<EventSpec> draw_events(
    Random& random, const Troubles& troubles, std::size_t count
);

/// Indices of events in the order in which they are published: each channel has its own lag, but
/// its partitions show no order that a real topic would not show.
[[nodiscard]] std::vector<std::uint32_t> draw_arrivals(
    Random& random, const Troubles& troubles, const History& history
);

}  // namespace sluice::sim
