#include "runtime/subjects/history_queue.hpp"

#include "runtime/subjects/subject_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

constexpr HomeId kQueuedHome{1};
constexpr Instant kQueuedAt{1'000'000};
constexpr std::array kHomes{HomeId{0}, kQueuedHome};
using Due = HistoryQueue::Due;

class HistoryQueueTest : public testing::Test {
protected:
    HistoryQueueTest() {
        for (SubjectEntry& entry : entries_) entry.home = kQueuedHome;
    }

    static HistoryLimits limits() {
        HistoryLimits limits;
        limits.records_max = 200;  // of two homes
        limits.age_max = Milliseconds{10};
        return limits;
    }

    /// Which entries are stored now, in their order.
    std::vector<std::size_t> stored(Instant now = kQueuedAt, Due due = Due::kDue) {
        std::vector<std::size_t> found;
        queue_.store_due(now, due, [&](SubjectEntry& entry) {
            found.push_back(static_cast<std::size_t>(&entry - entries_.data()));
            queue_.stored(entry);
            return std::size_t{1'000};
        });
        return found;
    }

    using Found = std::vector<std::size_t>;

    std::array<SubjectEntry, 4> entries_;
    HistoryQueue queue_{kHomes, limits()};
};

TEST_F(HistoryQueueTest, TheOldestThatIsAheadSaysUpToWhereAllIsTrue) {
    EXPECT_EQ(queue_.true_until(kQueuedHome), Offset{0});
    queue_.ends_at(kQueuedHome, Offset{10});
    EXPECT_EQ(queue_.true_until(kQueuedHome), Offset{10}) << "nothing is ahead";
    queue_.put(entries_[0], kQueuedAt);
    queue_.ends_at(kQueuedHome, Offset{20});
    queue_.put(entries_[1], kQueuedAt);
    queue_.put(entries_[0], kQueuedAt);  // again: since 10 all the same
    queue_.ends_at(kQueuedHome, Offset{30});
    EXPECT_EQ(queue_.ahead(), 2U);
    EXPECT_EQ(queue_.true_until(kQueuedHome), Offset{10});
    queue_.stored(entries_[0]);
    EXPECT_EQ(queue_.true_until(kQueuedHome), Offset{20});
    queue_.stored(entries_[1]);
    EXPECT_EQ(queue_.true_until(kQueuedHome), Offset{30});
    EXPECT_EQ(queue_.ahead(), 0U);
    EXPECT_EQ(queue_.true_until(HomeId{0}), Offset{0}) << "homes are apart";
}

TEST_F(HistoryQueueTest, ItIsDueByRecordsOfItsHomeOrByItsAge) {
    queue_.put(entries_[0], kQueuedAt);
    queue_.ends_at(kQueuedHome, Offset{99});
    queue_.put(entries_[1], kQueuedAt);
    EXPECT_EQ(stored(), Found{});
    queue_.ends_at(kQueuedHome, Offset{100});
    EXPECT_EQ(stored(), Found{0});
    EXPECT_EQ(stored(kQueuedAt + Milliseconds{9}), Found{});
    EXPECT_EQ(stored(kQueuedAt + Milliseconds{10}), Found{1});
    queue_.put(entries_[2], kQueuedAt);
    EXPECT_EQ(stored(kQueuedAt + Milliseconds{-1}), Found{2}) << "a clock that was set back";
}

TEST_F(HistoryQueueTest, AStepStoresNoMoreThanFitsButAsManyAsItHasChanged) {
    HistoryLimits tight = limits();
    tight.records_max = 0;
    tight.step_bytes_max = 1'500;
    queue_ = HistoryQueue{kHomes, tight};
    for (SubjectEntry& entry : entries_) queue_.put(entry, kQueuedAt);
    EXPECT_EQ(stored(), (Found{0, 1, 2, 3})) << "all were changed in this step";
    HistoryLimits later = limits();
    later.step_bytes_max = 1'500;
    queue_ = HistoryQueue{kHomes, later};
    for (SubjectEntry& entry : entries_) queue_.put(entry, kQueuedAt);
    EXPECT_EQ(stored(), Found{});
    const Instant old = kQueuedAt + Milliseconds{10};
    EXPECT_EQ(stored(old), (Found{0, 1}));
    EXPECT_EQ(stored(old), (Found{2, 3}));
}

TEST_F(HistoryQueueTest, AsManyAreStoredBeforeATurnAsSubjectsComeIn) {
    for (SubjectEntry& entry : entries_) queue_.put(entry, kQueuedAt);
    queue_.entered(kQueuedHome);
    EXPECT_EQ(stored(), Found{}) << "there was no turn since";
    queue_.turned();
    queue_.entered(kQueuedHome);
    EXPECT_EQ(stored(), Found{0});
    queue_.entered(kQueuedHome);
    queue_.entered(kQueuedHome);
    EXPECT_EQ(stored(), (Found{1, 2}));
    EXPECT_EQ(stored(), Found{});
}

TEST_F(HistoryQueueTest, WhoLeavesMemoryLeavesTheQueue) {
    queue_.put(entries_[0], kQueuedAt);
    queue_.put(entries_[1], kQueuedAt);
    queue_.stored(entries_[0]);
    entries_[0].queued = false;
    queue_.turned();
    entries_[0].home = HomeId{7};  // as if its memory held something else
    EXPECT_EQ(stored(kQueuedAt, Due::kAll), Found{1});
}

TEST_F(HistoryQueueTest, ANoteIsTakenWhenItIsWorthItOrWasAskedFor) {
    EXPECT_FALSE(queue_.take_note(kQueuedHome, /*even_so=*/true)) << "it has not moved";
    queue_.ends_at(kQueuedHome, Offset{3});
    EXPECT_TRUE(queue_.take_note(kQueuedHome, false)) << "all is stored";
    EXPECT_FALSE(queue_.take_note(kQueuedHome, true)) << "written down once";
    queue_.ends_at(kQueuedHome, Offset{5});
    queue_.put(entries_[0], kQueuedAt);
    queue_.ends_at(kQueuedHome, Offset{8});
    EXPECT_FALSE(queue_.take_note(kQueuedHome, false)) << "two records are not far";
    queue_.ask_note(kQueuedHome);
    EXPECT_TRUE(queue_.take_note(kQueuedHome, false));
    queue_.stored(entries_[0]);
    queue_.ends_at(kQueuedHome, Offset{20});
    queue_.put(entries_[1], kQueuedAt);
    queue_.ends_at(kQueuedHome, Offset{21});
    EXPECT_TRUE(queue_.take_note(kQueuedHome, false)) << "an eighth of the limit is";
}

}  // namespace
}  // namespace sluice::runtime
