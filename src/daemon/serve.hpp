#pragma once

#include <string>

namespace sluice::daemon {

/// Runs a daemon from its configuration until SIGTERM or SIGINT, and drains it; a second signal
/// ends the process at once. Log lines go to stdout, what prevents the start to stderr as well.
/// Answers the exit code: 0 stopped on request; 2 configuration; 3 the log, a port or a sink cannot
/// be used, or the engine failed.
/// Threads: the main one, before any other is made: it blocks the signals for all.
[[nodiscard]] int serve(const std::string& config_path);

}  // namespace sluice::daemon
