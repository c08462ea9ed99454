#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <cstddef>
#include <string_view>

namespace sluice::event {

/// Attribute names and values, and data: what `event_bytes_max` counts.
[[nodiscard]] std::size_t size_bytes(const Event& event);

/// Whether it is a CloudEvents 1.0 event that Sluice takes, with our own extensions as they must
/// be. kInvalidEvent names the attribute, shows its value and says what is allowed; kTooLarge names
/// the limit.
[[nodiscard]] Status validate(const Event& event, const EventLimits& limits);

/// The name of an extension: a-z and 0-9, a letter first, none of CloudEvents' own names.
[[nodiscard]] Status validate_extension_name(std::string_view name, const EventLimits& limits);

}  // namespace sluice::event
