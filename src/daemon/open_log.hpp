#pragma once

#include <sluice/result.hpp>

#include "daemon/config/config.hpp"
#include "event/limits.hpp"
#include "log/embedded/embedded.hpp"
#include "log/kafka/kafka.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// What the configuration says about events.
[[nodiscard]] event::EventLimits limits_of(const Config& config);

/// What it says about the embedded log: a record is the largest event with room for its headers.
[[nodiscard]] log::EmbeddedOptions log_options(const Config& config);

/// What it says about Kafka, which it must name. The data directory is one process's, and holds the
/// copy of the state; so the process is named after the machine and that directory.
[[nodiscard]] log::KafkaLogOptions kafka_options(const Config& config);

struct OpenedLog {
    std::unique_ptr<log::Log> log;
    const log::Probe* probe{nullptr};  ///< of the embedded log, whose life it shares; else null
    std::vector<std::string> warnings;
};

/// Opens the log that the configuration names: Kafka, or the embedded one in its data directory.
/// `notice` is told, from any thread, what a log on Kafka has to say.
[[nodiscard]] Result<OpenedLog> open_log(
    const Config& config, std::function<void(std::string_view)> notice = {}
);

}  // namespace sluice::daemon
