#pragma once

#include <sluice/result.hpp>

#include "grow/regrouping.hpp"
#include "log/log.hpp"
#include "runtime/grow/offsets_moved.hpp"
#include "runtime/grow/subscriptions_before.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// What the ordered topic's records have become.
struct OrderedMove {
    grow::Regrouping places;
    OffsetsMoved backlogs;
};

/// A domain's homes before and after.
struct HomesMove {
    std::string domain;
    std::uint32_t before{};
    std::uint32_t after{};
};

/// The sequencer's state, home by home: subjects, what waits, tombstones, closings, what is known
/// of the domain, and how far channels were read. Histories are whole: nothing is left to fold.
[[nodiscard]] Status move_sequencer_state(
    log::Log& log, const HomesMove& homes, const OrderedMove& ordered
);

/// The runner's: progress, lines, backlogs, pauses.
[[nodiscard]] Status move_runner_state(
    log::Log& log,
    const HomesMove& homes,
    const OrderedMove& ordered,
    const SubscriptionsBefore& subscriptions
);

}  // namespace sluice::runtime
