// Histories are stored later than they change. Whenever a process ends, what the next one folds
// from the ordered topic must be what the one before had in memory.

#include "runtime/subjects/history_fold.hpp"

#include "base/test_seed.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/inspect/inspect_histories.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "runtime/subjects/state_audit_fixture.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using sequence::Sequencer;
using sequence::SweepId;
using test::event;
using test::FaultyLog;
using test::SessionRig;
using Ids = std::vector<std::string>;

constexpr Milliseconds kDay{std::chrono::hours{24}};

/// A store whose steps append to the ordered topic what the sequencer released, by hand: two homes.
class Bench {
public:
    explicit Bench(HistoryLimits limits, std::size_t subjects_max = 100'000)
        : options_{{subjects_max, std::size_t{64} << 20}, limits, "d.ordered"} {
        EXPECT_TRUE(log_->create_topic({"d.ordered", 2}));
        open();
    }

    /// As another process would: from the log alone.
    void open() {
        const Status opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
    }

    Status try_open() {
        store_.reset();
        lease_.reset();
        lease_ = log_->take("sequencer.d", {HomeId{0}, HomeId{1}}).value();
        store_ = std::make_unique<SubjectStore>(*lease_, options_);
        EXPECT_TRUE(store_->load());
        store_->begin_step(now_);
        return fold_histories({*log_, *lease_, "d", probe_}, *store_);
    }

    void offer(const std::string& subject, sequence::Arrival arrival) {
        arrival.subject = subject;
        const HomeId home = home_of(subject, 2);
        SubjectEntry& entry = *store_->find(home, subject).value();
        auto decisions = sequencer_.offer(entry.subject, std::move(arrival), now_, SweepId{1});
        for (sequence::Decision& one : decisions) {
            auto* release = std::get_if<sequence::Release>(&one);
            if (release == nullptr) continue;
            appends_[home.value].push_back(sequence::to_ordered(std::move(*release)));
        }
        store_->changed(entry);
    }

    void commit(HistoryQueue::Due due = HistoryQueue::Due::kDue) {
        log::Step step;
        std::vector<std::pair<HomeId, std::size_t>> counts;
        for (auto& [home, records] : std::exchange(appends_, {})) {
            counts.emplace_back(HomeId{home}, records.size());
            step.appends.push_back({{"d.ordered", PartitionId{home}}, std::move(records)});
        }
        store_->write(step, due);
        step.homes = {HomeId{0}, HomeId{1}};
        const auto written = lease_->commit(std::move(step));
        ASSERT_TRUE(written.has_value()) << written.error().message;
        std::size_t records = 0;
        for (const auto& [home, count] : counts) {
            records += count;
            store_->histories().ends_at(home, written.value()[records - 1].next());
        }
        store_->committed();
        now_ = now_ + Milliseconds{100};
        store_->begin_step(now_);
    }

    /// All of the subject, as a step would meet it.
    sequence::Subject subject(const std::string& name) {
        const auto found = store_->find(home_of(name, 2), name);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return found.value()->subject;
    }

    [[nodiscard]] std::size_t entries(log::Table table) const {
        return lease_->scan(HomeId{0}, table, "", 100'000).value().size() +
               lease_->scan(HomeId{1}, table, "", 100'000).value().size();
    }

    /// What only Kafka does to a machine: the tables that are a fold are not there.
    void lose_folds() {
        lose({table::kSubjects, table::kTombstones, table::kClosings, table::kTrueUntil});
    }

    void lose(const std::vector<log::Table>& tables) {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}};
        for (const HomeId home : step.homes) {
            for (const log::Table table : tables) {
                for (auto& [key, value] : lease_->scan(home, table, "", 100'000).value()) {
                    step.changes.push_back({home, table, key, std::nullopt});
                }
            }
        }
        ASSERT_TRUE(lease_->commit(std::move(step)).has_value());
    }

    [[nodiscard]] FaultyLog& log() { return *log_; }

    [[nodiscard]] SubjectStore& store() { return *store_; }

    [[nodiscard]] SequencingProbe& probe() { return probe_; }

    [[nodiscard]] log::Lease& lease() { return *lease_; }

private:
    static std::unique_ptr<FaultyLog> open_log(const log::test::ScratchDirectory& at) {
        auto options = log::test::test_options(at.path());
        options.durability = log::Durability::kProcessCrash;
        return std::make_unique<FaultyLog>(log::test::open_or_fail(options));
    }

    const Sequencer sequencer_{sequence::SequencerOptions{}};
    log::test::ScratchDirectory scratch_;
    std::unique_ptr<FaultyLog> log_{open_log(scratch_)};
    SubjectStore::Options options_;
    SequencingProbe probe_;
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<SubjectStore> store_;
    std::map<std::uint32_t, std::vector<Record>> appends_;
    Instant now_{1'000'000};
};

HistoryLimits never() {
    HistoryLimits limits;
    limits.age_max = kDay;
    return limits;
}

TEST(HistoryFold, WhatWasReleasedLastIsFoundInTheTopic) {
    Bench bench{never()};
    for (std::uint64_t n = 1; n <= 5; ++n) {
        bench.offer("s1", sequence::test::numbered("/a", n));
        bench.commit();
    }
    const sequence::Subject before = bench.subject("s1");
    EXPECT_EQ(bench.entries(table::kSubjects), 0U);
    EXPECT_EQ(bench.store().histories().ahead(), 1U);
    bench.open();
    EXPECT_EQ(bench.subject("s1"), before);
    EXPECT_EQ(bench.probe().histories_folded, 5U);
    bench.commit(HistoryQueue::Due::kAll);
    EXPECT_EQ(bench.entries(table::kSubjects), 1U);
    EXPECT_EQ(bench.store().histories().ahead(), 0U);
    bench.open();
    EXPECT_EQ(bench.probe().histories_folded, 5U) << "nothing was left to fold";
    EXPECT_EQ(bench.subject("s1"), before);
}

TEST(HistoryFold, WhatWaitsIsThereWithTheHistoryItWaitsFor) {
    Bench bench{never()};
    bench.offer("s1", sequence::test::numbered("/a", 1));
    bench.offer("s1", sequence::test::numbered("/a", 3));
    bench.commit();
    bench.open();
    EXPECT_EQ(bench.subject("s1").waiting.size(), 1U);
    bench.offer("s1", sequence::test::numbered("/a", 2));
    bench.commit();
    EXPECT_EQ(bench.subject("s1").history.last, Position{3});
}

TEST(HistoryFold, RetentionTakesNothingThatIsStillToBeFolded) {
    HistoryLimits limits = never();
    limits.records_max = 4;  // two of each home
    Bench bench{limits};
    const std::string name = test::subject_of_home(HomeId{0}, 2);
    for (std::uint64_t n = 1; n <= 9; ++n) {
        bench.offer(name, sequence::test::numbered("/a", n));
        bench.commit();
    }
    const log::PartitionRef ordered{"d.ordered", PartitionId{0}};
    const Offset until = test::true_until(bench.log(), "d", HomeId{0});
    EXPECT_GT(until, Offset{0});
    EXPECT_LT(until, Offset{9});
    EXPECT_EQ(bench.log().trim(ordered, until.next()).error().code, ErrorCode::kConflict);
    ASSERT_TRUE(bench.log().trim(ordered, until));
    const sequence::Subject before = bench.subject(name);
    bench.open();
    EXPECT_EQ(bench.subject(name), before);
}

TEST(HistoryFold, WithoutABeginningNothingIsGuessed) {
    Bench bench{never()};
    const std::string name = test::subject_of_home(HomeId{1}, 2);
    bench.offer(name, sequence::test::numbered("/a", 1));
    bench.offer(name, sequence::test::numbered("/a", 2));
    bench.commit(HistoryQueue::Due::kAll);
    bench.offer(name, sequence::test::numbered("/a", 3));
    bench.commit(HistoryQueue::Due::kAll);
    ASSERT_TRUE(bench.log().trim({"d.ordered", PartitionId{1}}, Offset{2}));
    bench.lose_folds();
    const Status opened = bench.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(opened.error().message.starts_with("d.ordered/1: it begins at offset 2"))
        << opened.error().message;
}

TEST(HistoryFold, ATopicThatDisagreesIsNamedByItsOffset) {
    Bench bench{never()};
    const std::string name = test::subject_of_home(HomeId{0}, 2);
    bench.offer(name, sequence::test::numbered("/a", 1));
    bench.commit();
    auto read = bench.log().read({"d.ordered", PartitionId{0}}, Offset{0}, {});
    std::vector<log::Append> again{{{"d.ordered", PartitionId{0}}, {read.value().front().record}}};
    ASSERT_TRUE(bench.log().publish(std::move(again)).has_value());
    const Status opened = bench.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(opened.error().message.starts_with("d.ordered/0: offset 1: "))
        << opened.error().message;
}

TEST(HistoryFold, ASubjectThatWasForgottenLivesAgainFromOne) {
    Bench bench{never()};
    bench.offer("s1", sequence::test::closing(sequence::test::numbered("/a", 1)));
    bench.commit();
    bench.commit(HistoryQueue::Due::kAll);
    ASSERT_NO_FATAL_FAILURE(bench.lose({table::kSubjects, table::kClosings}));  // 400 days later
    bench.open();
    ASSERT_EQ(bench.subject("s1").history.last, Position{0});
    bench.offer("s1", sequence::test::renamed(sequence::test::numbered("/a", 1), "another"));
    bench.offer("s1", sequence::test::numbered("/a", 2));
    bench.commit();
    const sequence::Subject before = bench.subject("s1");
    ASSERT_EQ(before.history.last, Position{2});
    for (const bool from_nothing : {false, true}) {
        if (from_nothing) bench.lose_folds();
        bench.open();
        EXPECT_EQ(bench.subject("s1"), before);
    }
}

TEST(HistoryFold, TheOffsetIsReadBackAndDamageIsNamed) {
    for (const std::int64_t offset : {0LL, 1LL, 300LL, 1LL << 40}) {
        EXPECT_EQ(decode_true_until(encode_true_until(Offset{offset})).value(), Offset{offset});
    }
    const std::string good = encode_true_until(Offset{300});
    for (const std::string& bad : {good + "x", good.substr(0, 2), std::string{}, "\x02" + good}) {
        EXPECT_EQ(decode_true_until(bad).error().code, ErrorCode::kCorrupt);
    }
}

/// Offers of all kinds to few subjects, with a crash after some of the steps; a copy of every
/// subject is kept beside, and no crash may change any of them. Now and then the tables that are a
/// fold are lost as a whole.
TEST(HistoryFoldModel, AfterEveryCrashSubjectsAreWhatTheyWere) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 12; ++round) {
        HistoryLimits limits;
        limits.records_max = random() % 60;
        limits.age_max = Milliseconds{random() % 3'000};
        limits.step_bytes_max = 50 + random() % 2'000;
        Bench bench{limits, random() % 20};
        constexpr std::uint64_t kSubjects = 12;
        std::map<std::string, std::uint64_t> next;
        for (int step = 0; step < 60; ++step) {
            for (std::uint64_t n = random() % 6; n > 0; --n) {
                const std::string name = fmt::format("s{}", random() % kSubjects);
                std::uint64_t& number = next[name];
                auto arrival = sequence::test::numbered("/a", ++number + random() % 2);
                if (random() % 6 == 0) arrival = sequence::test::closing(arrival);
                if (random() % 5 == 0) {
                    arrival = sequence::test::unnumbered("/x", fmt::format("x{}", random() % 90));
                    arrival.marks = {random() % 4};
                }
                bench.offer(name, std::move(arrival));
            }
            ASSERT_NO_FATAL_FAILURE(bench.commit());
            if (random() % 5 != 0) continue;
            std::map<std::string, sequence::Subject> before;
            for (const auto& [name, number] : next) before[name] = bench.subject(name);
            if (random() % 4 == 0) bench.lose_folds();
            ASSERT_NO_FATAL_FAILURE(bench.open());
            for (const auto& [name, subject] : before) {
                const sequence::Subject now = bench.subject(name);
                ASSERT_EQ(now.history, subject.history) << name;
                ASSERT_EQ(now.waiting, subject.waiting) << name;
            }
        }
    }
}

DomainPlan closing_plan() {
    DomainPlan plan = test::shop_plan();
    plan.types["a.cancelled"].closes = true;
    plan.closed_kept = 7 * kDay;
    plan.tombstone_kept = 400 * kDay;
    return plan;
}

TEST(HistoryFold, ATimerOfAClosedSubjectIsFoundAfterACrash) {
    SessionRig rig{closing_plan()};
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.entries(table::kClosings), 0U) << "it is ahead";
    rig.open();
    rig.clock().advance(8 * kDay);
    rig.settle();
    rig.clock().advance(kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);
    EXPECT_EQ(rig.entries(table::kSubjects), 0U);
}

/// The tombstone goes; a crash right after it must not meet a record that it does not know.
TEST(HistoryFold, ATombstoneGoesOnlyWhenNothingOfItsSubjectIsToBeFolded) {
    SessionRig rig{closing_plan()};
    rig.options().histories = never();
    rig.options().histories.age_max = 1'000 * kDay;
    rig.open();
    const std::string other = test::subject_of_home(home_of("s1", 3), 3, 1);
    rig.publish({event("a.made", other, "/a", 1), event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    rig.stop();  // its timer is stored
    rig.open();
    rig.publish({event("a.made", other, "/a", 2), event("a.cancelled", "s1", "/a", 2)});
    rig.settle();
    rig.stop();
    rig.open();
    rig.clock().advance(8 * kDay);
    rig.publish({event("a.made", other, "/a", 3)});  // ahead for three years
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);
    rig.clock().advance(402 * kDay);
    rig.settle();
    rig.clock().advance(kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U) << "its home is not stored as far as that";
    rig.stop();
    rig.open();
    rig.clock().advance(kDay);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
    rig.open();
    rig.settle();
    rig.publish({event("a.made", other, "/a", 4)});
    rig.settle();
    EXPECT_EQ(rig.ordered(other).size(), 4U);
}

TEST(HistoryFold, AStopStoresAllAndTheNextOpeningReadsNothing) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    std::vector<Event> events;
    for (int s = 0; s < 40; ++s) events.push_back(event("a.made", fmt::format("s{}", s), "/a", 1));
    rig.publish(events);
    rig.settle();
    EXPECT_EQ(rig.entries(table::kSubjects), 0U);
    ASSERT_NO_FATAL_FAILURE(rig.stop());
    EXPECT_EQ(rig.entries(table::kSubjects), 40U);
    rig.open();
    EXPECT_EQ(rig.count(&SequencingProbe::histories_folded), 0U);
    test::expect_state_is_the_fold(rig.log(), "shop");
}

TEST(HistoryFold, WhyKnowsWhatIsNotStoredYet) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.made", "s1", "/a", 2)});
    rig.settle();
    ASSERT_EQ(rig.entries(table::kSubjects), 0U);
    const auto lines = why(rig.log(), "s1");
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 1U);
    EXPECT_NE(lines->front().text.find("released up to position 2"), std::string::npos);
    const std::vector<std::string> names{"s1", "nobody"};
    const auto histories = peek_histories(rig.log(), "shop", home_of("s1", 3), names);
    ASSERT_TRUE(histories.has_value());
    EXPECT_EQ(histories.value().size(), 1U);
}

}  // namespace
}  // namespace sluice::runtime
