#pragma once

#include "daemon/render/json.hpp"
#include "observe/observe.hpp"

#include <string>

namespace sluice::daemon {

/// What `sluice observe` found, for programs.
[[nodiscard]] Json observation_json(const observe::Observation& observation);

/// … and for people: pairs of topics, worst cases, what is not in the window.
[[nodiscard]] std::string render_observation(const observe::Observation& observation);

}  // namespace sluice::daemon
