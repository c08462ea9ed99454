#pragma once

namespace sluice::outbox {

/// "Come to an end": rung once, it is readable for ever, so that threads can wait for it beside
/// sockets.
/// Threads:  any; `ring` also from a signal handler.
/// Lifetime: outlives whoever waits.
class StopBell {
public:
    StopBell();
    ~StopBell();
    StopBell(const StopBell&) = delete;
    StopBell& operator=(const StopBell&) = delete;

    void ring() noexcept;

    [[nodiscard]] bool rung() const noexcept;

    /// True when it was rung within the time.
    [[nodiscard]] bool wait_ms(int time_ms) const noexcept;

    /// For poll().
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace sluice::outbox
