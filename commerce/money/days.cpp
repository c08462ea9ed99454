#include "commerce/money/days.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>

namespace sluice::commerce {

namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<Day> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return civil(date);
}

std::optional<std::int64_t> second_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const auto hour = digits(text.substr(0, 2));
    const auto minute = digits(text.substr(3, 2));
    const auto second = digits(text.substr(6, 2));
    if (!hour || !minute || !second) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return *hour * 3600 + *minute * 60 + *second;
}

/// Writes `value` with as many digits as the place has.
void put(char* place, std::size_t width, std::int64_t value) {
    for (std::size_t i = width; i > 0; --i) {
        place[i - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

void put_day(char* place, Day day) {
    const auto date = civil(day);
    put(place, 4, int{date.year()});
    place[4] = '-';
    put(place + 5, 2, unsigned{date.month()});
    place[7] = '-';
    put(place + 8, 2, unsigned{date.day()});
}

}  // namespace

Result<UtcTime> parse_time(std::string_view text) {
    if (text.size() == 20 && text[10] == 'T' && text[19] == 'Z') {
        const auto day = day_of(text.substr(0, 10));
        const auto second = second_of_day(text.substr(11, 8));
        if (day && second) return UtcTime{day->number * kSecondsPerDay + *second};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("'{}' is not a time like 2018-01-30T12:00:00Z", text.substr(0, 40))};
}

Result<Day> parse_day(std::string_view text) {
    const auto day = day_of(text);
    if (day) return *day;
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("'{}' is not a date like 2018-01-30", text.substr(0, 40))};
}

std::string to_text(UtcTime time) {
    std::int64_t day = time.seconds / kSecondsPerDay;
    if (time.seconds % kSecondsPerDay < 0) --day;
    const std::int64_t second = time.seconds - day * kSecondsPerDay;
    std::array<char, 20> text{};
    put_day(text.data(), Day{day});
    text[10] = 'T';
    put(&text[11], 2, second / 3600);
    text[13] = ':';
    put(&text[14], 2, second / 60 % 60);
    text[16] = ':';
    put(&text[17], 2, second % 60);
    text[19] = 'Z';
    return {text.data(), text.size()};
}

std::string to_text(Day day) {
    std::array<char, 10> text{};
    put_day(text.data(), day);
    return {text.data(), text.size()};
}

std::string month_text(Day day) {
    return to_text(day).substr(0, 7);
}

Day next_month(Day day) {
    const auto date = civil(day);
    return civil((date.year() / date.month() + std::chrono::months{1}) / std::chrono::day{1});
}

}  // namespace sluice::commerce
