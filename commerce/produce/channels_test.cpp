#include "commerce/produce/channels.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace sluice::commerce {
namespace {

TEST(Channels, EveryTypeHasTheOneOfItsName) {
    EXPECT_EQ(kChannels.at(channel_of(ActType::kPlaced)).name, "order.placed");
    EXPECT_EQ(kChannels.at(channel_of(ActType::kRefunded)).name, "order.refunded");
    EXPECT_EQ(kChannels.at(channel_of(ActType::kDispatched)).name, "delivery.dispatched");
    EXPECT_EQ(kChannels.at(channel_of(ActType::kWritten)).name, "review");
    EXPECT_EQ(channel_of(ActType::kComplained), channel_of(ActType::kWritten));
    EXPECT_EQ(kChannels.at(kCalendarChannel).name, "day.closed");
}

TEST(Channels, SubjectsSpreadOverAllPartitionsAsTheirPartitionerSays) {
    for (ChannelId channel = 0; channel < kChannels.size(); ++channel) {
        std::set<std::uint32_t> used;
        for (int i = 0; i < 1'000; ++i)
            used.insert(partition_of(channel, fmt::format("o{}", i)).value);
        EXPECT_EQ(used.size(), kChannels.at(channel).partitions);
    }
    EXPECT_EQ(
        partition_of(channel_of(ActType::kDispatched), "order-1"), partition_by_crc32("order-1", 5)
    );
    EXPECT_EQ(
        partition_of(channel_of(ActType::kPlaced), "order-1"), partition_by_murmur2("order-1", 6)
    );
}

}  // namespace
}  // namespace sluice::commerce
