#include "rebuild/pace.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::rebuild {
namespace {

TEST(Pace, WithoutALimitAllMayGo) {
    Pace pace{0};
    EXPECT_GT(pace.allowed(Instant{0}), 1'000'000U);
    pace.took(1'000'000);
    EXPECT_GT(pace.allowed(Instant{0}), 1'000'000U);
    EXPECT_EQ(pace.until_next(Instant{0}), Milliseconds{0});
}

TEST(Pace, AllowsWhatTimeHasBrought) {
    Pace pace{100};
    EXPECT_EQ(pace.allowed(Instant{5'000}), 0U);
    EXPECT_EQ(pace.until_next(Instant{5'000}), Milliseconds{10});
    EXPECT_EQ(pace.allowed(Instant{5'010}), 1U);
    EXPECT_EQ(pace.until_next(Instant{5'010}), Milliseconds{0});
    pace.took(1);
    EXPECT_EQ(pace.allowed(Instant{5'019}), 0U);
    EXPECT_EQ(pace.allowed(Instant{5'020}), 1U);
}

TEST(Pace, ARunThatIsLargerIsADebt) {
    Pace pace{100};
    static_cast<void>(pace.allowed(Instant{0}));
    EXPECT_EQ(pace.allowed(Instant{10}), 1U);
    pace.took(50);
    EXPECT_EQ(pace.allowed(Instant{400}), 0U);
    EXPECT_EQ(pace.until_next(Instant{400}), Milliseconds{110});
    EXPECT_EQ(pace.allowed(Instant{510}), 1U);
}

TEST(Pace, APauseIsNotMadeUpFor) {
    Pace pace{100};
    static_cast<void>(pace.allowed(Instant{0}));
    EXPECT_EQ(pace.allowed(Instant{3'600'000}), 10U);
    Pace slow{1};
    static_cast<void>(slow.allowed(Instant{0}));
    EXPECT_EQ(slow.allowed(Instant{3'600'000}), 1U);
}

TEST(Pace, ALimitCanBeLiftedAndSetAnew) {
    Pace pace{1};
    static_cast<void>(pace.allowed(Instant{0}));
    EXPECT_EQ(pace.allowed(Instant{500}), 0U);
    pace.limit(0);
    EXPECT_GT(pace.allowed(Instant{500}), 1'000U);
    pace.took(1'000);
    pace.limit(1'000);
    EXPECT_EQ(pace.allowed(Instant{510}), 10U) << "what went without a limit is no debt";
}

TEST(Pace, AClockThatJumpsBackGivesNothing) {
    Pace pace{100};
    static_cast<void>(pace.allowed(Instant{1'000'000}));
    EXPECT_EQ(pace.allowed(Instant{0}), 0U);
    EXPECT_EQ(pace.allowed(Instant{20}), 2U);
}

/// However it is asked, and whatever is taken of what is allowed: never more than the rate and a
/// tenth of a second in advance.
TEST(PaceModel, NeverMoreThanTheRate) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t rate = random() % 5'000 + 1;
        Pace pace{rate};
        std::int64_t now = 0;
        std::uint64_t taken = 0;
        static_cast<void>(pace.allowed(Instant{now}));
        for (int look = 0; look < 300; ++look) {
            now += static_cast<std::int64_t>(random() % 50);
            const std::uint64_t allowed = pace.allowed(Instant{now});
            const std::uint64_t took = allowed == 0 ? 0 : random() % (allowed + 1);
            pace.took(took);
            taken += took;
            ASSERT_LE(taken, rate * static_cast<std::uint64_t>(now) / 1'000 + rate / 10 + 1);
        }
    }
}

}  // namespace
}  // namespace sluice::rebuild
