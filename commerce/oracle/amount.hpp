#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <string_view>

namespace sluice::commerce::oracle {

/// "58.9" with two digits is 5890: decimal text to minor units, exactly; more digits than the
/// currency has are refused unless they are zeros. kInvalidArgument otherwise, and beyond 10^15.
[[nodiscard]] Result<std::int64_t> minor_units(std::string_view text, int digits);

[[nodiscard]] Result<std::int64_t> whole_number(std::string_view text);

}  // namespace sluice::commerce::oracle
