#include "deliver/push/pace.hpp"

#include <algorithm>

namespace sluice::deliver::push {

std::size_t Pace::allowed(Instant now, std::size_t under_way) const {
    if (now < until_) return 0;
    if (!away_) return std::numeric_limits<std::size_t>::max();
    return options_.trials - std::min(options_.trials, under_way);
}

Milliseconds Pace::pause_left(Instant now) const {
    return now < until_ ? until_ - now : Milliseconds{0};
}

bool Pace::unreachable(Instant now) {
    const bool is_news = !away_;
    if (!is_news && now < until_) return false;  // sent before the pause
    pause_ = is_news ? options_.pause_first : std::min(pause_ * 2, options_.pause_max);
    until_ = std::max(until_, now + pause_);
    away_ = true;
    return is_news;
}

bool Pace::answered() {
    const bool was_away = away_;
    away_ = false;
    return was_away;
}

void Pace::busy(Instant now, Milliseconds after) {
    until_ = std::max(until_, now + after);
}

}  // namespace sluice::deliver::push
