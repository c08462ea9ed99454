#pragma once

#include <sluice/result.hpp>

#include <chrono>
#include <compare>
#include <cstdint>

namespace sluice {

using Milliseconds = std::chrono::milliseconds;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Cores are given it; only shells read a
/// clock.
struct Instant {
    std::int64_t ms{};

    auto operator<=>(const Instant&) const = default;

    friend Instant operator+(Instant at, Milliseconds by) { return Instant{at.ms + by.count()}; }

    friend Milliseconds operator-(Instant a, Instant b) { return Milliseconds{a.ms - b.ms}; }
};

/// "2026-11-22T21:01:14.250Z"; without the fraction when it is zero. Moments outside the years 0000
/// to 9999, which RFC 3339 cannot write, are written as the nearest within.
[[nodiscard]] std::string to_rfc3339(Instant at);

/// Takes RFC 3339 with any offset; digits below the millisecond are cut, and a leap second is the
/// first of the next minute. kInvalidArgument otherwise.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

}  // namespace sluice
