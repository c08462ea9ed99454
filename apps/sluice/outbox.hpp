#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace sluice::app {

/// Where the outbox is: --database, or SLUICE_OUTBOX_DATABASE.
using DatabasePtr = std::shared_ptr<std::string>;
[[nodiscard]] DatabasePtr add_database(CLI::App& command);

/// `outbox relay`.
void add_outbox_relay(CLI::App& outbox, int& exit_code);

}  // namespace sluice::app
