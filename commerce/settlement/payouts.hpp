#pragma once

#include <sluice/sql.hpp>

#include "commerce/events/payloads.hpp"

#include <string>
#include <string_view>

namespace sluice::commerce {

/// Counts an event that settlement has handled towards its business day.
void count_handled(Sql& sql, Day day, std::string_view type);

/// Keeps what the calendar says was published on a day. False if the day is there already.
[[nodiscard]] bool close_day(Sql& sql, const DayClosed& closed);

/// Pays every day, in order, that is closed and of which everything published has been handled:
/// then nothing of it can still come, and the payout is final.
void pay_ready_days(Sql& sql);

}  // namespace sluice::commerce
