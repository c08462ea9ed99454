#pragma once

#include "daemon/render/json.hpp"

#include <string>

namespace sluice::daemon {

// What an operator sees of a command, before and after. Members that an answer lacks are "-".

/// What it is about, how much, and what happens next.
[[nodiscard]] std::string render_preview(const Json& preview);

/// What has become of it, and what happens next.
[[nodiscard]] std::string render_outcome(const Json& outcome);

}  // namespace sluice::daemon
