#include "sim/draw_events.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace sluice::sim {
namespace {

constexpr std::size_t kEvents = 2'000;

class DrawEventsTest : public testing::Test {
protected:
    History drawn(const Troubles& troubles) {
        History history;
        history.events = draw_events(random_, troubles, kEvents);
        return history;
    }

    std::vector<std::uint32_t> arrivals(const Troubles& troubles, const History& history) {
        return draw_arrivals(random_, troubles, history);
    }

    static std::vector<std::uint32_t> once_each(const History& history) {
        std::vector<std::uint32_t> all(history.events.size());
        std::iota(all.begin(), all.end(), 0U);
        return all;
    }

private:
    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    Random random_{seed_};
};

TEST_F(DrawEventsTest, WithoutTroubleNothingIsWrong) {
    for (const EventSpec& event : drawn({}).events) {
        EXPECT_FALSE(event.invalid);
        EXPECT_EQ(event.version, 0U);
        EXPECT_EQ(event.verdict, Verdict::kDone);
        EXPECT_NE(event.kind, Kind::kClosed);
        EXPECT_LT(event.number, 1'000'000U);
    }
}

TEST_F(DrawEventsTest, NothingHappensBeforeWhatItDependsOn) {
    std::map<std::uint32_t, std::uint64_t> made;
    std::map<std::uint32_t, std::set<std::uint32_t>> undone;
    std::size_t dones = 0;
    for (const EventSpec& event : drawn({}).events) {
        if (event.kind == Kind::kMade || event.kind == Kind::kChanged) ++made[event.subject];
        if (event.kind == Kind::kSent) {
            EXPECT_LE(event.stamp, made[event.subject]);
            EXPECT_TRUE(undone[event.subject].insert(event.parcel).second);
        }
        if (event.kind == Kind::kDone) {
            ++dones;
            EXPECT_EQ(undone[event.subject].erase(event.parcel), 1U) << "sent, and done once";
        }
    }
    EXPECT_GT(dones, 0U);
}

TEST_F(DrawEventsTest, ASubjectClosesOnce) {
    Troubles troubles;
    troubles.closings = true;
    std::set<std::uint32_t> closed;
    for (const EventSpec& event : drawn(troubles).events) {
        if (event.kind != Kind::kClosed) continue;
        EXPECT_TRUE(closed.insert(event.subject).second);
        EXPECT_GT(event.number, 2U) << "it had a life before";
    }
    EXPECT_FALSE(closed.empty());
}

TEST_F(DrawEventsTest, AConflictIsTheEventBeforeItWithOtherContent) {
    Troubles troubles;
    troubles.conflicts = true;
    const History history = drawn(troubles);
    for (std::size_t i = 0; i < history.events.size(); ++i) {
        EventSpec event = history.events[i];
        if (event.version == 0) continue;
        ASSERT_GT(i, 0U);
        EXPECT_EQ(id_of(event), id_of(history.events[i - 1]));
        event.version = 0;
        EXPECT_EQ(event, history.events[i - 1]);
    }
}

TEST_F(DrawEventsTest, WithoutLagAllArriveAsTheyHappened) {
    Troubles troubles;
    troubles.lag_max = 0;
    const History history = drawn(troubles);
    EXPECT_EQ(arrivals(troubles, history), once_each(history));
}

TEST_F(DrawEventsTest, LagAndStopsLoseNothingAndRepeatNothing) {
    Troubles troubles;
    troubles.lag_max = 600;
    troubles.stops = 3;
    const History history = drawn(troubles);
    std::vector<std::uint32_t> all = arrivals(troubles, history);
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, once_each(history));
}

TEST_F(DrawEventsTest, LossesLoseSomeAndCopiesRepeatSome) {
    Troubles troubles;
    troubles.losses = true;
    History history = drawn(troubles);
    EXPECT_LT(arrivals(troubles, history).size(), kEvents);
    troubles = {};
    troubles.copies = 3;
    history = drawn(troubles);
    std::map<std::uint32_t, int> times;
    for (const std::uint32_t index : arrivals(troubles, history)) ++times[index];
    EXPECT_EQ(times.size(), history.events.size());
    const auto is_repeated = [](const auto& one) { return one.second == 2; };
    const auto repeated = std::count_if(times.begin(), times.end(), is_repeated);
    EXPECT_GT(repeated, 400) << "about a third of 2000";
    EXPECT_LT(repeated, 950);
}

}  // namespace
}  // namespace sluice::sim
