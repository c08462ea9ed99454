#pragma once

#include <sluice/result.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::commerce {

inline constexpr std::int64_t kSecondsPerDay = 86'400;

/// A moment in whole seconds since 1970-01-01T00:00:00Z, as events carry it.
struct UtcTime {
    std::int64_t seconds{};

    auto operator<=>(const UtcTime&) const = default;
};

/// A civil date: days since 1970-01-01.
struct Day {
    std::int64_t number{};

    auto operator<=>(const Day&) const = default;

    friend constexpr Day operator+(Day day, std::int64_t days) { return Day{day.number + days}; }

    friend constexpr std::int64_t operator-(Day a, Day b) { return a.number - b.number; }
};

[[nodiscard]] constexpr Day civil(std::chrono::year_month_day date) {
    return Day{std::chrono::sys_days{date}.time_since_epoch().count()};
}

[[nodiscard]] constexpr std::chrono::year_month_day civil(Day day) {
    return std::chrono::sys_days{std::chrono::days{static_cast<int>(day.number)}};
}

/// Exactly "YYYY-MM-DDTHH:MM:SSZ", a date and a time that exist; kInvalidArgument otherwise.
[[nodiscard]] Result<UtcTime> parse_time(std::string_view text);

/// Exactly "YYYY-MM-DD"; kInvalidArgument otherwise.
[[nodiscard]] Result<Day> parse_day(std::string_view text);

[[nodiscard]] std::string to_text(UtcTime time);
[[nodiscard]] std::string to_text(Day day);

/// "YYYY-MM".
[[nodiscard]] std::string month_text(Day day);

/// The first day of the month after this day's.
[[nodiscard]] Day next_month(Day day);

}  // namespace sluice::commerce
