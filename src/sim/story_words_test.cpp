#include "base/test_seed.hpp"
#include "sim/story.hpp"
#include "sim/words.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sluice::sim {
namespace {

Story parsed(const std::string& text) {
    const auto story = parse_story(text);
    EXPECT_TRUE(story.has_value()) << story.error().message;
    return story ? story.value() : Story{};
}

template <class Value, std::size_t N>
void expect_words_of_their_own(const Words<Value, N>& words) {
    for (const auto& [word, value] : words) {
        EXPECT_EQ(value_of(words, word), value);
        EXPECT_EQ(word_of(words, value), word) << "two words for one value, or one for two";
    }
    EXPECT_FALSE(value_of(words, "").has_value());
    EXPECT_FALSE(value_of(words, "nothing").has_value());
}

TEST(StoryWords, EachSaysOneThing) {
    expect_words_of_their_own(kKindWords);
    expect_words_of_their_own(kFateWords);
    expect_words_of_their_own(kVerdictWords);
    expect_words_of_their_own(kTimeWords);
    expect_words_of_their_own(kGapWords);
    expect_words_of_their_own(kInvalidWords);
    expect_words_of_their_own(kActWords);
    EXPECT_EQ(all_words(kGapWords), "wait, park, skip");
}

TEST(StoryWords, AHistoryIsWrittenLineByLine) {
    History history;
    history.seed = 42;
    history.setup.homes = 2;
    history.setup.markers = true;
    history.setup.partitions[2] = 7;
    history.events = {
        {Kind::kSent, 17, 3, 2, 3, 1, true, Verdict::kRetryForEver},
        {Kind::kMade, 4, 1, 0, 0, 0, false, Verdict::kDone}};
    history.actions = {
        {Act::kArrive, Fate::kDone, 0, 2, 0},
        {Act::kArrive, Fate::kDone, 0, 0, 1},
        {Act::kStep, Fate::kTorn, 1, 0, 77},
        {Act::kDeliver, Fate::kDone, 0, 1, 5},
        {Act::kKill, Fate::kDone, 1, 0, 0},
        {Act::kPass, Fate::kDone, 0, 0, 250},
        {Act::kSettle, Fate::kDone, 0, 0, 0}};
    EXPECT_EQ(
        to_text(history, "all sorts"),
        "# scenario: all sorts\n"
        "# drawn from seed 42\n"
        "setup   homes=2\n"
        "setup   partitions-3=7\n"
        "setup   markers=yes\n"
        "arrive  b.sent  order-17 seq=3 after-a=2 parcel=3 version=1 invalid says=retry-for-ever "
        "time=2099\n"
        "arrive  a.made  order-4 seq=1\n"
        "step    1 fate=torn entropy=77\n"
        "deliver 0 busy\n"
        "kill    1\n"
        "pass    250\n"
        "settle\n"
    );
}

TEST(StoryWords, EverySettingIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    auto number = static_cast<std::uint32_t>(seed % 1'000 + 2'000);
    History history;
    for (const SetupNumber& one : kSetupNumbers) history.setup.*one.member = ++number;
    for (std::uint32_t& partitions : history.setup.partitions) partitions = ++number;
    history.setup.backlog_bytes_max = ++number;
    history.setup.crc32_b = false;
    history.setup.markers = true;
    history.setup.gap = sequence::GapAction::kSkip;
    history.setup.invalid = sequence::InvalidPolicy::kWait;
    EXPECT_EQ(parsed(to_text(history, "")).history.setup, history.setup);
    EXPECT_EQ(to_text({}, "plain"), "# scenario: plain\n") << "what is usual is not written";
}

TEST(StoryWords, CommentsBlanksAndCarriageReturnsSayNothing) {
    const Story story = parsed("\r\n  \t\n# a remark\n\tstep\t0 # why\r\nsettle");
    ASSERT_EQ(story.history.actions.size(), 2U);
    EXPECT_EQ(story.history.actions[0].act, Act::kStep);
    EXPECT_EQ(story.history.actions[1].act, Act::kSettle);
    EXPECT_EQ(story.title, "");
    EXPECT_TRUE(parsed("").history.actions.empty());
}

TEST(StoryWords, WhatOnlyASimulatedBrokerCanDoIsNoticed) {
    for (const char* text :
         {"step 0 fate=late",
          "show 1",
          "move 3",
          "setup markers=yes",
          "setup instances=2",
          "deliver 0 fate=lost"}) {
        EXPECT_TRUE(parsed(text).needs_cluster) << text;
    }
    for (const char* text :
         {"step 0 fate=done",
          "kill 0",
          "pass 10",
          "setup markers=no",
          "setup instances=1",
          "deliver 0 busy",
          "rubbish 3"}) {
        EXPECT_FALSE(parsed(text).needs_cluster) << text;
    }
}

TEST(StoryWords, ANumberIsWholeAndFits) {
    for (const char* number : {"99999999999999999999", "-1", "1.5", "0x1", "", "1e3"}) {
        const auto story = parse_story(fmt::format("settle\narrive a.made order-1 seq={}", number));
        ASSERT_FALSE(story.has_value()) << number;
        EXPECT_EQ(story.error().code, ErrorCode::kInvalidArgument);
        EXPECT_EQ(story.error().message, fmt::format("line 2: seq={}: not a number", number));
    }
    const auto short_one = parse_story("expect ordered");
    ASSERT_FALSE(short_one.has_value());
    EXPECT_EQ(short_one.error().message, "line 1: expect WHAT order-N …");
}

TEST(StoryWords, AnEventIsNamedByItsNumberOrItsParcel) {
    EXPECT_EQ(event_name({Kind::kMade, 1, 2, 0, 0, 0, false, {}}), "a.made-2");
    EXPECT_EQ(event_name({Kind::kSent, 1, 2, 0, 9, 0, false, {}}), "b.sent-2");
    EXPECT_EQ(event_name({Kind::kDone, 1, 0, 0, 1, 0, false, {}}), "c.done-p1");
}

}  // namespace
}  // namespace sluice::sim
