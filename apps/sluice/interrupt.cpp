#include "apps/sluice/interrupt.hpp"

#include <csignal>

namespace sluice::app {

namespace {

// A signal handler's, who may touch nothing else.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see above
volatile std::sig_atomic_t interrupts = 0;

extern "C" void note_interrupt(int) {
    interrupts = 1;
}

}  // namespace

void watch_interrupt() {
    struct sigaction action {};

    action.sa_handler = note_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one has the default effect
    static_cast<void>(sigaction(SIGINT, &action, nullptr));
}

bool interrupted() noexcept {
    return interrupts != 0;
}

}  // namespace sluice::app
