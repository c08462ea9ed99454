#include "rebuild/pace.hpp"

#include <algorithm>
#include <limits>

namespace sluice::rebuild {

namespace {

constexpr std::int64_t kThousandths = 1'000;

}  // namespace

void Pace::fill(Instant now) {
    if (!begun_ || now < filled_at_) {
        begun_ = true;
        filled_at_ = now;
        return;
    }
    const auto rate = static_cast<std::int64_t>(rate_);
    const std::int64_t passed_ms = std::min<std::int64_t>((now - filled_at_).count(), 3'600'000);
    // A tenth of a second's worth is kept, and at least one event.
    const std::int64_t most = std::max(rate * 100, kThousandths);
    budget_ = std::min(budget_ + passed_ms * rate, most);
    filled_at_ = now;
}

std::uint64_t Pace::allowed(Instant now) {
    if (rate_ == 0) return std::numeric_limits<std::uint64_t>::max();
    fill(now);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(budget_, 0) / kThousandths);
}

void Pace::took(std::uint64_t events) {
    if (rate_ == 0) return;
    budget_ -= static_cast<std::int64_t>(events) * kThousandths;
}

Milliseconds Pace::until_next(Instant now) {
    if (rate_ == 0) return Milliseconds{0};
    fill(now);
    const std::int64_t lacks = std::max<std::int64_t>(kThousandths - budget_, 0);
    const auto rate = static_cast<std::int64_t>(rate_);
    return Milliseconds{(lacks + rate - 1) / rate};
}

}  // namespace sluice::rebuild
