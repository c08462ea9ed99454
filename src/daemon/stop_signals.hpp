#pragma once

#include <csignal>
#include <ctime>
#include <unistd.h>

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

    /// From here on they end the process; as a container's first one as well, which the kernel
    /// spares what has no handler.
    void release() const {
        struct sigaction at_once {};

        at_once.sa_handler = end_at_once;
        at_once.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
        sigaction(SIGTERM, &at_once, nullptr);
        sigaction(SIGINT, &at_once, nullptr);
        pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
    }

private:
    /// By the signal itself, whose default is back; who is spared that leaves as if by it.
    static void end_at_once(int signal) {
        constexpr int kBySignal = 128;
        static_cast<void>(::raise(signal));
        ::_exit(kBySignal + signal);
    }

    sigset_t set_{};
};

}  // namespace sluice::daemon
