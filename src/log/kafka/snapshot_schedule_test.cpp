// When a snapshot is due, and what may go with it.

#include "log/kafka/snapshot_schedule.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

constexpr std::size_t kMin = 1'000;
constexpr Milliseconds kEvery{3'600'000};
constexpr Instant kBegun{1'800'000'000'000};
constexpr Instant kSoon = Instant{kBegun.ms + 1};
const PartitionRef kOrdered{"ordered", PartitionId{2}};

SnapshotRef of_size(std::uint64_t bytes, Instant written = kBegun) {
    return {1, 5, Offset{10}, Offset{20}, 3, bytes, written};
}

SnapshotSchedule schedule(std::optional<SnapshotRef> last = std::nullopt) {
    return SnapshotSchedule{{kMin, kEvery}, last, kBegun};
}

TEST(SnapshotSchedule, IsDueWhenEnoughHasBeenWritten) {
    SnapshotSchedule one = schedule();
    one.wrote(kMin - 1);
    one.folded(kOrdered, Offset{5});
    EXPECT_FALSE(one.is_due(kSoon));
    one.wrote(1);
    EXPECT_TRUE(one.is_due(kSoon));
}

TEST(SnapshotSchedule, IsNotDueWhenNothingMoreWouldBeCovered) {
    SnapshotSchedule one = schedule();
    one.wrote(kMin);
    EXPECT_FALSE(one.is_due(kSoon + kEvery));
    one.folded(kOrdered, Offset{5});
    EXPECT_TRUE(one.is_due(kSoon));
    one.began();
    one.folded(kOrdered, Offset{5});
    one.ready(of_size(10));
    one.referred();
    one.wrote(kMin);
    EXPECT_FALSE(one.is_due(kSoon + kEvery));
}

TEST(SnapshotSchedule, ALargeOneIsRareAndSoTheyAreAFifthOfWhatIsWritten) {
    SnapshotSchedule one = schedule(of_size(5'000));
    one.folded(kOrdered, Offset{5});
    one.wrote(SnapshotSchedule::kRatio * 5'000 - 1);
    EXPECT_FALSE(one.is_due(kSoon));
    one.wrote(1);
    EXPECT_TRUE(one.is_due(kSoon));
}

TEST(SnapshotSchedule, AnOldOneIsDueTheLargerTheLater) {
    SnapshotSchedule small = schedule(of_size(kMin - 1));
    small.folded(kOrdered, Offset{5});
    EXPECT_FALSE(small.is_due(kBegun + kEvery + -Milliseconds{1}));
    EXPECT_TRUE(small.is_due(kBegun + kEvery));
    SnapshotSchedule large = schedule(of_size(3 * kMin));
    large.folded(kOrdered, Offset{5});
    EXPECT_FALSE(large.is_due(kBegun + 4 * kEvery + -Milliseconds{1}));
    EXPECT_TRUE(large.is_due(kBegun + 4 * kEvery));
}

TEST(SnapshotSchedule, TheAgeOfTheLastOneCountsOverRestarts) {
    SnapshotSchedule one = schedule(of_size(1, kBegun + -kEvery));
    one.folded(kOrdered, Offset{5});
    EXPECT_TRUE(one.is_due(kSoon));
}

TEST(SnapshotSchedule, OneAtATime) {
    SnapshotSchedule one = schedule();
    one.folded(kOrdered, Offset{5});
    one.wrote(kMin);
    one.began();
    one.wrote(kMin);
    one.folded(kOrdered, Offset{6});
    EXPECT_TRUE(one.is_under_way());
    EXPECT_FALSE(one.is_due(kSoon));
    one.ready(of_size(1));
    EXPECT_FALSE(one.is_due(kSoon)) << "no step refers to it yet";
    EXPECT_FALSE(one.referred().has_value()) << "it is the first";
    EXPECT_TRUE(one.is_due(kSoon)) << "what was written meanwhile counts";
}

TEST(SnapshotSchedule, CoversWhatTheTablesWereWhenItBegan) {
    SnapshotSchedule one = schedule();
    EXPECT_TRUE(one.is_first());
    one.folded(kOrdered, Offset{5});
    one.began();
    one.folded(kOrdered, Offset{9});
    EXPECT_TRUE(one.covered().empty()) << "it is not whole";
    one.ready(of_size(1));
    ASSERT_EQ(one.covered().size(), 1U);
    EXPECT_EQ(one.covered().front(), (std::pair{kOrdered, Offset{5}}));
    one.referred();
    EXPECT_TRUE(one.covered().empty()) << "a step has said it";
    EXPECT_FALSE(one.is_first());
}

TEST(SnapshotSchedule, AnswersTheOneBefore) {
    SnapshotSchedule one = schedule(of_size(77));
    one.began();
    one.ready(of_size(78));
    EXPECT_EQ(one.referred(), of_size(77));
}

TEST(SnapshotSchedule, OneThatFailedIsTriedAgainAfterAWhile) {
    SnapshotSchedule one = schedule();
    one.folded(kOrdered, Offset{5});
    one.wrote(kMin);
    one.began();
    one.failed(kSoon);
    EXPECT_FALSE(one.is_due(kSoon + SnapshotSchedule::kRetry + -Milliseconds{1}));
    EXPECT_TRUE(one.is_due(kSoon + SnapshotSchedule::kRetry));
}

}  // namespace
}  // namespace sluice::log::kafka
