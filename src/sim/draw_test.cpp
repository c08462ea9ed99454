#include "sim/draw.hpp"

#include "base/test_seed.hpp"
#include "sim/domain.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace sluice::sim {
namespace {

TEST(Draw, TheSameSeedGivesTheSameHistory) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const History one = draw(seed, 500);
    const History other = draw(seed, 500);
    EXPECT_EQ(one.setup, other.setup);
    EXPECT_EQ(one.events, other.events);
    EXPECT_EQ(one.actions, other.actions);
    EXPECT_NE(draw(seed + 1, 500).actions, one.actions);
}

TEST(Draw, NumbersOfASourceHaveNoHoleBeforeAnythingIsLost) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 20; ++i) {
        std::map<std::string, std::uint64_t> reached;
        for (const EventSpec& event : draw(seed + i, 400).events) {
            if (event.number == 0 || event.number >= 1'000'000 || event.version > 0) continue;
            std::uint64_t& last = reached[subject_name(event.subject) + source_of(event.kind)];
            ASSERT_EQ(event.number, last + 1);
            last = event.number;
        }
    }
}

/// First copies only: a copy may come at any later time, as a relay's repetition does.
TEST(Draw, APartitionShowsNoOrderThatItsProducerDidNotWrite) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 20; ++i) {
        const History history = draw(seed + i, 400);
        std::map<log::PartitionRef, std::uint32_t> last;
        std::set<std::uint32_t> seen;
        for (const Action& action : history.actions) {
            if (action.act != Act::kArrive || !seen.insert(action.what).second) continue;
            const auto place = place_of(history.setup, history.events[action.what]);
            const auto before = last.find(place);
            if (before != last.end()) {
                ASSERT_LT(before->second, action.what);
            }
            last[place] = action.what;
        }
    }
}

TEST(Draw, AnEmbeddedLogMeetsNoFateThatOnlyKafkaKnows) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 40; ++i) {
        const History history = draw(seed + i, 300);
        if (history.setup.markers) continue;
        EXPECT_EQ(history.setup.instances, 1U);
        for (const Action& action : history.actions) {
            EXPECT_LE(static_cast<int>(action.fate), static_cast<int>(Fate::kAnswerLost));
        }
    }
}

/// What they come to is counted when histories are played (tally.hpp); here, that they are drawn.
TEST(Draw, MostOfWhatBefallsAStepOnKafkaTearsIt) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::map<Fate, std::size_t> drawn;
    for (std::uint64_t i = 0; i < 400; ++i) {
        const History history = draw(seed + i, 300);
        if (!history.setup.markers) continue;
        for (const Action& action : history.actions) {
            if (action.act == Act::kStep || action.act == Act::kDeliver) ++drawn[action.fate];
        }
    }
    // Late is drawn for good steps as well, and counts for nothing here.
    const std::size_t others =
        drawn[Fate::kLost] + drawn[Fate::kAnswerLost] + drawn[Fate::kLateAnswerLost];
    EXPECT_GT(others, 0U);
    EXPECT_GT(drawn[Fate::kTorn], others) << drawn[Fate::kTorn] << " beside " << others;
}

}  // namespace
}  // namespace sluice::sim
