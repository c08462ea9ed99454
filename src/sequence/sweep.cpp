#include "sequence/sweep.hpp"

#include "base/assert.hpp"

namespace sluice::sequence {

namespace {

/// The first whose `committed` (none: 0, nothing read yet) lies below what is asked.
template <class Key>
std::optional<Key> first_behind(
    const std::map<Key, Offset>& asked, const std::map<Key, Offset>& committed
) {
    for (const auto& [key, end] : asked) {
        const auto at = committed.find(key);
        const Offset reached = at == committed.end() ? Offset{0} : at->second;
        if (reached < end) return key;
    }
    return std::nullopt;
}

}  // namespace

void Sweep::begin(std::map<ChannelPartition, Offset> watermarks) {
    SLUICE_ASSERT(phase_ == Phase::kIdle);
    phase_ = Phase::kChannels;
    next_ = next_.next();
    watermarks_ = std::move(watermarks);
}

bool Sweep::channels_passed(const std::map<ChannelPartition, Offset>& committed) const {
    SLUICE_ASSERT(phase_ == Phase::kChannels);
    return !first_behind(watermarks_, committed).has_value();
}

void Sweep::repartition_ends(std::map<HomeId, Offset> ends) {
    SLUICE_ASSERT(phase_ == Phase::kChannels);
    phase_ = Phase::kRepartition;
    ends_ = std::move(ends);
}

std::optional<SweepId> Sweep::read_up_to(const std::map<HomeId, Offset>& committed) {
    SLUICE_ASSERT(phase_ == Phase::kRepartition);
    if (first_behind(ends_, committed).has_value()) return std::nullopt;
    phase_ = Phase::kIdle;
    return SweepId{next_.value - 1};
}

std::optional<Sweep::ChannelPartition> Sweep::held_by(
    const std::map<ChannelPartition, Offset>& committed
) const {
    if (phase_ != Phase::kChannels) return std::nullopt;
    return first_behind(watermarks_, committed);
}

}  // namespace sluice::sequence
