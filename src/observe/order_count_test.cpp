#include "observe/order_count.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::observe {
namespace {

using std::chrono::minutes;

sequence::Arrival event(
    const std::string& subject, std::uint64_t number, std::uint32_t partition = 0
) {
    sequence::Arrival arrival;
    arrival.subject = subject;
    arrival.source = "/orders";
    arrival.id = fmt::format("{}-{}", subject, number);
    arrival.number = SourceNumber{number};
    arrival.origin.partition = PartitionId{partition};
    return arrival;
}

constexpr Instant kStart{1'000'000};

class OrderCountTest : public testing::Test {
protected:
    void met(std::size_t channel, int minute, const sequence::Arrival& arrival) {
        EXPECT_TRUE(count_.add(channel, kStart + minutes{minute}, arrival));
    }

    OrderCount count_{{{"placed", minutes{10}}, {"cancelled", minutes{0}}}};
};

TEST_F(OrderCountTest, CountsSubjectsAndEventsOfEachPair) {
    met(0, 0, event("a", 1));
    met(1, 5, event("a", 2));
    met(0, 0, event("b", 1));
    met(1, 20, event("b", 2));
    met(1, 0, event("c", 2, 1));
    met(0, 1, event("c", 1));
    const Counts counts = count_.counts(10);
    EXPECT_EQ(counts.events, 6U);
    EXPECT_EQ(counts.subjects, 3U);
    EXPECT_EQ(counts.begin_before, 0U);
    ASSERT_EQ(counts.pairs.size(), 1U);
    EXPECT_EQ(counts.pairs[0], (Pair{"placed", "cancelled", 3, {1, 1}, {2, 2}}));
    EXPECT_EQ(counts.now, (Tally{1, 1}));
    EXPECT_EQ(counts.lagging, (Tally{2, 2}));
    ASSERT_EQ(counts.worst.size(), 2U);
    EXPECT_EQ(counts.worst[0].subject, "c");
    EXPECT_EQ(counts.worst[0].early, minutes{11});
    EXPECT_EQ(counts.worst[1].early, minutes{5});
    EXPECT_EQ(count_.counts(1).worst.size(), 1U);
}

TEST_F(OrderCountTest, ASubjectWhoseBeginningIsNotInTheWindowIsCounted) {
    met(1, 0, event("a", 7));
    met(1, 0, event("b", 1));
    EXPECT_EQ(count_.counts(10).begin_before, 1U);
}

TEST_F(OrderCountTest, AClockThatJumpsBackPutsNothingInFrontOfItsPartition) {
    met(0, 10, event("x", 1));
    met(0, 0, event("a", 1));
    met(1, 5, event("a", 2));
    EXPECT_EQ(count_.counts(10).now, (Tally{1, 1})) << "a 1 was read behind x 1, at minute 10";
}

TEST_F(OrderCountTest, IsFullAtItsLimit) {
    OrderCount small{{{"placed", {}}}, 2};
    EXPECT_TRUE(small.add(0, kStart, event("a", 1)));
    EXPECT_TRUE(small.add(0, kStart, event("a", 2)));
    EXPECT_FALSE(small.add(0, kStart, event("a", 3)));
    EXPECT_EQ(small.counts(10).events, 2U);
}

TEST_F(OrderCountTest, KeepsTheWorstOfMany) {
    for (int subject = 0; subject < 1'000; ++subject) {
        met(1, 0, event(fmt::format("s{:04}", subject), 2));
    }
    for (int subject = 0; subject < 1'000; ++subject) {
        met(0, subject, event(fmt::format("s{:04}", subject), 1));
    }
    const Counts counts = count_.counts(3);
    ASSERT_EQ(counts.worst.size(), 3U);
    EXPECT_EQ(counts.worst[0].subject, "s0999");
    EXPECT_EQ(counts.worst[0].early, minutes{999 + 10});
    EXPECT_EQ(counts.worst[2].subject, "s0997");
    EXPECT_EQ(counts.lagging.subjects, 1'000U);
}

}  // namespace
}  // namespace sluice::observe
