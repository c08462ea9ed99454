#pragma once

#include <sluice/time.hpp>

namespace sluice {

/// Where shells read the time. Threads: any.
class Clock {
public:
    virtual ~Clock() = default;

    /// Wall time: for records and for people, never for order.
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
};

}  // namespace sluice
