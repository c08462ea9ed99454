#pragma once

#include <sluice/result.hpp>

#include <cstddef>

namespace sluice::event {

/// What every event passes, whatever the limits say (CloudEvents 1.0, "Size Limits").
inline constexpr std::size_t kAlwaysTakenBytes = std::size_t{64} * 1024;

/// Beyond any of these an event is refused whole (kTooLarge); nothing is ever cut.
struct EventLimits {
    std::size_t event_bytes_max{std::size_t{1} << 20};   ///< attribute names and values, and data
    std::size_t attribute_bytes_max{kAlwaysTakenBytes};  ///< one attribute's value
    std::size_t name_chars_max{20};                      ///< an attribute's name
    std::size_t json_depth_max{512};                     ///< arrays and objects within each other
    std::size_t batch_events_max{10'000};                ///< events of one JSON batch
    std::size_t batch_bytes_max{std::size_t{16} << 20};  ///< bytes of one JSON batch

    /// kBadConfig names the field, its value and what is allowed.
    [[nodiscard]] Status validate() const;

    /// The longest JSON text that an event within `event_bytes_max` can need: six bytes for each,
    /// when all is escaped, and room for names and blanks.
    [[nodiscard]] std::size_t json_bytes_max() const {
        return event_bytes_max * 6 + kAlwaysTakenBytes;
    }
};

}  // namespace sluice::event
