#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace sluice::app {

// Each adds its sub-command to the application. When the command is called, its callback does the
// work and puts the exit code (docs/guide/cli.md) into `exit_code`, which outlives the application;
// it prints its own errors, on stderr, and throws nothing.

void add_serve(CLI::App& app, int& exit_code);
void add_config(CLI::App& app, int& exit_code);
void add_publish(CLI::App& app, int& exit_code);
void add_read(CLI::App& app, int& exit_code);
void add_status(CLI::App& app, int& exit_code);
void add_stuck(CLI::App& app, int& exit_code);
void add_why(CLI::App& app, int& exit_code);
void add_trace(CLI::App& app, int& exit_code);
void add_snapshot(CLI::App& app, int& exit_code);
void add_show(CLI::App& app, int& exit_code);
void add_acts(CLI::App& app, int& exit_code);  ///< operators' verbs
void add_rebuild(CLI::App& app, int& exit_code);
void add_saga(CLI::App& app, int& exit_code);
void add_subscription(CLI::App& app, int& exit_code);
void add_domain(CLI::App& app, int& exit_code);  ///< its homes
void add_export(CLI::App& app, int& exit_code);
void add_import(CLI::App& app, int& exit_code);
void add_topics(CLI::App& app, int& exit_code);
void add_verify(CLI::App& app, int& exit_code);
void add_observe(CLI::App& app, int& exit_code);
void add_doctor(CLI::App& app, int& exit_code);
void add_outbox(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_salvage(CLI::App& app, int& exit_code);
void add_torture(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);
void add_version(CLI::App& app, int& exit_code);

/// "sluice 0.1.0 (RocksDB 7.8.3, …)".
[[nodiscard]] std::string version_line();

/// `commerce run | check | generate`: in commerce/run, linked when the tree has it.
void add_commerce(CLI::App& app, int& exit_code);

}  // namespace sluice::app
