#pragma once

#include "sim/backend.hpp"
#include "sim/story.hpp"

#include <string>
#include <vector>

namespace sluice::sim {

/// Plays a story on that backend; answers what did not come as expected, a line each, with the
/// line of the file: first the expectations, then any promise that was broken at the end.
[[nodiscard]] std::vector<std::string> tell(const Story& story, Backend& backend);

}  // namespace sluice::sim
