#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace sluice::daemon {

/// Lets so many in at once; others are turned away, not queued.
/// Threads:  any.
/// Lifetime: outlives its passes.
class Gate {
public:
    class Pass {
    public:
        explicit Pass(Gate& gate) : gate_{&gate} {}

        ~Pass() {
            if (gate_ != nullptr) --gate_->inside_;
        }

        Pass(Pass&& other) noexcept : gate_{std::exchange(other.gate_, nullptr)} {}

        Pass& operator=(Pass&&) = delete;

    private:
        Gate* gate_;
    };

    explicit Gate(std::size_t most) : most_{most} {}

    [[nodiscard]] std::optional<Pass> enter() {
        if (++inside_ <= most_) return Pass{*this};
        --inside_;
        return std::nullopt;
    }

private:
    const std::size_t most_;
    std::atomic<std::size_t> inside_{0};
};

}  // namespace sluice::daemon
