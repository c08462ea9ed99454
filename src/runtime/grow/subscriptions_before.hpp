#pragma once

#include <sluice/result.hpp>

#include "grow/regrouping.hpp"
#include "log/log.hpp"
#include "runtime/grow/offsets_moved.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What a domain's subscriptions have done of its homes, as their runner has stored it.
struct SubscriptionsBefore {
    std::vector<std::string> names;  ///< that have progress in some home
    std::vector<grow::DoneBefore> done;

    /// A home where a subscription has no progress is one where it has done nothing. It begins
    /// there with the oldest that is left; or, if it is a rebuild that still reads what was brought
    /// back, with the oldest of that.
    [[nodiscard]] static Result<SubscriptionsBefore> read(
        const log::Log& log, std::string_view domain, std::uint32_t homes
    );
};

/// Asks for the places of all events that lie in backlogs.
[[nodiscard]] Status ask_for_backlogs(
    const log::Log& log, std::string_view domain, std::uint32_t homes, OffsetsMoved& moved
);

}  // namespace sluice::runtime
