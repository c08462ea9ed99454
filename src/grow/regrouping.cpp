#include "grow/regrouping.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <numeric>
#include <utility>

namespace sluice::grow {

Regrouping::Regrouping(
    std::uint32_t homes_before,
    std::uint32_t homes,
    std::vector<Offset> first,
    std::vector<DoneBefore> subscriptions
)
    : homes_{homes},
      ends_{std::move(first)},
      placed_(homes_before, Offset{-1}) {
    SLUICE_ASSERT(ends_.size() == homes_);
    for (DoneBefore& before : subscriptions) {
        SLUICE_ASSERT(before.size() == homes_before);
        Subscription& one = subscriptions_.emplace_back();
        one.before = std::move(before);
        one.range.resize(homes_before);
        for (const Offset begin : ends_) one.now.push_back({begin, {}});
    }
}

Place Regrouping::place(HomeId from, Offset at, std::string_view subject) {
    SLUICE_ASSERT(at > placed_[from.value]);
    placed_[from.value] = at;
    const HomeId home = home_of(subject, homes_);
    Offset& end = ends_[home.value];
    const Place placed{home, end};
    for (Subscription& one : subscriptions_) {
        if (is_done(one, from, at)) mark_done(one.now[home.value], placed.offset);
    }
    end = end.next();
    return placed;
}

bool Regrouping::is_done(Subscription& one, HomeId from, Offset at) {
    const std::optional<dispatch::Progress>& before = one.before[from.value];
    if (!before) return false;
    if (at < before->next) return true;
    std::size_t& range = one.range[from.value];
    const auto& above = before->done_above;
    while (range < above.size() && above[range].end <= at) ++range;
    return range < above.size() && above[range].first <= at;
}

/// Offsets come ascending.
void Regrouping::mark_done(dispatch::Progress& progress, Offset at) {
    auto& above = progress.done_above;
    if (above.empty() && at == progress.next) {
        progress.next = at.next();
    } else if (!above.empty() && above.back().end == at) {
        above.back().end = at.next();
    } else {
        above.push_back({at, at.next()});
    }
}

/// A hash h has the old home h mod P and the new one h mod Q: they agree modulo what divides both.
std::vector<HomeId> heirs_of(HomeId home, std::uint32_t homes_before, std::uint32_t homes) {
    const std::uint32_t common = std::gcd(homes_before, homes);
    std::vector<HomeId> heirs;
    for (HomeId heir{home.value % common}; heir.value < homes; heir.value += common) {
        heirs.push_back(heir);
    }
    return heirs;
}

}  // namespace sluice::grow
