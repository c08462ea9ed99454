#pragma once

#include "commerce/money/days.hpp"

#include <cstdint>

namespace sluice::commerce {

/// A length of time in whole seconds.
inline constexpr std::int64_t kMinute = 60;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;

[[nodiscard]] constexpr UtcTime operator+(UtcTime time, std::int64_t seconds) {
    return UtcTime{time.seconds + seconds};
}

}  // namespace sluice::commerce
