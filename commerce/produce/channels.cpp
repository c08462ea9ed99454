#include "commerce/produce/channels.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <algorithm>

namespace sluice::commerce {

ChannelId channel_of(ActType type) {
    if (source_of(type) == Source::kReviews) return kReviewChannel;
    const std::string_view name = to_string(type);
    const auto found =
        std::find_if(kChannels.begin(), kChannels.end(), [name](const Channel& channel) {
            return channel.name == name;
        });
    SLUICE_ASSERT(found != kChannels.end());
    return static_cast<ChannelId>(found - kChannels.begin());
}

PartitionId partition_of(ChannelId channel, std::string_view subject) {
    const Channel& to = kChannels.at(channel);
    switch (to.partitioner) {
        case Partitioner::kMurmur2: return partition_by_murmur2(subject, to.partitions);
        case Partitioner::kCrc32: return partition_by_crc32(subject, to.partitions);
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::commerce
