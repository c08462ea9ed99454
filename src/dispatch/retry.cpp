#include "dispatch/retry.hpp"

#include "dispatch/out_of_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sluice::dispatch {

namespace {

constexpr double kFactorMax = 10.0;
constexpr std::uint32_t kAttemptsMax = 1'000;
constexpr Milliseconds kWaitMax{std::chrono::hours{24 * 7}};

/// A number in [0, 1) that looks random, always the same for the same input (the finaliser of
/// splitmix64).
double share_of(std::uint64_t salt, std::uint32_t attempt) {
    std::uint64_t mixed = salt + 0x9E3779B97F4A7C15ULL * (std::uint64_t{attempt} + 1);
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    mixed ^= mixed >> 31U;
    return static_cast<double>(mixed >> 11U) * 0x1.0p-53;
}

}  // namespace

Status RetryPolicy::validate() const {
    if (attempts_max < 1 || attempts_max > kAttemptsMax) {
        return out_of_range("retry.attempts_max", fmt::format("{}", attempts_max), "1 to 1000");
    }
    if (!(factor >= 1.0 && factor <= kFactorMax)) {
        return out_of_range("retry.factor", fmt::format("{}", factor), "1.0 to 10.0");
    }
    if (!(jitter >= 0.0 && jitter <= 1.0)) {
        return out_of_range("retry.jitter", fmt::format("{}", jitter), "0.0 to 1.0");
    }
    if (auto checked = check_range("retry.first", first, Milliseconds{1}, kWaitMax); !checked)
        return checked;
    if (auto checked = check_range("retry.wait_max", wait_max, first, kWaitMax); !checked)
        return checked;
    if (auto checked = check_range("retry.age_max", age_max, Milliseconds{0}, kWaitMax); !checked)
        return checked;
    return check_range("retry.in_place_max", in_place_max, Milliseconds{0}, kWaitMax);
}

Milliseconds wait_after(const RetryPolicy& policy, std::uint32_t attempt, std::uint64_t salt) {
    const double doublings = attempt > 0 ? static_cast<double>(attempt - 1) : 0.0;
    const auto first = static_cast<double>(policy.first.count());
    const auto longest = static_cast<double>(policy.wait_max.count());
    const double plain = std::min(longest, first * std::pow(policy.factor, doublings));
    const double stretched = plain * (1.0 + policy.jitter * share_of(salt, attempt));
    return Milliseconds{static_cast<std::int64_t>(stretched)};
}

}  // namespace sluice::dispatch
