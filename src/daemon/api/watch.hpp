#pragma once

#include "daemon/operations/backend.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::daemon {

/// Shows what comes into a topic, from now on, as server-sent events (HTML Living Standard, 9.2):
/// for eyes, and for whoever wants to know that something has happened. It keeps no progress and is
/// no delivery.
/// Threads:  one.
/// Lifetime: the backend outlives it.
/// Limits:   a page of records at a time; a comment when nothing has come for a while, so that
///           either end finds out when the other has gone.
class Watch {
public:
    struct Options {
        std::string topic;
        std::optional<std::string> subject{};
        std::chrono::milliseconds quiet_max{10'000};
        std::function<bool()> is_over{[] { return false; }};  ///< asked at least each second
    };

    Watch(const Backend& backend, Options options)
        : backend_{backend},
          options_{std::move(options)} {}

    /// kNotFound: no such topic.
    [[nodiscard]] Status open();

    /// Waits for what comes next: its text; nothing when it is over, or the log has failed.
    [[nodiscard]] std::optional<std::string> next();

private:
    [[nodiscard]] Result<std::string> read_on();

    const Backend& backend_;
    Options options_;
    std::vector<Offset> offsets_;  ///< next to be read, by partition
    std::uint64_t version_{0};
};

}  // namespace sluice::daemon
