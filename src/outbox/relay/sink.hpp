#pragma once

#include "outbox/outcome.hpp"
#include "outbox/send_window.hpp"

namespace sluice::outbox {

/// Whoever keeps what a relay sends.
/// Threads:  one at a time.
/// Failure:  in the Outcome: what is not known to be kept is sent again, the same to the byte.
class Sink {
public:
    virtual ~Sink() = default;

    [[nodiscard]] virtual Outcome publish(const Batch& batch) = 0;
};

}  // namespace sluice::outbox
