#include "grow/interleaving.hpp"

#include <algorithm>

namespace sluice::grow {

Milliseconds Interleaving::grain_of(Instant first, Instant last) {
    constexpr std::int64_t kGrains = 2'048;
    constexpr Milliseconds kLongest{60'000};
    const Milliseconds part{(last.ms - std::min(first.ms, last.ms)) / kGrains};
    return std::clamp(part, Milliseconds{1}, kLongest);
}

void Interleaving::offer(HomeId home, Instant released_at) {
    std::int64_t& latest = latest_[home.value];
    latest = std::max(latest, released_at.ms / grain_.count());
    turns_.emplace(latest, home);
}

std::optional<HomeId> Interleaving::take() {
    if (turns_.empty()) return std::nullopt;
    const HomeId home = turns_.top().second;
    turns_.pop();
    return home;
}

}  // namespace sluice::grow
