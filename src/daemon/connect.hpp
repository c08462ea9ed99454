#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/operations/backend.hpp"
#include "log/log.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace sluice::daemon {

/// Which directory a command is about, as it was written on the command line.
struct Target {
    std::string config;  ///< -c FILE
    std::string state;   ///< --state DIR
};

/// The directory, and the configuration if one led to it.
struct Place {
    Config config;  ///< `data` is the directory
    std::optional<std::string> config_path;
};

/// -c, else --state (a data directory, or one that has it as `log`), else ./sluice.yaml if it is
/// there, else ./sluice-data. kBadConfig as load_config.
[[nodiscard]] Result<Place> find_place(const Target& target);

/// The contracts of the configuration, else those that lie beside the log.
[[nodiscard]] Result<Setup> setup_of(const Place& place);

enum class Access : std::uint8_t { kRead, kPublish };

/// Whoever answers for a directory: the daemon that runs on it, or the log that was opened here.
struct Connection {
    bool remote{false};
    std::unique_ptr<Clock> clock;   // outlives the log and the backend
    std::unique_ptr<log::Log> log;  // outlives the backend
    std::unique_ptr<Backend> backend;
};

/// kNotFound: no log there (to read), kBadConfig: no contract (to publish), kUnavailable: another
/// process has the log and does not answer.
[[nodiscard]] Result<Connection> connect(const Place& place, Access access);

}  // namespace sluice::daemon
