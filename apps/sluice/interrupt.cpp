#include "apps/sluice/interrupt.hpp"

#include <csignal>

namespace sluice::app {

namespace {

volatile std::sig_atomic_t g_interrupted =
    0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables,readability-identifier-naming):
        // a signal handler's

extern "C" void note_interrupt(int) {
    g_interrupted = 1;
}

}  // namespace

void watch_interrupt() {
    struct sigaction action {};

    action.sa_handler =
        note_interrupt;  // NOLINT(cppcoreguidelines-pro-type-union-access): POSIX's own
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one has the default effect
    static_cast<void>(sigaction(SIGINT, &action, nullptr));
}

bool interrupted() noexcept {
    return g_interrupted != 0;
}

}  // namespace sluice::app
