#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice::lag {

/// How a consumer stands; a later one is worse.
enum class Verdict : std::uint8_t {
    kOk,
    kWaiting,  ///< all is read, and events wait for others
    kSlow,     ///< it moves, but what is left has never become less
    kParked,   ///< a subject stands until a person chooses
    kStalled,  ///< alive, and done with nothing
    kRewound,  ///< it went back
    kStopped,  ///< no sign of life
};

inline constexpr std::array kVerdicts{
    Verdict::kOk,
    Verdict::kWaiting,
    Verdict::kSlow,
    Verdict::kParked,
    Verdict::kStalled,
    Verdict::kRewound,
    Verdict::kStopped};

/// As it is shown: "ok", "waiting", …
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// A consumer as a whole, at this moment.
struct Standing {
    std::int64_t lag{};       ///< records that it is not done with, of all its partitions
    std::uint64_t parked{};   ///< subjects
    std::uint64_t waiting{};  ///< events
};

/// `worst`: of its partitions' windows. They are about what was left: with nothing left now, they
/// no longer count.
[[nodiscard]] Verdict verdict_of(Verdict worst, const Standing& standing);

}  // namespace sluice::lag
