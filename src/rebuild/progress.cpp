#include "rebuild/progress.hpp"

#include <cmath>

namespace sluice::rebuild {

Progress Pacemeter::look(std::uint64_t read, std::uint64_t left, Instant now) {
    constexpr double kNewest = 0.3;  // what the newest look weighs
    const bool moved_on = begun_ && now > last_at_ && read >= last_read_;
    if (moved_on) {
        const double seconds = static_cast<double>((now - last_at_).count()) / 1'000.0;
        const double newest = static_cast<double>(read - last_read_) / seconds;
        rate_ = rate_ > 0 ? (1 - kNewest) * rate_ + kNewest * newest : newest;
    }
    last_read_ = read;
    last_at_ = now;
    begun_ = true;
    Progress progress{read, left, static_cast<std::uint64_t>(std::llround(rate_)), {}};
    if (left == 0) {
        progress.time_left = Milliseconds{0};
    } else if (progress.events_per_second > 0) {
        progress.time_left = Milliseconds{std::llround(static_cast<double>(left) / rate_ * 1'000)};
    }
    return progress;
}

}  // namespace sluice::rebuild
