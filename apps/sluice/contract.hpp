#pragma once

#include <CLI/CLI.hpp>

namespace sluice::app {

/// `contract check | diff | lint`; as commands.hpp has it of the others.
void add_contract(CLI::App& app, int& exit_code);

}  // namespace sluice::app
