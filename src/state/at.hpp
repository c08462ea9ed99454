#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace sluice::state {

struct AtLast {};

struct AtEvent {
    std::string id;
};

/// Of which of a subject's states somebody asks.
using At = std::variant<AtLast, Position, Instant, AtEvent>;

/// Nothing: the last; digits: a position; RFC 3339: a time; all else, and what follows `id:`, an
/// event's id. kInvalidArgument: position 0, one beyond all, or `id:` alone.
[[nodiscard]] Result<At> parse_at(std::string_view text);

}  // namespace sluice::state
