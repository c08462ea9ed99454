#include "commerce/chaos/transport.hpp"

#include "commerce/generate/draw.hpp"

#include <algorithm>
#include <array>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::int64_t kLagHolds = 8 * kHourSeconds;  // then another is drawn
constexpr std::int64_t kMaintenanceEvery =
    240 * kHourSeconds;  // one somewhere in each such stretch
constexpr std::int64_t kMaintenanceMin = 2 * kHourSeconds;
constexpr std::int64_t kMaintenanceMax = 30 * kHourSeconds;

/// The most that each channel of kChannels lags, in hours: those that others depend on lag more.
constexpr std::array<std::int64_t, kChannels.size()> kLagMaxHours{36, 96, 6, 24, 24, 40, 6, 24, 12};

/// A number for what is drawn once: a channel's partition in a stretch of time.
std::uint64_t place(
    std::uint64_t kind, ChannelId channel, std::uint32_t partition, std::int64_t stretch
) {
    return (((kind * 64 + channel) * 64 + partition) << 32) + static_cast<std::uint64_t>(stretch);
}

}  // namespace

Transport::Transport(std::uint64_t seed) : seed_{seed} {
    for (const Channel& channel : kChannels) last_through_.emplace_back(channel.partitions);
}

std::int64_t Transport::lag_seconds(ChannelId channel, PartitionId partition, UtcTime published)
    const {
    Draw of_run{seed_, place(1, channel, 0, 0)};
    const std::int64_t most =
        kLagMaxHours.at(channel) * kHourSeconds * of_run.between(70, 100) / 100;
    Draw draw{seed_, place(2, channel, partition.value, published.seconds / kLagHolds)};
    const std::array<std::int64_t, 3> weights{3, 3, 4};  // hardly, half, in full
    constexpr std::array<std::int64_t, 3> part{12, 2, 1};
    return draw.below(most / part.at(draw.weighted(weights)) + 1);
}

UtcTime Transport::after_maintenance(ChannelId channel, UtcTime time) const {
    const std::int64_t stretch = time.seconds / kMaintenanceEvery;
    Draw draw{seed_, place(3, channel, 0, stretch)};
    const std::int64_t length = draw.between(kMaintenanceMin, kMaintenanceMax);
    const std::int64_t start = stretch * kMaintenanceEvery + draw.below(kMaintenanceEvery - length);
    const bool inside = start <= time.seconds && time.seconds < start + length;
    return inside ? UtcTime{start + length} : time;
}

UtcTime Transport::through(ChannelId channel, PartitionId partition, UtcTime published) {
    UtcTime& last = last_through_.at(channel).at(partition.value);
    const UtcTime arrives{published.seconds + lag_seconds(channel, partition, published)};
    last = std::max(last, after_maintenance(channel, arrives));
    return last;
}

}  // namespace sluice::commerce
