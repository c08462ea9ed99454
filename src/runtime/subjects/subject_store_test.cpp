#include "base/hash.hpp"
#include "runtime/subjects/subject_store_fixture.hpp"
#include "sequence/state_codec.hpp"

#include <algorithm>

namespace sluice::runtime {
namespace {

using sequence::Sequencer;
using sequence::test::closing;
using sequence::test::numbered;
using test::Call;
using test::kStoredHome;
using test::SubjectStoreTest;
using Which = SubjectStore::Which;

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

TEST_F(SubjectStoreTest, SubjectsOfOneNameAtTwoHomesAreStoredApart) {
    offer("s1", numbered("/a", 1), HomeId{0});
    commit();
    reload();
    EXPECT_EQ(find("s1", HomeId{1}).subject.history.last, Position{0});
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
