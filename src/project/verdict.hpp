#pragma once

#include <cstdint>

namespace sluice::project {

/// What a filter says of an event. What it cannot judge does not pass, and is counted.
enum class Verdict : std::uint8_t { kPasses, kFiltered, kUnjudged };

}  // namespace sluice::project
