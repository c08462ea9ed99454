#pragma once

#include "daemon/render/json.hpp"

#include <string>

namespace sluice::daemon {

// Sagas as people see them; the JSON is the API's (orchestrate/saga_json.hpp).

/// A line for each of a page's.
[[nodiscard]] std::string render_sagas(const Json& page);

/// One of them, step by step, and what a person can do about it.
[[nodiscard]] std::string render_saga(const Json& saga);

}  // namespace sluice::daemon
