#pragma once

#include <csignal>
#include <ctime>

namespace sluice::daemon {

/// SIGTERM and SIGINT, kept from every thread that is made while this lives, and taken by `wait`.
/// Threads: the one that made it.
class StopSignals {
public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }

    ~StopSignals() { release(); }

    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// True when one came; false after half a second without.
    [[nodiscard]] bool wait() const {
        constexpr long kHalfSecond = 500'000'000;
        const timespec timeout{0, kHalfSecond};
        return sigtimedwait(&set_, nullptr, &timeout) > 0;
    }

    /// From here on they end the process.
    void release() const { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

private:
    sigset_t set_{};
};

}  // namespace sluice::daemon
