// History A4 of docs/architecture/histories.md: the first start on topics whose beginning retention
// has cut.

#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;
using Ids = std::vector<std::string>;

constexpr Milliseconds kMinute{60'000};

/// The channel's partition begins behind the first `gone` records of the subject.
void cut(SessionRig& rig, const std::string& subject, std::uint64_t gone) {
    std::vector<Event> older;
    for (std::uint64_t n = 1; n <= gone; ++n) older.push_back(event("a.made", subject, "/a", n));
    rig.publish(older);
    const log::PartitionRef at{"shop.a", partition_by_murmur2(subject, 3)};
    ASSERT_TRUE(rig.log().trim(at, rig.log().ends(at).value().committed));
}

TEST(HistoryA4, SubjectsThatBeginBeforeTheCutStartWhereTheyAre) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "old", 4);
    rig.publish({event("a.made", "old", "/a", 5), event("a.cancelled", "old", "/a", 6)});
    rig.publish({event("a.made", "new", "/a", 1)});
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.ordered("new"), (Ids{"new/a.1"})) << "nobody else waits for the sweep";
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("old"), (Ids{"gap.old.1", "old/a.5", "old/a.6"}));
    EXPECT_EQ(rig.ordered("new"), (Ids{"new/a.1"}));
}

TEST(HistoryA4, AHoleAboveTheFirstNumberSeenStaysAGap) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "old", 4);
    rig.publish({event("a.made", "old", "/a", 5), event("a.made", "old", "/a", 7)});
    rig.open();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("old"), (Ids{"gap.old.1", "old/a.5"}));
    EXPECT_EQ(rig.probe().waiting_now, 1U);
    rig.publish({event("a.made", "old", "/a", 6)});
    rig.settle();
    EXPECT_EQ(rig.ordered("old"), (Ids{"gap.old.1", "old/a.5", "old/a.6", "old/a.7"}));
}

TEST(HistoryA4, WhatARuleAsksForMayLieBeforeTheCutAsWell) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "old", 1);
    Event done = event("c.done", "old", "/c", 0);
    done.data = R"({"parcel":"p1"})";
    rig.publish({done});
    rig.open();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("old"), (Ids{"gap.old.1", done.id}));
}

/// The event is in the house: it lies on the detour, at another home, behind a task that has not
/// begun. It is no older event, and the sweep knows.
TEST(HistoryA4, WhatIsUnderWayIsNotTakenForOlder) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "cut", 1);
    const std::string subject = [] {
        for (int s = 0;; ++s) {
            std::string name = fmt::format("s{}", s);
            const bool far = reader_of(partition_by_crc32(name, 5), 3) == HomeId{1};
            if (far && home_of(name, 3) == HomeId{0}) return name;
        }
    }();
    rig.publish({event("b.sent", subject, "/a", 1), event("a.made", subject, "/a", 2)});
    ASSERT_TRUE(rig.try_open(0, 2));  // homes 0 and 2; home 1 reads the partition of b
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered(subject), Ids{});
    ASSERT_TRUE(rig.try_open(1, 2));
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered(subject), (Ids{subject + "/a.1", subject + "/a.2"}));
}

TEST(HistoryA4, OlderWaitMeansWait) {
    DomainPlan plan = test::shop_plan();
    plan.assume_older = false;
    SessionRig rig{plan};
    cut(rig, "old", 4);
    rig.publish({event("a.made", "old", "/a", 5)});
    rig.open();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("old"), Ids{});
    EXPECT_EQ(rig.probe().waiting_now, 1U);
}

TEST(HistoryA4, WhereNothingIsCutNothingIsAssumed) {
    SessionRig rig{test::shop_plan()};
    rig.publish({event("a.made", "young", "/a", 5)});
    rig.open();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("young"), Ids{});
}

TEST(HistoryA4, ARestartBeforeTheFirstSweepForgetsNothing) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "old", 4);
    rig.publish({event("a.made", "old", "/a", 5)});
    rig.open();
    ASSERT_TRUE(rig.step().has_value());  // the first: what was decided is in it
    rig.restart_process();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("old"), (Ids{"gap.old.1", "old/a.5"}));
}

TEST(HistoryA4, ItIsForTheFirstStartOnly) {
    SessionRig rig{test::shop_plan()};
    cut(rig, "old", 4);
    rig.open();
    rig.settle_for(kMinute);
    rig.publish({event("a.made", "late", "/a", 5)});
    rig.restart_process();
    rig.settle_for(kMinute);
    EXPECT_EQ(rig.ordered("late"), Ids{});
}

TEST(HistoryA4, EachOfSeveralTasksAssumesForItsOwnHomes) {
    SessionRig rig{test::shop_plan()};
    Ids subjects;
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        subjects.push_back(test::subject_of_home(home, 3));
    }
    cut(rig, subjects[1], 2);  // one cut partition is enough: nobody knows what lay in it
    for (const std::string& subject : subjects) rig.publish({event("a.made", subject, "/a", 3)});
    rig.open(3);
    rig.settle_for(kMinute);
    for (const std::string& subject : subjects) {
        EXPECT_EQ(rig.ordered(subject), (Ids{"gap." + subject + ".1", subject + "/a.3"}));
    }
}

}  // namespace
}  // namespace sluice::runtime
