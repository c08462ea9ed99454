#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace sluice::http {

/// How many bytes may be held at once, by all that ask.
/// Threads:  any.
/// Lifetime: outlives what it gave.
/// Limits:   what is asked for beyond the budget is refused, never waited for; a single hold larger
///           than the whole budget is given when nothing else is held.
class ByteBudget {
public:
    /// Bytes that are held until it goes.
    class Hold {
    public:
        Hold(ByteBudget& budget, std::size_t bytes) : budget_{&budget}, bytes_{bytes} {}

        ~Hold() {
            if (budget_ != nullptr) budget_->give_back(bytes_);
        }

        Hold(Hold&& other) noexcept
            : budget_{std::exchange(other.budget_, nullptr)},
              bytes_{other.bytes_} {}

        Hold& operator=(Hold&&) = delete;

    private:
        ByteBudget* budget_;
        std::size_t bytes_;
    };

    explicit ByteBudget(std::size_t bytes_max) : bytes_max_{bytes_max} {}

    [[nodiscard]] std::optional<Hold> take(std::size_t bytes) {
        const std::lock_guard lock{mutex_};
        const bool fits = bytes <= bytes_max_ && held_ <= bytes_max_ - bytes;
        if (!fits && held_ > 0) return std::nullopt;
        held_ += bytes;
        return Hold{*this, bytes};
    }

    [[nodiscard]] std::size_t held() const {
        const std::lock_guard lock{mutex_};
        return held_;
    }

    [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }

private:
    void give_back(std::size_t bytes) {
        const std::lock_guard lock{mutex_};
        held_ -= bytes;
    }

    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::size_t held_{0};
};

}  // namespace sluice::http
