#pragma once

#include "base/clock.hpp"
#include "daemon/logging/logger.hpp"
#include "runtime/domain/notice.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace sluice::daemon {

/// Logs the events that did not simply pass: a warning each, with domain, subscription, topic,
/// partition, offset, subject and reason, as far as there are.
/// Threads:  any.
/// Lifetime: logger and clock outlive it.
/// Limits:   `kLinesPerMinute` of each kind, so that a million events that break their schema do
///           not fill a disk: the next line after that says how many were left out. The counters
///           of the metrics page count all.
class NoticeLog final {
public:
    static constexpr std::uint64_t kLinesPerMinute = 60;

    NoticeLog(Logger& logger, const Clock& clock) : logger_{logger}, clock_{clock} {}

    void write(const runtime::Notice& notice);

private:
    struct Minute {
        Instant began{};
        std::uint64_t lines{0};
        std::uint64_t left_out{0};
    };

    /// How many were left out before this one; nothing: it is left out itself.
    [[nodiscard]] std::optional<std::uint64_t> admit(runtime::NoticeKind kind);

    Logger& logger_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<runtime::NoticeKind, Minute> minutes_;
};

}  // namespace sluice::daemon
