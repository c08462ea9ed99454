#pragma once

#include "commerce/money/days.hpp"

#include <cstdint>
#include <string>

namespace sluice::commerce {

/// What a platform decides once, given to whoever needs it; the defaults are the run's.
/// Source: docs/commerce/read-models.md, "Policy of the run".
struct Policy {
    std::string currency{"BRL"};
    std::int64_t offset_minutes{-180};  ///< business time zone, without daylight saving
    std::int64_t close_day{3};          ///< a month closes when this day of the next one is over
    std::int64_t payout_days{7};        ///< an item is paid out this long after its delivery
    Day switch_on{civil(std::chrono::year{2018} / 1 / 1)};  ///< sales: from delivery to order
    std::int64_t minor_per_point{100};  ///< a benefits point per full such amount kept
};

/// The business date of a moment.
[[nodiscard]] Day bday(const Policy& policy, UtcTime time);

/// The date that an event counts for: when it happened, or, if that month is closed, when it was
/// recorded.
[[nodiscard]] Day booked_on(const Policy& policy, UtcTime time, UtcTime happened);

}  // namespace sluice::commerce
