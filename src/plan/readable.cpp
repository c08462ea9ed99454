#include "plan/plan.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace sluice::plan {

namespace {

std::string trimmed(double number) {
    std::string text = fmt::format("{:.2f}", number);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace

std::string readable(double number) {
    if (std::abs(number) < 10) return trimmed(number);
    std::string text = fmt::format("{:.0f}", number);
    const std::ptrdiff_t first = text.front() == '-' ? 1 : 0;
    for (std::ptrdiff_t at = std::ssize(text) - 3; at > first; at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return text;
}

std::string readable(std::chrono::microseconds time) {
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 6> kUnits{{
        {86'400'000'000, "d"},
        {3'600'000'000, "h"},
        {60'000'000, "min"},
        {1'000'000, "s"},
        {1'000, "ms"},
        {1, "us"},
    }};
    for (const auto& [size, name] : kUnits) {
        const std::int64_t count = time.count();
        if (count != 0 && count % size == 0) return fmt::format("{} {}", count / size, name);
    }
    return "0 s";
}

}  // namespace sluice::plan
