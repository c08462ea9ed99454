#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sluice::log {

/// A number that grows with every append, and a way to wait for it.
/// Threads: any.
class ChangeSignal {
public:
    void bump() {
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

    void wait(std::uint64_t seen, std::chrono::milliseconds timeout) const {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, timeout, [&] { return version_ != seen; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::uint64_t version_{0};
};

}  // namespace sluice::log
