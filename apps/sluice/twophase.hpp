#pragma once

#include <CLI/CLI.hpp>

namespace sluice::app {

/// `twophase list | resolve`; as in commands.hpp.
void add_twophase(CLI::App& app, int& exit_code);

}  // namespace sluice::app
