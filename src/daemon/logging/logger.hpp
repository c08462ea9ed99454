#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::daemon {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// Lines of JSON: time, level, message, then the fields (topic, partition, offset, subject, …).
/// Threads:  any; a line is written whole.
/// Lifetime: stream and clock outlive it.
/// Limits:   never a payload, never a secret: callers name what they log.
class Logger final {
public:
    using Field = std::pair<std::string_view, std::string>;
    using Fields = std::initializer_list<Field>;

    Logger(std::ostream& out, const Clock& clock, LogLevel least)
        : out_{out},
          clock_{clock},
          least_{least} {}

    void debug(std::string_view message, Fields fields = {}) {
        write(LogLevel::kDebug, message, {fields.begin(), fields.size()});
    }

    void info(std::string_view message, Fields fields = {}) {
        write(LogLevel::kInfo, message, {fields.begin(), fields.size()});
    }

    void warn(std::string_view message, Fields fields = {}) {
        write(LogLevel::kWarn, message, {fields.begin(), fields.size()});
    }

    void error(std::string_view message, Fields fields = {}) {
        write(LogLevel::kError, message, {fields.begin(), fields.size()});
    }

    /// With fields that are known only when it is written.
    void warn(std::string_view message, std::span<const Field> fields) {
        write(LogLevel::kWarn, message, fields);
    }

private:
    void write(LogLevel level, std::string_view message, std::span<const Field> fields);

    std::ostream& out_;
    const Clock& clock_;
    LogLevel least_;
    std::mutex mutex_;
};

}  // namespace sluice::daemon
