#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sluice::runtime {

/// Tells whoever waits that something has moved: a step, a delivery, a stop.
/// Threads:  any.
class Activity {
public:
    void moved() {
        {
            const std::lock_guard lock{mutex_};
            ++version_;
        }
        changed_.notify_all();
    }

    [[nodiscard]] std::uint64_t version() const {
        const std::lock_guard lock{mutex_};
        return version_;
    }

    /// Returns when `version()` differs from `seen`, or at `until`.
    void wait_until(std::uint64_t seen, std::chrono::steady_clock::time_point until) const {
        std::unique_lock lock{mutex_};
        changed_.wait_until(lock, until, [&] { return version_ != seen; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::uint64_t version_{0};
};

}  // namespace sluice::runtime
