#include "sim/story.hpp"

#include "base/test_seed.hpp"
#include "sim/draw.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::sim {
namespace {

/// Arrivals by what they bring: indices change when a file is read back.
std::vector<EventSpec> arrivals(const History& history) {
    std::vector<EventSpec> events;
    for (const Action& action : history.actions) {
        if (action.act == Act::kArrive) events.push_back(history.events[action.what]);
    }
    return events;
}

TEST(Story, AnyHistoryIsReadBackAsItWasWritten) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 30; ++i) {
        const History history = draw(seed + i, 200);
        const std::string text = to_text(history, "drawn");
        const auto story = parse_story(text);
        ASSERT_TRUE(story.has_value()) << story.error().message;
        EXPECT_EQ(story.value().title, "drawn");
        EXPECT_EQ(story.value().history.setup, history.setup);
        EXPECT_EQ(arrivals(story.value().history), arrivals(history));
        EXPECT_EQ(to_text(story.value().history, "drawn"), [&] {
            History unseeded = history;
            unseeded.seed = 0;
            return to_text(unseeded, "drawn");
        }());
    }
}

TEST(Story, ExpectationsStandWhereTheyWereWritten) {
    const auto story = parse_story(
        "# scenario: a cancellation overtakes its order\n"
        "arrive a.changed order-17 seq=2\n"
        "step\n"
        "expect waiting order-17 a.changed-2\n"
        "arrive a.made order-17 seq=1   # at last\n"
        "settle\n"
        "expect ordered order-17 a.made-1 a.changed-2\n"
    );
    ASSERT_TRUE(story.has_value()) << story.error().message;
    ASSERT_EQ(story.value().expectations.size(), 2U);
    EXPECT_EQ(story.value().expectations[0].after, 2U);
    EXPECT_EQ(story.value().expectations[0].line, 4U);
    EXPECT_EQ(story.value().expectations[1].after, 4U);
    EXPECT_EQ(story.value().expectations[1].details.size(), 2U);
    EXPECT_FALSE(story.value().needs_cluster);
}

struct Bad {
    const char* text;
    const char* error;
};

class BadStory : public testing::TestWithParam<Bad> {};

TEST_P(BadStory, IsRefusedWithItsLineAndWhatIsAllowed) {
    const auto story = parse_story(std::string{"# scenario: bad\n"} + GetParam().text);
    ASSERT_FALSE(story.has_value());
    EXPECT_EQ(story.error().message, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    BadStory,
    testing::Values(
        Bad{"jump 1",
            "line 2: jump: unknown; allowed are setup, expect, arrive, rubbish, step, deliver, "
            "answer, show, pass, kill, move, settle"},
        Bad{"arrive a.made", "line 2: arrive TYPE order-N …"},
        Bad{"arrive a.lost order-1",
            "line 2: a.lost: the types are a.made, a.changed, b.sent, c.done, "
            "d.noted, a.closed"},
        Bad{"arrive a.made order-x", "line 2: order-x: a subject is order-N"},
        Bad{"arrive a.made order-1 seq=one", "line 2: seq=one: not a number"},
        Bad{"arrive a.made order-1 says=no",
            "line 2: says=no: allowed are done, retry-twice, "
            "retry-for-ever, dead"},
        Bad{"arrive a.made order-1 sek=1", "line 2: sek: unknown here"},
        Bad{"setup gap=run", "line 2: gap=run: allowed are wait, park, skip"},
        Bad{"step 0 fate=bad",
            "line 2: fate=bad: allowed are done, lost, answer-lost, late, "
            "late-answer-lost, torn"},
        Bad{"expect gone order-1",
            "line 2: gone: expected can be ordered waiting handled parked backlog "
            "aside held "}
    )
);

}  // namespace
}  // namespace sluice::sim
