#include "observe/subject_order.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sluice::observe {
namespace {

constexpr std::uint16_t kPlaced = 0;
constexpr std::uint16_t kCancelled = 1;

class SubjectOrderTest : public testing::Test {
protected:
    /// The n-th event of a source, met so many seconds after the first moment.
    Glimpse& met(
        std::uint16_t channel, std::uint64_t number, std::int64_t seconds, std::uint32_t source = 0
    ) {
        Glimpse glimpse;
        glimpse.at = Instant{seconds * 1'000};
        glimpse.channel = channel;
        glimpse.source = source;
        glimpse.key = number;
        glimpse.numbered = number < 1'000;
        events_.push_back(glimpse);
        return events_.back();
    }

    Extra& with_extra(Glimpse& glimpse) {
        glimpse.extra = static_cast<std::uint32_t>(extras_.size());
        return extras_.emplace_back();
    }

    /// Pairs of indices, the one that belongs in front first.
    [[nodiscard]] std::set<std::pair<std::size_t, std::size_t>> wrong(
        std::int64_t lag_of_placed = 0
    ) {
        const std::vector<Milliseconds> lags{
            Milliseconds{lag_of_placed * 1'000}, Milliseconds{0}, Milliseconds{0}};
        order_ = order_of(events_, extras_, lags);
        std::set<std::pair<std::size_t, std::size_t>> pairs;
        for (const Inversion& one : order_.inversions) pairs.emplace(one.first, one.then);
        return pairs;
    }

    using Pairs = std::set<std::pair<std::size_t, std::size_t>>;

    std::vector<Glimpse> events_;
    std::vector<Extra> extras_;
    SubjectOrder order_;
};

TEST_F(SubjectOrderTest, NothingIsWrongWithNumbersThatAscend) {
    met(kPlaced, 1, 0);
    met(kCancelled, 2, 10);
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_EQ(order_.related, (std::vector<Related>{{kPlaced, kCancelled}}));
    EXPECT_FALSE(order_.begins_before);
}

TEST_F(SubjectOrderTest, ALagOfOneTopicTurnsThemRound) {
    met(kPlaced, 1, 0);
    met(kCancelled, 2, 10);
    EXPECT_EQ(wrong(9), Pairs{});
    EXPECT_EQ(wrong(10), Pairs{}) << "at the same moment nobody knows";
    EXPECT_EQ(wrong(70), (Pairs{{0, 1}}));
    EXPECT_EQ(order_.inversions[0].early, Milliseconds{60'000});
}

TEST_F(SubjectOrderTest, EachLowerNumberBelongsInFront) {
    met(kCancelled, 3, 0);
    met(kPlaced, 1, 5);
    met(kCancelled, 2, 9);
    EXPECT_EQ(wrong(), (Pairs{{1, 0}, {2, 0}})) << "the worst of each topic";
}

TEST_F(SubjectOrderTest, WithinAPartitionItsOrderCountsWhateverTheTimes) {
    met(kPlaced, 2, 5);
    met(kPlaced, 1, 5);
    EXPECT_EQ(wrong(), (Pairs{{1, 0}}));
    EXPECT_EQ(order_.related, (std::vector<Related>{{kPlaced, kPlaced}}));
    events_[1].partition = 3;
    EXPECT_EQ(wrong(), Pairs{}) << "another partition: nobody knows";
}

TEST_F(SubjectOrderTest, AnotherPartitionsEventOfTheSameMomentHidesNothing) {
    met(kPlaced, 3, 5);
    met(kPlaced, 1, 5).partition = 1;
    met(kPlaced, 2, 5);
    EXPECT_EQ(wrong(), (Pairs{{2, 0}})) << "3 was read before 2, whenever 1 was";
}

TEST_F(SubjectOrderTest, SourcesOrderNothingBetweenThem) {
    met(kPlaced, 2, 0, 0);
    met(kCancelled, 1, 5, 1);
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_TRUE(order_.begins_before) << "number 1 of the first source is not here";
}

TEST_F(SubjectOrderTest, ADuplicateIsMetWhenItIsMetFirst) {
    met(kPlaced, 1, 0);
    met(kCancelled, 2, 5);
    met(kPlaced, 1, 9).partition = 1;
    EXPECT_EQ(wrong(), Pairs{});
    events_[0].at = Instant{20'000};
    EXPECT_EQ(wrong(), (Pairs{{2, 1}}));
}

TEST_F(SubjectOrderTest, AStampedEventBelongsInFront) {
    with_extra(met(kCancelled, 1, 0, 1)).stamps = {{0, 1}};
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_TRUE(order_.begins_before) << "what it is stamped with is not in the window";
    met(kPlaced, 1, 5, 0);
    EXPECT_EQ(wrong(), (Pairs{{1, 0}}));
    EXPECT_FALSE(order_.begins_before);
}

TEST_F(SubjectOrderTest, TheFirstThatARuleAsksForIsEnough) {
    constexpr sequence::Mark kMark = 77;
    with_extra(met(kCancelled, 1'001, 10)).needs = {{{kMark}, "", false}};
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_TRUE(order_.begins_before);
    with_extra(met(kPlaced, 1'002, 20)).marks = {kMark};
    EXPECT_EQ(wrong(), (Pairs{{1, 0}}));
    with_extra(met(kPlaced, 1'003, 5)).marks = {kMark};
    events_[2].partition = 1;
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_EQ(wrong(60), (Pairs{{2, 0}}));
}

TEST_F(SubjectOrderTest, IfSeenAsksForNothingThatIsNotThere) {
    with_extra(met(kCancelled, 1'001, 10)).needs = {{{5}, "", true}};
    EXPECT_EQ(wrong(), Pairs{});
    EXPECT_FALSE(order_.begins_before);
}

TEST_F(SubjectOrderTest, NoEventBelongsBeforeItself) {
    Extra& extra = with_extra(met(kCancelled, 1'001, 10));
    extra.needs = {{{5}, "", false}};
    extra.marks = {5};
    EXPECT_EQ(wrong(), Pairs{});
}

}  // namespace
}  // namespace sluice::observe
