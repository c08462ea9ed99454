#pragma once

#include "base/ids.hpp"
#include "commerce/money/days.hpp"
#include "commerce/produce/channels.hpp"

#include <cstdint>
#include <vector>

namespace sluice::commerce {

/// The way of events through all channels: when each is through. Times are those of the events, so
/// that an hour of lag is an hour between the acts of an order, however fast a run replays them.
/// Threads:  one.
/// Lifetime: a value.
class Transport {
public:
    explicit Transport(std::uint64_t seed);

    /// When the next event of this partition is through; never before the one before it. Ask in the
    /// order of publishing.
    [[nodiscard]] UtcTime through(ChannelId channel, PartitionId partition, UtcTime published);

    /// How long an event published now lags on this partition.
    [[nodiscard]] std::int64_t lag_seconds(
        ChannelId channel, PartitionId partition, UtcTime published
    ) const;

    /// The time itself, or the end of the maintenance that it falls into.
    [[nodiscard]] UtcTime after_maintenance(ChannelId channel, UtcTime time) const;

private:
    std::uint64_t seed_;
    std::vector<std::vector<UtcTime>> last_through_;  // by channel and partition
};

}  // namespace sluice::commerce
