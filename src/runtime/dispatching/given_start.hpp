#pragma once

#include <sluice/result.hpp>

#include "contract/given.hpp"
#include "dispatch/dispatcher.hpp"
#include "log/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::runtime {

/// What is known of a partition from before.
struct GivenBefore {
    std::optional<std::uint32_t> epoch;  ///< in which it was read; nothing: it was not
    bool is_another{false};              ///< a record that was read is another one now
};

/// How a subscription goes on with a partition of a topic that is not Sluice's: somebody else may
/// have deleted what it had not read, or have made the topic anew.
struct GivenStart {
    bool moved{false};                ///< its progress is another than was stored
    std::vector<std::string> gone;    ///< subjects whose lines were about events that are not there
    std::optional<Offset> lost_from;  ///< of what was deleted before it was read: up to `first`
};

/// Corrects what was restored. What lies in backlogs stays: it was copied. Pure.
/// kConflict: what the contract says of the topic does not fit what is there; the text says why,
/// and what to do.
[[nodiscard]] Result<GivenStart> start_given(
    const contract::GivenOrder& order,
    const GivenBefore& before,
    const log::PartitionRef& at,
    const log::Ends& ends,
    dispatch::Dispatcher::Restored& restored
);

}  // namespace sluice::runtime
