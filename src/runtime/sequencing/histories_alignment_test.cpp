// Histories C of docs/architecture/histories.md: alignment saves work and never stops anything.

#include "base/test_seed.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;
using test::subject_of_home;
using Ids = std::vector<std::string>;

Event dated(Event event, const char* time) {
    event.time = time;
    return event;
}

/// The head of A/0 bears a year far ahead, and B has a backlog for hours. What stands behind the
/// head is read while the backlog still lasts.
class HistoryC1 : public testing::TestWithParam<const char*> {};

TEST_P(HistoryC1, OneRecordDatedAheadStopsNoPartition) {
    constexpr std::uint64_t kBacklog = 4'000;
    SessionRig rig{test::shop_plan()};
    rig.options().turn_records_max = 4;
    rig.options().step_records_max = 100;
    const std::string poisoned = subject_of_home(HomeId{0}, 3, 0);
    const std::string behind = subject_of_home(HomeId{0}, 3, 1);
    rig.publish({dated(event("a.made", poisoned, "/a", 1), GetParam())});
    std::vector<Event> rightly;
    for (std::uint64_t n = 1; n <= 20; ++n) {
        rightly.push_back(dated(event("a.made", behind, "/a", n), "2026-06-01T00:00:00Z"));
    }
    rig.publish(rightly);
    std::vector<Event> backlog;
    for (std::uint64_t n = 0; n < kBacklog; ++n) {
        const std::string subject = fmt::format("b{}", n);
        backlog.push_back(dated(event("b.sent", subject, "/b", 1), "2020-01-01T00:00:00Z"));
    }
    rig.publish(backlog);
    rig.open();
    while (rig.ordered(behind).size() < rightly.size()) {
        const auto moved = rig.step();
        ASSERT_TRUE(moved.has_value() && moved.value());
    }
    // 1 + 20 records of A at 4 a turn are 6 turns, each within 64, of 4 records.
    EXPECT_LE(rig.probe().read, 6U * 64U * 4U + 100U);
    EXPECT_LT(rig.probe().read, kBacklog) << "the backlog is not exhausted";
    EXPECT_EQ(rig.ordered(poisoned).size(), 1U);
    rig.settle();
    EXPECT_EQ(rig.probe().released, 1 + rightly.size() + kBacklog);
}

INSTANTIATE_TEST_SUITE_P(
    Times, HistoryC1, testing::Values("2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
);

/// The backlog is older: where nothing is dated ahead, the older topic is read first, so that what
/// waits stays little.
TEST(HistoryC1, ARebuildKeepsLittleWaiting) {
    SessionRig rig{test::shop_plan()};
    rig.options().turn_records_max = 1;
    std::vector<Event> made;
    std::vector<Event> sent;
    for (int s = 0; s < 1'000; ++s) {
        const std::string subject = fmt::format("s{}", s);
        const std::string day = fmt::format("2026-01-{:02}T{:02}:", 1 + s / 100, (s % 100) / 5);
        made.push_back(dated(event("a.made", subject, "/a", 1), (day + "00:00Z").c_str()));
        sent.push_back(dated(event("b.sent", subject, "/a", 2), (day + "01:00Z").c_str()));
    }
    rig.publish(sent);  // the whole topic lies there before the other
    rig.publish(made);
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.probe().released, 2'000U);
    EXPECT_LT(rig.probe().waiting_max, 50U) << "of those that take no detour, a third";
}

/// Each of three tasks is full of events whose predecessors another has to forward, and has room
/// for next to nothing in memory, in a step and in a read.
TEST(HistoryC2, TasksFullOfOneAnothersSuccessorsDoNotWaitInACircle) {
    constexpr int kSubjects = 120;
    SessionRig rig{test::shop_plan()};
    rig.options().cached.subjects_max = 1;
    rig.options().step_records_max = 2;
    rig.options().step_bytes_max = 1;
    rig.options().turn_records_max = 1;
    rig.options().read.records_max = 1;
    std::vector<Event> successors;
    std::vector<Event> predecessors;
    for (int s = 0; s < kSubjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        successors.push_back(dated(event("a.made", subject, "/a", 2), "2020-01-01T00:00:00Z"));
        predecessors.push_back(dated(event("b.sent", subject, "/a", 1), "2030-01-01T00:00:00Z"));
    }
    rig.publish(successors);
    rig.open(3);
    rig.settle();
    EXPECT_EQ(rig.count(&SequencingProbe::waiting_now), static_cast<std::uint64_t>(kSubjects));
    rig.publish(predecessors);
    rig.settle();
    EXPECT_EQ(rig.count(&SequencingProbe::released), 2U * kSubjects);
    EXPECT_EQ(rig.count(&SequencingProbe::waiting_now), 0U);
    EXPECT_EQ(rig.count(&SequencingProbe::flooded), 0U);
    for (int s = 0; s < kSubjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1", subject + "/a.2"}));
    }
}

/// Times and budgets of every size: whatever is published is released, each subject in order.
TEST(HistoryCModel, NeitherTimesNorBudgetsDecideWhatIsReleased) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::array<const char*, 4> kTimes{
        "1970-01-01T00:00:00Z",
        "2026-01-02T03:04:05Z",
        "2027-01-15T08:00:00Z",  // about the clock's
        "2099-01-01T00:00:00Z"};
    for (int round = 0; round < 6; ++round) {
        SessionRig rig{test::shop_plan()};
        rig.options().cached.subjects_max = random() % 20;
        rig.options().step_records_max = 1 + random() % 50;
        rig.options().step_bytes_max = std::size_t{1} << (random() % 16);
        rig.options().turn_records_max = 1 + random() % 20;
        rig.options().read = {1 + random() % 30, std::size_t{1} << (random() % 16)};
        std::vector<Event> events;
        for (int s = 0; s < 25; ++s) {
            for (std::uint64_t n = 1; n <= 6; ++n) {
                const char* type = random() % 2 == 0 ? "a.made" : "b.sent";
                const Event made = event(type, fmt::format("s{}", s), "/a", n);
                events.push_back(dated(made, kTimes.at(random() % kTimes.size())));
            }
        }
        std::shuffle(events.begin(), events.end(), random);
        rig.publish(events);
        rig.open(1 + random() % 3);
        ASSERT_NO_FATAL_FAILURE(rig.settle());
        for (int s = 0; s < 25; ++s) {
            const Ids ids = rig.ordered(fmt::format("s{}", s));
            ASSERT_EQ(ids.size(), 6U);
            ASSERT_TRUE(std::is_sorted(ids.begin(), ids.end()));
        }
    }
}

}  // namespace
}  // namespace sluice::runtime
