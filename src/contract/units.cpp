#include "contract/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace sluice::contract {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor{};
};

// The larger one first: that is how they are written.
constexpr std::array<Unit, 5> kTimes{
    Unit{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr std::array<Unit, 5> kSizes{
    Unit{"TiB", std::uint64_t{1} << 40},
    {"GiB", std::uint64_t{1} << 30},
    {"MiB", std::uint64_t{1} << 20},
    {"KiB", std::uint64_t{1} << 10},
    {"B", 1}};
constexpr std::uint64_t kDurationMax = std::uint64_t{36'500} * 86'400'000;

std::optional<std::uint64_t> parse(
    std::string_view text, const std::array<Unit, 5>& units
) noexcept {
    std::uint64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, count);
    if (failure != std::errc{}) return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(stop - text.data()));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (count > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
        return count * unit.factor;
    }
    return std::nullopt;
}

std::string write(std::uint64_t value, const std::array<Unit, 5>& units) {
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) {
            return fmt::format("{}{}", value / unit.factor, unit.name);
        }
    }
    return fmt::format("0{}", units.back().name);
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) noexcept {
    const auto ms = parse(text, kTimes);
    if (!ms.has_value() || *ms > kDurationMax) return std::nullopt;
    return Milliseconds{static_cast<std::int64_t>(*ms)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
    return parse(text, kSizes);
}

std::string write_duration(Milliseconds duration) {
    return write(static_cast<std::uint64_t>(duration.count()), kTimes);
}

std::string write_size(std::uint64_t bytes) {
    return write(bytes, kSizes);
}

}  // namespace sluice::contract
