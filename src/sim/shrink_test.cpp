#include "sim/shrink.hpp"

#include "base/test_seed.hpp"
#include "sim/draw.hpp"
#include "sim/reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::sim {
namespace {

bool go_on(std::size_t /*plays*/, std::size_t /*actions*/) {
    return true;
}

std::size_t count(const History& history, Act act) {
    return static_cast<std::size_t>(std::count_if(
        history.actions.begin(),
        history.actions.end(),
        [act](const Action& a) { return a.act == act; }
    ));
}

TEST(Shrink, LeavesWhatIsNeededAndNothingElse) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const History history = draw(seed, 800);
    ASSERT_GE(count(history, Act::kArrive), 2U);
    // "Fails" when two events of one subject arrive and a step comes after them.
    const auto fails = [](const History& tried) {
        std::vector<std::uint32_t> arrived;
        std::map<std::uint32_t, int> of_subject;
        bool pair = false;
        for (const Action& action : tried.actions) {
            if (action.act == Act::kArrive) {
                pair = pair || ++of_subject[tried.events[action.what].subject] >= 2;
            } else if (action.act == Act::kStep && pair) {
                return true;
            }
        }
        return false;
    };
    ASSERT_TRUE(fails(history));
    const History shortest = shrink(history, fails, 5'000, go_on);
    EXPECT_TRUE(fails(shortest));
    EXPECT_EQ(shortest.actions.size(), 3U);
    EXPECT_LE(shortest.events.size(), 2U);
    EXPECT_EQ(shortest.seed, history.seed);
}

TEST(Shrink, StopsWhenItsPlaysAreSpent) {
    const History history = draw(7, 400);
    std::size_t plays = 0;
    static_cast<void>(shrink(
        history,
        [&plays](const History&) {
            ++plays;
            return false;
        },
        50,
        go_on
    ));
    EXPECT_LE(plays, 51U);
}

TEST(Shrink, StopsWhereTheWatchSaysSoWithTheShortestSoFar) {
    const History history = draw(7, 400);
    std::size_t seen = 0;
    const History shorter = shrink(
        history,
        [](const History& tried) { return !tried.actions.empty(); },
        5'000,
        [&seen](std::size_t plays, std::size_t actions) {
            seen = actions;
            return plays < 3;
        }
    );
    EXPECT_LT(shorter.actions.size(), history.actions.size());
    EXPECT_EQ(shorter.actions.size(), seen);
}

}  // namespace
}  // namespace sluice::sim
