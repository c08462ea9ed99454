// History A8 of docs/architecture/histories.md, over many subjects: a source that lies about all of
// them.

#include "base/test_seed.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;

constexpr std::uint64_t kLie = 1'000'000'000;
constexpr std::uint64_t kRoom = 60;

DomainPlan with_room(std::uint64_t events, std::uint64_t bytes = std::uint64_t{1} << 30) {
    DomainPlan plan = test::shop_plan();
    plan.source_waiting = {events, bytes};
    return plan;
}

/// n = 10^9, of a subject that nobody has heard of.
Event lie(std::uint64_t at) {
    return event("a.made", fmt::format("random-{}", at), "/liar", kLie + at);
}

void lies(SessionRig& rig, std::uint64_t from, std::uint64_t to) {
    std::vector<Event> events;
    for (std::uint64_t at = from; at < to; ++at) events.push_back(lie(at));
    rig.publish(events);
    rig.settle();
}

TEST(HistoryA8Source, ALiarOnRandomSubjectsFillsItsOwnRoomAndNobodyElses) {
    SessionRig rig{with_room(kRoom)};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 2)});  // waits, and is of another source
    lies(rig, 0, 500);
    EXPECT_EQ(rig.probe().waiting_now, kRoom + 1);
    EXPECT_EQ(rig.probe().flooded_source, 500 - kRoom);
    EXPECT_EQ(rig.probe().flooded, 500 - kRoom);
    EXPECT_EQ(rig.entries(table::kWaiting), kRoom + 1) << "what went aside leaves no mark";
    EXPECT_LE(rig.entries(table::kSubjects), kRoom + 1);
    rig.publish({event("a.made", "s2", "/a", 2), event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 2U);
    EXPECT_EQ(rig.probe().waiting_now, kRoom + 1) << "/a waits as ever";
}

TEST(HistoryA8Source, AtTheBoundWhatCanGoGoesAndMakesRoom) {
    SessionRig rig{with_room(3)};
    rig.open();
    for (const char* s : {"s1", "s2", "s3"}) rig.publish({event("a.made", s, "/a", 2)});
    rig.settle();
    rig.publish({event("a.made", "s4", "/a", 1), event("a.made", "s4", "/a", 3)});
    rig.settle();
    EXPECT_EQ(rig.probe().flooded_source, 1U) << "s4's 3 waits for 2";
    EXPECT_EQ(rig.ordered("s4").size(), 1U) << "its 1 waits for nothing";
    rig.publish({event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 2U);
    rig.publish({event("a.made", "s4", "/a", 4)});
    rig.settle();
    EXPECT_EQ(rig.probe().waiting_now, 3U) << "there is room for s4's 4 now";
    rig.publish({event("a.made", "s4", "/a", 2), event("a.made", "s4", "/a", 3)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s4").size(), 4U) << "sent again, 3 comes into its place";
}

TEST(HistoryA8Source, BytesAreABoundToo) {
    SessionRig rig{with_room(1'000, std::uint64_t{64} << 10)};
    rig.open();
    for (std::uint64_t n = 0; n < 10; ++n) {
        Event fat = lie(n);
        fat.data = std::string(std::size_t{20} << 10, 'x');
        rig.publish({fat});
    }
    rig.settle();
    EXPECT_EQ(rig.probe().waiting_now, 3U);
    EXPECT_EQ(rig.probe().flooded_source, 7U);
}

TEST(HistoryA8Source, TheCountOutlivesARestartAndIsSharedOutAmongTasks) {
    SessionRig rig{with_room(kRoom)};
    rig.open();
    lies(rig, 0, kRoom);
    EXPECT_EQ(rig.probe().flooded_source, 0U);
    rig.restart_process();
    lies(rig, kRoom, kRoom + 10);
    EXPECT_EQ(rig.probe().flooded_source, 10U);
    rig.open(/*tasks=*/3);
    lies(rig, 1'000, 1'500);
    const std::uint64_t waiting = rig.entries(table::kWaiting);
    EXPECT_GE(waiting, kRoom);
    // A home may have held more than its share when the homes were one task's.
    EXPECT_LE(waiting, kRoom + 2 * (kRoom / 3));
}

/// Whatever comes in whatever order: no source has more waiting than it may, the others are whole,
/// and of the bounded one nothing is lost: it is released, waits, or lies aside.
TEST(HistoryA8SourceModel, NothingIsLostAndTheOthersAreUntouched) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5; ++round) {
        SessionRig rig{with_room(8)};
        rig.open();
        std::vector<Event> events;
        for (std::uint64_t s = 0; s < 6; ++s) {
            for (std::uint64_t n = 1; n <= 10; ++n) {
                events.push_back(event("a.made", fmt::format("s{}", s), "/many", n));
                if (n <= 2) events.push_back(event("b.sent", fmt::format("s{}", s), "/few", n));
            }
        }
        std::shuffle(events.begin(), events.end(), random);
        for (const Event& one : events) {
            rig.publish({one});
            rig.settle();
            ASSERT_LE(rig.probe().waiting_now, 8U + 6U);
        }
        std::size_t few = 0;
        std::size_t all = rig.probe().waiting_now;
        for (std::uint64_t s = 0; s < 6; ++s) {
            const auto ids = rig.ordered(fmt::format("s{}", s));
            all += ids.size();
            few +=
                static_cast<std::size_t>(std::count_if(ids.begin(), ids.end(), [](const auto& id) {
                    return id.find("few") != std::string::npos;
                }));
        }
        EXPECT_EQ(few, 12U);
        EXPECT_EQ(all + rig.probe().flooded_source, events.size());
        EXPECT_GT(rig.probe().flooded_source, 0U);
    }
}

}  // namespace
}  // namespace sluice::runtime
