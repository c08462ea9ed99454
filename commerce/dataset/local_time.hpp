#pragma once

#include "commerce/money/days.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// "YYYY-MM-DD HH:MM:SS" in the files' local time (UTC − 3 h, all year); nothing for anything else.
[[nodiscard]] std::optional<UtcTime> parse_local(std::string_view text);

[[nodiscard]] std::string to_local_text(UtcTime time);

}  // namespace sluice::commerce
