#include "commerce/chaos/transport.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sluice::commerce {
namespace {

constexpr std::int64_t kStart = 1'480'000'000;

TEST(TransportModel, APartitionKeepsItsOrderAndNothingIsThroughBeforeItIsPublished) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Transport transport{seed};
    std::vector<std::vector<UtcTime>> last;
    last.reserve(kChannels.size());
    for (const Channel& channel : kChannels) last.emplace_back(channel.partitions);
    UtcTime now{kStart};
    for (int i = 0; i < 50'000; ++i) {
        now.seconds += static_cast<std::int64_t>(random() % 2'000);
        const ChannelId channel = random() % kChannels.size();
        const PartitionId partition{
            static_cast<std::uint32_t>(random() % kChannels.at(channel).partitions)};
        const UtcTime through = transport.through(channel, partition, now);
        ASSERT_GE(through, now);
        ASSERT_GE(through, last[channel][partition.value]);
        ASSERT_LE(through.seconds, now.seconds + std::int64_t{200} * 3'600);
        ASSERT_EQ(transport.after_maintenance(channel, through), through);
        last[channel][partition.value] = through;
    }
}

TEST(Transport, EachPartitionLagsByItselfAndDifferentlyLater) {
    const Transport transport{1};
    std::set<std::int64_t> lags;
    for (std::uint32_t partition = 0; partition < 6; ++partition) {
        for (std::int64_t day = 0; day < 10; ++day) {
            lags.insert(
                transport.lag_seconds(0, PartitionId{partition}, UtcTime{kStart + day * 86'400})
            );
        }
    }
    EXPECT_GT(lags.size(), 55U);
    const UtcTime at{kStart};
    EXPECT_EQ(
        Transport{1}.lag_seconds(0, PartitionId{0}, at),
        transport.lag_seconds(0, PartitionId{0}, at)
    );
    EXPECT_NE(
        Transport{2}.lag_seconds(0, PartitionId{0}, at),
        transport.lag_seconds(0, PartitionId{0}, at)
    );
}

TEST(Transport, EveryChannelStopsForHoursNowAndThen) {
    const Transport transport{3};
    for (ChannelId channel = 0; channel < kChannels.size(); ++channel) {
        std::set<std::int64_t> ends;
        for (std::int64_t hour = 0; hour < std::int64_t{24} * 365; ++hour) {
            const UtcTime at{kStart + hour * 3'600};
            const UtcTime after = transport.after_maintenance(channel, at);
            if (after == at) continue;
            EXPECT_LE(after.seconds - at.seconds, std::int64_t{30} * 3'600);
            ends.insert(after.seconds);
        }
        EXPECT_GE(ends.size(), 35U);
        EXPECT_LE(ends.size(), 38U);
    }
}

}  // namespace
}  // namespace sluice::commerce
