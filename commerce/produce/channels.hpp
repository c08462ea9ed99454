#pragma once

#include "base/ids.hpp"
#include "commerce/seedrule/additions.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::commerce {

enum class Partitioner : std::uint8_t { kMurmur2, kCrc32 };

/// A channel (topic) as its owner set it up.
struct Channel {
    std::string_view name;
    std::uint32_t partitions{};
    Partitioner partitioner{};
};

/// A channel's place in kChannels.
using ChannelId = std::size_t;

/// Source: docs/commerce/events.md, "Domain `order`" and "Domain `calendar`".
inline constexpr std::array<Channel, 9> kChannels{{
    {"order.placed", 6, Partitioner::kMurmur2},
    {"order.paid", 8, Partitioner::kMurmur2},
    {"order.cancelled", 4, Partitioner::kMurmur2},
    {"order.returned", 3, Partitioner::kMurmur2},
    {"order.refunded", 8, Partitioner::kMurmur2},
    {"delivery.dispatched", 5, Partitioner::kCrc32},
    {"delivery.completed", 8, Partitioner::kMurmur2},
    {"review", 2, Partitioner::kMurmur2},
    {"day.closed", 1, Partitioner::kMurmur2},
}};

inline constexpr ChannelId kReviewChannel = 7;
inline constexpr ChannelId kCalendarChannel = 8;

[[nodiscard]] ChannelId channel_of(ActType type);

/// The partition that the producer of this channel puts the subject into.
[[nodiscard]] PartitionId partition_of(ChannelId channel, std::string_view subject);

}  // namespace sluice::commerce
