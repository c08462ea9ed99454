#pragma once

#include <nlohmann/json.hpp>

namespace sluice::contract {

/// The schema (a mapping) with `format` checked as it is documented: `date`, `time` and `date-time`
/// (RFC 3339), of texts alone; any other format is a note and goes.
///
/// valijson 1.0 builds its regular expression anew for every check (0.3 ms and more), throws on
/// lists and mappings, and takes years of any length and '|' for a sign. So a pattern, which it
/// keeps, decides, and its own check only says why not.
[[nodiscard]] nlohmann::json with_checked_format(nlohmann::json schema);

}  // namespace sluice::contract
