#include "outbox/relay/stop_bell.hpp"

#include "base/assert.hpp"

#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace sluice::outbox {

StopBell::StopBell() : descriptor_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
    SLUICE_ASSERT(descriptor_ >= 0);
}

StopBell::~StopBell() {
    ::close(descriptor_);
}

void StopBell::ring() noexcept {
    const std::uint64_t one = 1;
    static_cast<void>(::write(descriptor_, &one, sizeof one) == sizeof one);  // full: it was rung
}

bool StopBell::rung() const noexcept {
    return wait_ms(0);
}

bool StopBell::wait_ms(int time_ms) const noexcept {
    pollfd waiting{descriptor_, POLLIN, 0};
    return ::poll(&waiting, 1, time_ms) > 0;
}

}  // namespace sluice::outbox
