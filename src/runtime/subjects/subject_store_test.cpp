#include "runtime/subjects/subject_store.hpp"

#include "base/hash.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using sequence::Sequencer;
using sequence::SweepId;
using sequence::test::closing;
using sequence::test::numbered;
using test::Call;
using Which = SubjectStore::Which;
using test::FaultyLog;

constexpr HomeId kStoredHome{0};
constexpr Instant kStoredAt{1'000'000};

/// A store over a lease of homes 0 and 1; steps are written by hand.
class SubjectStoreTest : public testing::Test {
protected:
    void SetUp() override {
        auto taken = log_.take("sequencer.d", {HomeId{0}, HomeId{1}});
        ASSERT_TRUE(taken.has_value());
        lease_ = std::move(taken.value());
        reload();
    }

    /// As after any error: a new store that believes the lease only.
    void reload(const CacheLimits& limits = {}) {
        HistoryLimits at_once;
        at_once.records_max = 0;
        store_ = std::make_unique<SubjectStore>(
            *lease_, SubjectStore::Options{limits, at_once, "d.ordered"}
        );
        ASSERT_TRUE(store_->load());
    }

    SubjectEntry& find(const std::string& subject, HomeId home = kStoredHome) {
        auto found = store_->find(home, subject);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return *found.value();
    }

    void offer(const std::string& subject, sequence::Arrival arrival, HomeId home = kStoredHome) {
        arrival.subject = subject;
        SubjectEntry& entry = find(subject, home);
        static_cast<void>(sequencer_.offer(entry.subject, std::move(arrival), now_, SweepId{1}));
        store_->changed(entry);
    }

    SubjectEntry& find_head(const std::string& subject) {
        auto found = store_->find_head(kStoredHome, subject);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return *found.value();
    }

    /// Whether it joins without the line being read.
    bool join(const std::string& subject, sequence::Arrival arrival) {
        arrival.subject = subject;
        SubjectEntry& entry = find_head(subject);
        EXPECT_FALSE(entry.subject.waiting.is_read());
        const auto in_line = store_->look_up(entry, arrival);
        EXPECT_TRUE(in_line.has_value()) << in_line.error().message;
        if (!sequencer_.join(entry.subject, arrival, in_line.value(), now_)) return false;
        store_->changed(entry);
        return true;
    }

    std::size_t commit() {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}};
        store_->write(step);
        const std::size_t changes = step.changes.size();
        EXPECT_TRUE(lease_->commit(std::move(step)).has_value());
        store_->committed();
        return changes;
    }

    std::size_t entries(log::Table table) {
        return lease_->scan(kStoredHome, table, "", 1'000).value().size();
    }

    /// Of both homes, page by page.
    std::vector<std::pair<HomeId, std::string>> unsettled(Which which) {
        std::vector<std::pair<HomeId, std::string>> all;
        for (const HomeId home : store_->homes()) {
            std::string from;
            do {
                for (std::string& name : store_->unsettled(home, from, which, 100).value()) {
                    all.emplace_back(home, std::move(name));
                }
            } while (!from.empty());
        }
        return all;
    }

    static std::unique_ptr<log::Log> open(const log::test::ScratchDirectory& at) {
        auto options = log::test::test_options(at.path());
        options.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(options);
    }

    const Sequencer sequencer_{sequence::SequencerOptions{}};
    log::test::ScratchDirectory scratch_;
    FaultyLog log_{open(scratch_)};
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<SubjectStore> store_;
    Instant now_{kStoredAt};
};

TEST_F(SubjectStoreTest, WhatWasCommittedIsReadBackAndNothingElse) {
    offer("s1", numbered("/a", 1));
    offer("s1", numbered("/a", 3));
    const sequence::Subject stored = find("s1").subject;
    EXPECT_EQ(commit(), 4U) << "its history, the event that waits, its number, and their head";
    offer("s1", numbered("/a", 2));  // an overlay: the step never comes
    reload();
    EXPECT_EQ(find("s1").subject.history, stored.history);
    EXPECT_EQ(find("s1").subject.waiting, stored.waiting);
    EXPECT_EQ(store_->waiting().waiting_events(), 1U);
}

TEST_F(SubjectStoreTest, WithinAStepASubjectIsOneAndIsWrittenOnce) {
    for (std::uint64_t n = 1; n <= 5; ++n) offer("s1", numbered("/a", n));
    EXPECT_EQ(commit(), 1U);
    EXPECT_EQ(commit(), 0U) << "nothing has changed since";
    EXPECT_EQ(find("s1").subject.history.last, Position{5});
}

TEST_F(SubjectStoreTest, SettledASubjectLeavesNothingWaiting) {
    offer("s1", numbered("/a", 2));
    commit();
    EXPECT_EQ(entries(table::kWaiting), 1U);
    offer("s1", numbered("/a", 1));
    commit();
    EXPECT_EQ(entries(table::kWaiting), 0U);
    EXPECT_EQ(store_->waiting().waiting_events(), 0U);
    EXPECT_EQ(entries(table::kWaitingEvents), 0U);
    EXPECT_TRUE(unsettled(Which::kAll).empty());
}

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

TEST_F(SubjectStoreTest, SubjectsOfOneNameAtTwoHomesAreStoredApart) {
    offer("s1", numbered("/a", 1), HomeId{0});
    commit();
    reload();
    EXPECT_EQ(find("s1", HomeId{1}).subject.history.last, Position{0});
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

TEST_F(SubjectStoreTest, MemoryIsBoundedAndAnEntryStaysUntilTheCommit) {
    reload({.subjects_max = 10});
    for (int s = 0; s < 200; ++s) {
        SubjectEntry& first = find(fmt::format("s{}", s));
        offer(fmt::format("s{}", s), numbered("/a", 2));
        for (int other = 0; other < 8; ++other) find(fmt::format("o{}.{}", s, other));
        ASSERT_EQ(&find(fmt::format("s{}", s)), &first);
        commit();
        ASSERT_LE(store_->cached(), 30U);
    }
    EXPECT_EQ(store_->waiting().waiting_events(), 200U) << "what left memory still counts";
    for (int s = 0; s < 200; ++s) {
        ASSERT_EQ(find(fmt::format("s{}", s)).subject.waiting.size(), 1U) << s;
        commit();
    }
}

TEST_F(SubjectStoreTest, WhatWaitsIsBoundedInBytes) {
    reload({.waiting_bytes_max = 40 * sizeof(sequence::WaitingEvent)});
    for (int s = 0; s < 200; ++s) {
        offer(fmt::format("s{}", s), numbered("/a", 2));
        commit();
        ASSERT_LE(store_->cached(), 30U) << "young and old hold half of it each, and one more";
    }
    EXPECT_GT(store_->spilled(), 0U);
    EXPECT_EQ(find("s0").subject.waiting.size(), 1U);
}

TEST_F(SubjectStoreTest, AnEventJoinsALineThatIsNotRead) {
    for (std::uint64_t n = 2; n <= 40; ++n) offer("s1", numbered("/a", n));
    commit();
    reload();
    for (std::uint64_t n = 41; n <= 45; ++n) {
        ASSERT_TRUE(join("s1", numbered("/a", n)));
        ASSERT_EQ(commit(), 3U) << "the event, its number and the head";
        if (n == 43) reload();
    }
    EXPECT_EQ(store_->lines_read(), 0U);
    EXPECT_EQ(store_->waiting().waiting_events(), 44U);
    EXPECT_FALSE(join("s1", numbered("/a", 44))) << "it waits already";
    EXPECT_FALSE(join("s1", numbered("/a", 1))) << "it fills the gap";
    offer("s1", numbered("/a", 1));
    EXPECT_EQ(store_->lines_read(), 1U);
    commit();
    EXPECT_EQ(find("s1").subject.history.last, Position{45});
    EXPECT_EQ(entries(table::kWaiting) + entries(table::kWaitingEvents), 0U);
}

TEST_F(SubjectStoreTest, ALineIsReadWithWhatJoinedItInTheSameStep) {
    for (std::uint64_t n = 2; n <= 5; ++n) offer("s1", numbered("/a", n));
    commit();
    reload();
    ASSERT_TRUE(join("s1", numbered("/a", 6)));
    ASSERT_TRUE(join("s1", numbered("/a", 8)));
    offer("s1", numbered("/a", 1));
    EXPECT_EQ(find("s1").subject.history.last, Position{6});
    EXPECT_EQ(commit(), 8U + 1 + 1 + 2) << "4 events go with their numbers, 6 was never there; "
                                           "the history, the head, 8 and its number";
    reload();
    EXPECT_EQ(find("s1").subject.waiting.size(), 1U);
}

TEST_F(SubjectStoreTest, WhatHasJoinedLeavesMemoryWithTheCommit) {
    offer("s1", numbered("/a", 2));
    commit();
    reload({.waiting_bytes_max = 8 * sizeof(sequence::WaitingEvent)});
    for (std::uint64_t n = 3; n <= 300; ++n) {
        ASSERT_TRUE(join("s1", numbered("/a", n)));
        commit();
    }
    EXPECT_EQ(store_->spilled(), 0U) << "there was no need";
    EXPECT_EQ(find("s1").subject.waiting.size(), 299U);
}

TEST_F(SubjectStoreTest, AConflictIsReadAtOnce) {
    offer("s1", numbered("/a", 2));
    offer("s1", sequence::test::changed(numbered("/a", 2)));
    commit();
    reload();
    EXPECT_TRUE(find_head("s1").subject.waiting.is_read());
    EXPECT_EQ(find_head("s1").subject.conflicts.size(), 1U);
}

TEST_F(SubjectStoreTest, AnEventThatIsGoneFromALineIsDamageWhenItIsRead) {
    for (const std::uint64_t n : {2U, 3U}) offer("s1", numbered("/a", n));
    commit();
    log::Step step;
    step.homes = {HomeId{0}, HomeId{1}};
    const std::string key = in_line_key("s1", sequence::id_hash(numbered("/a", 3)));
    step.changes = {{kStoredHome, table::kWaitingEvents, key, std::nullopt}};
    ASSERT_TRUE(lease_->commit(std::move(step)).has_value());
    reload();
    EXPECT_EQ(find_head("s1").subject.waiting.size(), 2U);
    const auto found = store_->find(kStoredHome, "s1");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(found.error().message.starts_with("s1: ")) << found.error().message;
}

TEST_F(SubjectStoreTest, ATombstoneTakesTheSubjectsPlaceAndComesBackWithANewNumber) {
    offer("s1", closing(numbered("/a", 1)));
    commit();
    EXPECT_EQ(entries(table::kClosings), 1U);
    SubjectEntry& entry = find("s1");
    store_->entomb(entry, Sequencer::entomb(entry.subject));
    commit();
    EXPECT_EQ(entries(table::kSubjects) + entries(table::kClosings), 0U);
    EXPECT_EQ(entries(table::kTombstones), 1U);
    reload();
    const SubjectEntry& dead = find("s1");
    ASSERT_TRUE(dead.tombstone.has_value());
    EXPECT_EQ(dead.tombstone->last, Position{1});
    EXPECT_EQ(dead.subject.history.last, Position{0}) << "made from the tombstone when asked for";
}

TEST_F(SubjectStoreTest, DamageIsNamedWithItsSubject) {
    for (const log::Table table : {table::kSubjects, table::kWaiting}) {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}};
        step.changes = {{kStoredHome, table, "s1", "no state"}};
        ASSERT_TRUE(lease_->commit(std::move(step)).has_value());
        SubjectStore store{*lease_, {}};
        const Status loaded = store.load();
        const Error error = loaded ? store.find(kStoredHome, "s1").error() : loaded.error();
        EXPECT_EQ(error.code, ErrorCode::kCorrupt);
        EXPECT_TRUE(error.message.starts_with("s1: ")) << error.message;
    }
}

TEST_F(SubjectStoreTest, ASubjectThatCannotBeReadIsNotTakenForANewOne) {
    offer("s1", numbered("/a", 1));
    commit();
    reload();
    log_.fail({Call::kLook, {ErrorCode::kUnavailable, "later"}, 0, 1});
    EXPECT_EQ(store_->find(kStoredHome, "s1").error().message, "s1: later");
    EXPECT_EQ(find("s1").subject.history.last, Position{1}) << "asked again, it is there";
}

TEST(ClosingKey, AscendsByTimeAndIsReadBack) {
    const std::vector<Instant> times{{0}, {1}, {255}, {256}, {1'800'000'000'000}};
    std::vector<std::string> keys;
    for (const Instant at : times) {
        keys.push_back(closing_key(at, "s\xC3\xA4"));
        const auto parsed = parse_closing_key(keys.back());
        ASSERT_TRUE(parsed.has_value());
        EXPECT_EQ(*parsed, (std::pair{at, std::string{"s\xC3\xA4"}}));
    }
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    EXPECT_FALSE(parse_closing_key("1234567").has_value());
    EXPECT_EQ(parse_closing_key("12345678")->second, "");
}

TEST(TombstoneKey, IsTheSubjectsHash) {
    EXPECT_EQ(tombstone_key("s1").size(), 8U);
    EXPECT_EQ(tombstone_key("s1"), tombstone_key("s1"));
    EXPECT_NE(tombstone_key("s1"), tombstone_key("s2"));
}

}  // namespace
}  // namespace sluice::runtime
