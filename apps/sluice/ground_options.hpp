#pragma once

#include "daemon/config/ground.hpp"
#include "observe/source.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string_view>

namespace sluice::app {

/// -c and --kafka, and with `embedded` --state, of a command that looks at topics from outside.
void add_ground(CLI::App& command, daemon::GroundTarget& target, bool embedded);

/// Lets `work` look at the topics there, as a bystander; answers the exit code, and prints what
/// prevents it. `patience`: for each answer of a cluster.
[[nodiscard]] int with_source(
    const daemon::Ground& ground,
    Milliseconds patience,
    std::string_view command,
    const std::function<int(observe::Source&)>& work
);

}  // namespace sluice::app
