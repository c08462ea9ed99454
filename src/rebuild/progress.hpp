#pragma once

#include <sluice/time.hpp>

#include <cstdint>
#include <optional>

namespace sluice::rebuild {

/// How far a rebuild is, in offsets of the ordered topic over all homes.
struct Progress {
    std::uint64_t read{};  ///< since it began
    std::uint64_t left{};  ///< up to the end of the topic as it is now
    std::uint64_t events_per_second{};
    std::optional<Milliseconds> time_left{};  ///< at that rate; nothing: it does not move

    bool operator==(const Progress&) const = default;
};

/// Near enough to where the live one is to be compared and switched to: what is left then is what
/// comes in while one looks.
inline constexpr std::uint64_t kCaughtUpEvents = 1'000;

/// Tells a rate from what was read between two looks, smoothed over some ten of them.
/// Threads:  one at a time.
class Pacemeter {
public:
    [[nodiscard]] Progress look(std::uint64_t read, std::uint64_t left, Instant now);

private:
    std::uint64_t last_read_{};
    Instant last_at_{};
    double rate_{};
    bool begun_{false};
};

}  // namespace sluice::rebuild
