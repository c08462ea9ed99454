#pragma once

#include <sluice/instance.hpp>

namespace sluice::commerce {

/// What two lives of a process counted, one after the other; `_now` is the later one's.
[[nodiscard]] InstanceCounts sum_of(const InstanceCounts& before, const InstanceCounts& after);

}  // namespace sluice::commerce
