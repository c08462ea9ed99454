#pragma once

#include "daemon/exit_code.hpp"

#include <atomic>
#include <csignal>
#include <string_view>
#include <unistd.h>

namespace sluice::daemon {

/// The end of a stop that does not end: a disk, a broker or a name server that never answers. When
/// the time is over the process ends as by a kill, which loses nothing that was acknowledged, and
/// says so; so it is never for others to kill it.
/// Threads:  one; the end comes from whichever thread the kernel chooses.
/// Lifetime: made before all that is stopped, since destructors wait for threads, too. Its own
///           takes the deadline back.
/// Limits:   one a process: it has the alarm clock.
class StopDeadline {
public:
    StopDeadline() = default;
    StopDeadline(const StopDeadline&) = delete;
    StopDeadline& operator=(const StopDeadline&) = delete;

    ~StopDeadline() { ::alarm(0); }

    static void begin(unsigned seconds) {
        exit_code = kExitLog;
        static_cast<void>(std::signal(SIGALRM, end));
        ::alarm(seconds);
    }

    /// All that had to be written is: it ends with this code, soon.
    static void written(int code) {
        exit_code = code;
        ::alarm(kSecondsAfter);
    }

private:
    static constexpr unsigned kSecondsAfter = 4;

    /// Only what a signal's handler may do.
    static void end(int) {
        constexpr std::string_view kSays =
            "{\"level\":\"error\",\"message\":\"the stop takes too long, and is ended as by a "
            "kill: "
            "nothing that was acknowledged is lost\"}\n";
        static_cast<void>(!::write(STDOUT_FILENO, kSays.data(), kSays.size()));
        ::_exit(exit_code);
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a handler has no `this`
    static inline std::atomic<int> exit_code{kExitLog};
    static_assert(std::atomic<int>::is_always_lock_free);
};

}  // namespace sluice::daemon
