#include "deliver/push/pace.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::deliver::push {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

Instant at(std::int64_t ms) {
    return Instant{ms};
}

TEST(PushPace, NothingHoldsItBack) {
    const Pace pace;
    EXPECT_EQ(pace.allowed(at(0), 1'000), kAll);
    EXPECT_EQ(pace.pause_left(at(0)), Milliseconds{0});
}

TEST(PushPace, ATargetThatCannotBeReachedIsLeftAloneLongerEachTime) {
    Pace pace{{.pause_first = Milliseconds{100}, .pause_max = Milliseconds{300}, .trials = 2}};
    EXPECT_TRUE(pace.unreachable(at(0)));
    EXPECT_FALSE(pace.unreachable(at(5))) << "sent before it was known";
    EXPECT_EQ(pace.allowed(at(99), 0), 0U);
    EXPECT_EQ(pace.pause_left(at(40)), Milliseconds{60});
    EXPECT_EQ(pace.allowed(at(100), 0), 2U);
    EXPECT_EQ(pace.allowed(at(100), 1), 1U);
    EXPECT_EQ(pace.allowed(at(100), 7), 0U);
    EXPECT_FALSE(pace.unreachable(at(100)));
    EXPECT_EQ(pace.allowed(at(299), 0), 0U);
    EXPECT_EQ(pace.allowed(at(300), 0), 2U);
    EXPECT_FALSE(pace.unreachable(at(300)));
    EXPECT_EQ(pace.pause_left(at(300)), Milliseconds{300}) << "at most";
}

TEST(PushPace, AnyAnswerMeansThatItIsBack) {
    Pace pace{{.pause_first = Milliseconds{100}}};
    EXPECT_FALSE(pace.answered());
    EXPECT_TRUE(pace.unreachable(at(0)));
    EXPECT_TRUE(pace.answered());
    EXPECT_EQ(pace.allowed(at(100), 50), kAll);
    EXPECT_TRUE(pace.unreachable(at(200))) << "away again: that is news";
    EXPECT_EQ(pace.pause_left(at(200)), Milliseconds{100}) << "from the first pause on";
}

TEST(PushPace, ABusyTargetIsLeftAloneAsLongAsItAsks) {
    Pace pace;
    pace.busy(at(0), Milliseconds{500});
    pace.busy(at(10), Milliseconds{100});
    EXPECT_EQ(pace.allowed(at(499), 0), 0U) << "the longest counts";
    EXPECT_EQ(pace.allowed(at(500), 9), kAll) << "and then all may go";
    EXPECT_TRUE(pace.unreachable(at(500)));
    pace.busy(at(501), Milliseconds{5'000});
    EXPECT_EQ(pace.pause_left(at(501)), Milliseconds{5'000});
}

/// Whatever happens: within a pause nothing is allowed, a pause ends, and never more than the
/// trials go to a target that is away.
TEST(PushPace, APauseEndsAndIsKept) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const PaceOptions options{
        .pause_first = Milliseconds{7}, .pause_max = Milliseconds{90}, .trials = 3};
    Pace pace{options};
    bool away = false;
    std::int64_t now = 0;
    for (int step = 0; step < 20'000; ++step) {
        now += static_cast<std::int64_t>(random() % 20);
        switch (random() % 4) {
            case 0:
                EXPECT_EQ(pace.unreachable(at(now)), !away);
                away = true;
                break;
            case 1:
                EXPECT_EQ(pace.answered(), away);
                away = false;
                break;
            case 2: pace.busy(at(now), Milliseconds{random() % 30}); break;
            default: break;
        }
        const Milliseconds left = pace.pause_left(at(now));
        EXPECT_LE(left, options.pause_max);
        const std::size_t under_way = random() % 5;
        const std::size_t allowed = pace.allowed(at(now), under_way);
        if (left > Milliseconds{0}) {
            EXPECT_EQ(allowed, 0U);
        } else if (away) {
            EXPECT_EQ(allowed, under_way >= 3 ? 0 : 3 - under_way);
        } else {
            EXPECT_EQ(allowed, kAll);
        }
    }
}

}  // namespace
}  // namespace sluice::deliver::push
