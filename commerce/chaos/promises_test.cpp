// What chaos may do, and what it may not: the promises of commerce/chaos/README.md over many seeds.
#include "base/test_seed.hpp"
#include "commerce/chaos/early.hpp"
#include "commerce/chaos/plan.hpp"
#include "commerce/chaos/transport.hpp"
#include "commerce/generate/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace sluice::commerce {
namespace {

constexpr std::int64_t kHourSeconds = 3'600;

/// The most hours that each channel lags, and the longest that maintenance holds it back behind
/// them. Source: what commerce/chaos/transport.cpp draws from.
constexpr std::array<std::int64_t, kChannels.size()> kLagMaxHours{36, 96, 6, 24, 24, 40, 6, 24, 12};
constexpr std::int64_t kMaintenanceMaxHours = 30;

/// One sample, and a plan per seed of chaos.
class ChaosPromises : public testing::Test {
protected:
    [[nodiscard]] std::pair<ChannelId, std::uint32_t> partition(std::uint32_t publication) const {
        const ChannelId channel = published_.channel(publication);
        return {channel, partition_of(channel, published_.subject(publication)).value};
    }

    std::uint64_t seed_{sluice::test::seed()};
    test::Sample sample_{test::sample(400, seed_)};
    Publications published_{sample_.raw, sample_.additions};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(ChaosPromises, NothingIsLostAndEveryDuplicateIsCounted) {
    for (std::uint64_t seed = seed_; seed < seed_ + 20; ++seed) {
        const ChaosPlan plan{published_, seed};
        std::vector<std::size_t> times(published_.size());
        std::size_t marked = 0;
        for (const Delivery& delivery : plan.deliveries()) {
            ASSERT_EQ(delivery.duplicate, times.at(delivery.publication)++ > 0);
            marked += delivery.duplicate ? 1 : 0;
        }
        ASSERT_EQ(std::count(times.begin(), times.end(), 0U), 0);
        ASSERT_EQ(marked, plan.duplicates());
        ASSERT_EQ(plan.deliveries().size(), published_.size() + plan.duplicates());
    }
}

TEST_F(ChaosPromises, FirstsOfAPartitionComeInTheOrderOfPublishingForEverySeed) {
    for (std::uint64_t seed = seed_; seed < seed_ + 20; ++seed) {
        const ChaosPlan plan{published_, seed};
        std::map<std::pair<ChannelId, std::uint32_t>, std::uint32_t> last;
        for (const Delivery& delivery : plan.deliveries()) {
            if (delivery.duplicate) continue;
            const auto [place, fresh] =
                last.try_emplace(partition(delivery.publication), delivery.publication);
            ASSERT_TRUE(fresh || place->second < delivery.publication) << seed;
            place->second = delivery.publication;
        }
    }
}

/// A subject's events of one channel share a partition: per subject and channel nothing overtakes.
TEST_F(ChaosPromises, NoEventOvertakesAnEarlierOneOfItsSubjectOnItsChannel) {
    std::map<std::pair<std::string_view, ChannelId>, std::uint32_t> last;
    const ChaosPlan plan{published_, seed_};
    for (const Delivery& delivery : plan.deliveries()) {
        if (delivery.duplicate) continue;
        std::uint32_t& before = last[{
            published_.subject(delivery.publication), published_.channel(delivery.publication)}];
        ASSERT_LE(before, delivery.publication);
        before = delivery.publication;
    }
}

TEST_F(ChaosPromises, RestartsAreMarkedAsCountedAndNeverMoreThanSix) {
    std::set<std::size_t> counts;
    for (std::uint64_t seed = seed_; seed < seed_ + 40; ++seed) {
        const ChaosPlan plan{published_, seed};
        const auto marked =
            std::count_if(plan.deliveries().begin(), plan.deliveries().end(), [](const auto& d) {
                return d.restart;
            });
        ASSERT_EQ(static_cast<std::size_t>(marked), plan.restarts());
        ASSERT_TRUE(plan.restarts() >= 1 && plan.restarts() <= 6);
        counts.insert(plan.restarts());
    }
    EXPECT_GT(counts.size(), 1U);
}

/// An event is through at most its channel's lag and one maintenance after it was published, and
/// what comes out before it was published before that.
TEST_F(ChaosPromises, NoEventIsHeldBackLongerThanItsChannelMayLag) {
    for (std::uint64_t seed = seed_; seed < seed_ + 5; ++seed) {
        const ChaosPlan plan{published_, seed};
        UtcTime latest{};
        for (const Delivery& delivery : plan.deliveries()) {
            if (delivery.duplicate) continue;
            const UtcTime time = published_.time(delivery.publication);
            const std::int64_t hours =
                kLagMaxHours.at(published_.channel(delivery.publication)) + kMaintenanceMaxHours;
            ASSERT_LE(latest.seconds, time.seconds + hours * kHourSeconds) << seed;
            latest = std::max(latest, time);
        }
    }
}

TEST(TransportPromises, EveryChannelLagsWithinItsBoundAndReachesForIt) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::array<std::int64_t, kChannels.size()> most{};
    for (int i = 0; i < 40'000; ++i) {
        const Transport transport{random() % 50};
        const ChannelId channel = random() % kChannels.size();
        const PartitionId partition{
            static_cast<std::uint32_t>(random() % kChannels.at(channel).partitions)};
        const std::int64_t lag = transport.lag_seconds(
            channel, partition, UtcTime{static_cast<std::int64_t>(random() % 2'000'000'000)}
        );
        ASSERT_GE(lag, 0);
        ASSERT_LE(lag, kLagMaxHours.at(channel) * kHourSeconds);
        most.at(channel) = std::max(most.at(channel), lag);
    }
    for (ChannelId channel = 0; channel < kChannels.size(); ++channel)
        EXPECT_GT(most.at(channel), kLagMaxHours.at(channel) * kHourSeconds * 3 / 5) << channel;
}

TEST(TransportPromises, MaintenanceEndsOnceAndHoldsNothingBeyondThirtyHours) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int i = 0; i < 40'000; ++i) {
        const Transport transport{random() % 50};
        const ChannelId channel = random() % kChannels.size();
        const UtcTime at{static_cast<std::int64_t>(random() % 2'000'000'000)};
        const UtcTime after = transport.after_maintenance(channel, at);
        ASSERT_GE(after, at);
        ASSERT_LE(after.seconds - at.seconds, kMaintenanceMaxHours * kHourSeconds);
        ASSERT_EQ(transport.after_maintenance(channel, after), after);
        if (after == at) continue;
        ASSERT_GT(
            transport.after_maintenance(channel, UtcTime{after.seconds - 1}).seconds, at.seconds
        );
        ASSERT_EQ(transport.after_maintenance(channel, UtcTime{after.seconds - 1}), after);
    }
}

TEST(TransportPromises, IsAFunctionOfTheSeed) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Transport one{seed};
        Transport same{seed};
        for (std::int64_t hour = 0; hour < 500; ++hour) {
            const UtcTime at{1'500'000'000 + hour * kHourSeconds};
            const auto channel = static_cast<ChannelId>(hour) % kChannels.size();
            ASSERT_EQ(
                one.through(channel, PartitionId{0}, at), same.through(channel, PartitionId{0}, at)
            );
        }
    }
}

TEST(CheckEarly, TheErrorHasAllFourNumbers) {
    const Status status = check_early({100, 4, 200, 9});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(
        status.error().message,
        "too little chaos: 4 of 100 cancellations and 9 of 200 deliveries come before what they "
        "follow; at least 5 % of each needed"
    );
    EXPECT_TRUE(check_early({0, 0, 20, 1}).has_value());  // no cancellation, nothing to be early
    EXPECT_FALSE(check_early({20, 1, 21, 1}).has_value());
}

}  // namespace
}  // namespace sluice::commerce
