// Gaps, and all that the index knows of subjects that wait.
#include "runtime/subjects/subject_store_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using sequence::Sequencer;
using sequence::SweepId;
using sequence::test::numbered;
using test::kStoredHome;
using test::SubjectStoreTest;
using Which = SubjectStore::Which;

TEST_F(SubjectStoreTest, TheOldestGapIsKnownUntilItIsFilled) {
    EXPECT_EQ(store_->waiting().oldest_gap(), std::nullopt);
    for (const char* subject : {"s1", "s2"}) {
        offer(subject, numbered("/a", 2));
        commit();
        now_ = now_ + Milliseconds{1'000};
    }
    const Instant first = find("s1").subject.gap->opened_at;
    const Instant second = find("s2").subject.gap->opened_at;
    ASSERT_LT(first, second);
    for (const bool again : {false, true}) {
        if (again) reload();
        EXPECT_EQ(store_->waiting().gaps(), 2U);
        EXPECT_EQ(store_->waiting().subjects(), 2U);
        EXPECT_EQ(store_->waiting().oldest_gap(), first);
    }
    offer("s1", numbered("/a", 1));
    EXPECT_EQ(store_->waiting().oldest_gap(), second);
    offer("s2", numbered("/a", 1));
    EXPECT_EQ(store_->waiting().oldest_gap(), std::nullopt);
    EXPECT_EQ(store_->waiting().gaps(), 0U);
    EXPECT_EQ(store_->waiting().subjects(), 0U);
}

TEST_F(SubjectStoreTest, AfterALoadProofsOfAnEarlierProcessMeanNothing) {
    offer("s1", numbered("/a", 2));
    commit();
    EXPECT_NE(find("s1").subject.gap->opened_before, SweepId{});
    reload();
    EXPECT_TRUE(store_->waiting().wants_sweep());
    EXPECT_EQ(find("s1").subject.gap->opened_before, SweepId{});
    EXPECT_EQ(unsettled(Which::kWithGap).size(), 1U);
}

TEST_F(SubjectStoreTest, ThoseWhoseGapIsProvenAreToldApart) {
    for (const char* subject : {"s1", "s2"}) offer(subject, numbered("/a", 2));
    commit();
    SubjectEntry& entry = find("s1");
    static_cast<void>(sequencer_.sweep_ended(entry.subject, SweepId{1}, now_, SweepId{2}));
    store_->changed(entry);
    commit();
    using Names = std::vector<std::pair<HomeId, std::string>>;
    EXPECT_EQ(unsettled(Which::kWithGap).size(), 2U);
    EXPECT_EQ(unsettled(Which::kUnproven), (Names{{kStoredHome, "s2"}}));
}

/// What the index counts of an entry may not go with the entry: sweeps would run for ever.
TEST_F(SubjectStoreTest, AClockThatIsOverIsStillOverWhenTheSubjectHasLeftMemory) {
    CacheLimits few;
    few.subjects_max = 2;
    reload(few);
    sequence::SequencerOptions options;
    options.gap_action = sequence::GapAction::kSkip;
    options.gap_wait = Milliseconds{1'000};
    const Sequencer skips{options};
    offer("s1", numbered("/a", 2));
    SubjectEntry& entry = find("s1");
    static_cast<void>(skips.sweep_ended(entry.subject, SweepId{1}, now_, SweepId{2}));
    store_->changed(entry);
    commit();
    EXPECT_FALSE(store_->waiting().wants_sweep()) << "proven; its clock runs";
    now_ = now_ + Milliseconds{1'000};
    SubjectEntry& over = find("s1");
    skips.tick(over.subject, now_, SweepId{2});
    store_->touched(over);
    EXPECT_TRUE(store_->waiting().wants_sweep()) << "due to act";
    commit();
    for (int other = 0; store_->spilled() == 0 && other < 20; ++other) {
        offer(fmt::format("o{}", other), numbered("/a", 1));
        commit();
    }
    ASSERT_GT(store_->spilled(), 0U);
    SubjectEntry& again = find("s1");
    EXPECT_TRUE(Sequencer::sweep_may_act(again.subject, SweepId{2}));
    static_cast<void>(skips.sweep_ended(again.subject, SweepId{2}, now_, SweepId{3}));
    store_->changed(again);
    commit();
    EXPECT_EQ(store_->waiting().subjects(), 0U);
    EXPECT_FALSE(store_->waiting().wants_sweep());
}

/// More pages than one, of both homes.
TEST_F(SubjectStoreTest, AllThatWaitAreKnownAfterALoad) {
    constexpr std::size_t kMany = 2'500;
    for (std::size_t s = 0; s < kMany; ++s) {
        offer(fmt::format("s{}", s), numbered("/a", 2), HomeId{static_cast<std::uint32_t>(s % 2)});
    }
    commit();
    reload();
    EXPECT_EQ(store_->waiting().waiting_events(), kMany);
    const auto all = unsettled(Which::kWithGap);
    ASSERT_EQ(all.size(), kMany);
    for (const auto& [home, subject] : all) {
        ASSERT_EQ(home.value, std::stoul(subject.substr(1)) % 2) << subject;
    }
}

}  // namespace
}  // namespace sluice::runtime
