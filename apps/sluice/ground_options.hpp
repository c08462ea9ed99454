#pragma once

#include "daemon/ground.hpp"

#include <CLI/CLI.hpp>

namespace sluice::app {

/// -c and --kafka, and with `embedded` --state, of a command that looks at topics from outside.
void add_ground(CLI::App& command, daemon::GroundTarget& target, bool embedded);

}  // namespace sluice::app
