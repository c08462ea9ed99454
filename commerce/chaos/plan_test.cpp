#include "commerce/chaos/plan.hpp"

#include "base/test_seed.hpp"
#include "commerce/chaos/early.hpp"
#include "commerce/generate/sample.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sluice::commerce {
namespace {

class ChaosPlanModel : public testing::Test {
protected:
    std::uint64_t seed_{sluice::test::seed()};
    test::Sample sample_{test::sample(2'000, seed_)};
    Publications published_{sample_.raw, sample_.additions};
    ChaosPlan plan_{published_, seed_};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(ChaosPlanModel, EveryEventComesOnceAndThenPerhapsAgain) {
    std::vector<int> times(published_.size());
    std::size_t repeated = 0;
    for (const Delivery& delivery : plan_.deliveries()) {
        ASSERT_EQ(delivery.duplicate, times.at(delivery.publication) > 0);
        ++times[delivery.publication];
        repeated += delivery.duplicate ? 1 : 0;
    }
    for (const int count : times) ASSERT_GE(count, 1);
    EXPECT_EQ(repeated, plan_.duplicates());
    EXPECT_GT(repeated, published_.size() / 100);
    EXPECT_LT(repeated, published_.size() / 15);
}

TEST_F(ChaosPlanModel, AChannelPartitionKeepsItsOrderOfPublishing) {
    std::map<std::pair<ChannelId, std::uint32_t>, std::uint32_t> last;
    for (const Delivery& delivery : plan_.deliveries()) {
        if (delivery.duplicate) continue;
        const ChannelId channel = published_.channel(delivery.publication);
        const PartitionId partition =
            partition_of(channel, published_.subject(delivery.publication));
        const auto [place, first] =
            last.try_emplace({channel, partition.value}, delivery.publication);
        ASSERT_TRUE(first || place->second < delivery.publication);
        place->second = delivery.publication;
    }
    EXPECT_EQ(last.size(), 45U);  // every partition of every channel had something
}

TEST_F(ChaosPlanModel, ThereAreRestarts) {
    std::size_t marks = 0;
    for (const Delivery& delivery : plan_.deliveries()) marks += delivery.restart ? 1 : 0;
    EXPECT_EQ(marks, plan_.restarts());
    EXPECT_GE(marks, 1U);
    EXPECT_LE(marks, 6U);
}

TEST_F(ChaosPlanModel, EnoughComesEarly) {
    const EarlyCounts counts = count_early(published_, plan_.deliveries());
    const Status status = check_early(counts);
    EXPECT_TRUE(status.has_value()) << status.error().message;
    EXPECT_GT(counts.cancellations, 20U);
    EXPECT_GT(counts.deliveries, 3'000U);
}

TEST_F(ChaosPlanModel, IsAFunctionOfTheSeed) {
    EXPECT_EQ(ChaosPlan(published_, seed_).deliveries(), plan_.deliveries());
    EXPECT_NE(ChaosPlan(published_, seed_ + 1).deliveries(), plan_.deliveries());
}

TEST_F(ChaosPlanModel, CalmIsTheOrderOfPublishing) {
    const ChaosPlan calm = ChaosPlan::calm(published_);
    ASSERT_EQ(calm.deliveries().size(), published_.size());
    for (std::uint32_t i = 0; i < published_.size(); ++i) {
        ASSERT_EQ(calm.deliveries()[i], (Delivery{i, false, false}));
    }
    EXPECT_EQ(calm.duplicates() + calm.restarts(), 0U);
    EXPECT_EQ(count_early(published_, calm.deliveries()).early_deliveries, 0U);
}

TEST(ChaosPlan, OfNothingIsNothing) {
    const RawData raw;
    const Additions additions;
    EXPECT_TRUE(ChaosPlan(Publications{raw, additions}, 1).deliveries().empty());
}

}  // namespace
}  // namespace sluice::commerce
