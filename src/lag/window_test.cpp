#include "lag/window.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace sluice::lag {
namespace {

constexpr std::int64_t kEvery = 5'000;  // milliseconds between samples

/// (done, lag) of one sample after the other, by a consumer that is alive.
using Points = std::vector<std::pair<std::int64_t, std::int64_t>>;

Window window_of(const Points& points, WindowOptions options) {
    Window window{options};
    Instant at{1'000'000};
    for (const auto& [done, lag] : points) {
        window.add({at, at, Offset{done}, lag});
        at.ms += kEvery;
    }
    return window;
}

Verdict verdict_of(const Points& points) {
    return window_of(points, {points.size(), 0}).verdict();
}

TEST(LagWindow, OkWhileWhatIsLeftBecomesLessNowAndThen) {
    EXPECT_EQ(verdict_of({{1, 5}, {2, 9}, {3, 8}, {4, 8}}), Verdict::kOk);
}

TEST(LagWindow, SlowWhenItMovesAndWhatIsLeftNeverBecomesLess) {
    EXPECT_EQ(verdict_of({{1, 5}, {2, 6}, {3, 6}, {4, 7}}), Verdict::kSlow);
}

TEST(LagWindow, StalledWhenItIsDoneWithNothing) {
    EXPECT_EQ(verdict_of({{4, 5}, {4, 5}, {4, 6}, {4, 9}}), Verdict::kStalled);
}

TEST(LagWindow, RewoundUntilItIsWhereItWas) {
    EXPECT_EQ(verdict_of({{7, 5}, {8, 4}, {2, 10}, {3, 9}}), Verdict::kRewound);
    EXPECT_EQ(verdict_of({{7, 5}, {8, 4}, {2, 10}, {8, 4}}), Verdict::kOk);
}

TEST(LagWindow, StoppedAfterNoSignOfLifeForLongerThanTheWindow) {
    constexpr std::int64_t kLength = 2 * kEvery;  // of three samples
    for (const std::int64_t silent : {kLength, kLength + 1}) {
        Window window{{3, 0}};
        const Instant alive{1'000'000};
        for (const std::int64_t back : {kLength, kEvery, std::int64_t{0}}) {
            window.add({Instant{alive.ms + silent - back}, alive, Offset{4}, 5});
        }
        EXPECT_EQ(window.verdict(), silent > kLength ? Verdict::kStopped : Verdict::kStalled);
    }
}

TEST(LagWindow, AnIdleTopicIsOkHoweverLongNothingHappens) {
    EXPECT_EQ(verdict_of({{9, 0}, {9, 0}, {9, 0}, {9, 0}}), Verdict::kOk);
    Window dead{{2, 0}};
    dead.add({Instant{0}, Instant{0}, Offset{9}, 0});
    dead.add({Instant{3'600'000}, Instant{0}, Offset{9}, 0});
    EXPECT_EQ(dead.verdict(), Verdict::kOk);
}

TEST(LagWindow, OneMomentWithNothingLeftMakesTheWholeWindowOk) {
    const Points bad{{4, 5}, {4, 5}, {4, 6}, {4, 9}};
    for (std::size_t at = 0; at < bad.size(); ++at) {
        Points points = bad;
        points[at].second = 0;
        EXPECT_EQ(verdict_of(points), Verdict::kOk) << at;
    }
}

TEST(LagWindow, TheWorseIsToldFirst) {
    const auto with_silence = [](const Points& points) {
        Window window{{points.size(), 0}};
        std::int64_t at = 1'000'000;
        for (const auto& [done, lag] : points) {
            window.add({Instant{at}, Instant{0}, Offset{done}, lag});
            at += kEvery;
        }
        return window.verdict();
    };
    EXPECT_EQ(with_silence({{8, 4}, {2, 10}, {2, 10}}), Verdict::kStopped);
    EXPECT_EQ(verdict_of({{8, 4}, {2, 10}, {2, 10}}), Verdict::kRewound);
    EXPECT_EQ(verdict_of({{2, 4}, {2, 10}, {2, 10}}), Verdict::kStalled);
}

TEST(LagWindow, SaysNothingBadUntilItIsFull) {
    Window window{{3, 0}};
    EXPECT_EQ(window.verdict(), Verdict::kOk);
    for (const Verdict expected : {Verdict::kOk, Verdict::kOk, Verdict::kStalled}) {
        const Instant at{static_cast<std::int64_t>(window.size()) * kEvery};
        window.add({at, at, Offset{4}, 5});
        EXPECT_EQ(window.verdict(), expected) << window.size();
    }
}

TEST(LagWindow, ForgetsWhatIsOlderThanItself) {
    Window window = window_of({{8, 4}, {2, 10}, {3, 9}, {4, 8}}, {3, 0});
    EXPECT_EQ(window.size(), 3U);
    EXPECT_EQ(window.verdict(), Verdict::kOk) << "the rewind lies before it";
}

TEST(LagWindow, AClockThatJumpsBackBeginsItAnew) {
    Window window = window_of({{4, 5}, {4, 5}, {4, 5}}, {3, 0});
    ASSERT_EQ(window.verdict(), Verdict::kStalled);
    window.add({Instant{5}, Instant{5}, Offset{4}, 5});
    EXPECT_EQ(window.size(), 1U);
    EXPECT_EQ(window.verdict(), Verdict::kOk);
}

TEST(LagWindow, AsMuchAsIsAllowedIsAsGoodAsNone) {
    const Points points{{4, 5}, {4, 5}, {4, 5}};
    EXPECT_EQ(window_of(points, {3, 5}).verdict(), Verdict::kOk);
    EXPECT_EQ(window_of(points, {3, 4}).verdict(), Verdict::kStalled);
}

TEST(LagWindowDeathTest, AWindowOfOneSampleSaysNothing) {
    EXPECT_DEATH((Window{{1, 0}}), "samples");
}

}  // namespace
}  // namespace sluice::lag
