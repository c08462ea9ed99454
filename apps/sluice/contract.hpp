#pragma once

#include <CLI/CLI.hpp>

namespace sluice::app {

/// `contract check | diff | guide | infer | lint | usage`; as commands.hpp has it of the others.
void add_contract(CLI::App& app, int& exit_code);

/// Those of them that go by who subscribes: `guide` and `usage`.
void add_contract_guide(CLI::App& contract, int& exit_code);

/// The one that looks at topics: `infer`.
void add_contract_infer(CLI::App& contract, int& exit_code);

}  // namespace sluice::app
