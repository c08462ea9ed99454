#include "daemon/logging/logger.hpp"

#include "base/assert.hpp"

#include <nlohmann/json.hpp>

#include <ostream>

namespace sluice::daemon {

namespace {

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug: return "debug";
        case LogLevel::kInfo: return "info";
        case LogLevel::kWarn: return "warn";
        case LogLevel::kError: return "error";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

void Logger::write(LogLevel level, std::string_view message, std::span<const Field> fields) {
    if (level < least_) return;
    nlohmann::ordered_json line{
        {"time", to_rfc3339(clock_.now())}, {"level", name_of(level)}, {"message", message}};
    for (const auto& [name, value] : fields) line[std::string{name}] = value;
    const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const std::lock_guard lock{mutex_};
    out_ << text << '\n' << std::flush;  // unbuffered: a log that is lost in a crash is no log
}

}  // namespace sluice::daemon
