#pragma once

#include "plan/plan.hpp"

namespace sluice::plan {

/// kInvalidArgument names the first value that is out of its range, and the range.
[[nodiscard]] Status in_range(const Load& load, const Capacity& capacity);

}  // namespace sluice::plan
