#include "daemon/stop_deadline.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace sluice::daemon {
namespace {

constexpr std::chrono::seconds kForEver{30};

TEST(StopDeadlineDeathTest, AStopThatDoesNotEndIsEnded) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            const StopDeadline deadline;
            StopDeadline::begin(1);
            std::this_thread::sleep_for(kForEver);
        },
        testing::ExitedWithCode(kExitLog),
        ""
    );
}

TEST(StopDeadlineDeathTest, WhoHasWrittenAllEndsWell) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            const StopDeadline deadline;
            StopDeadline::begin(1);
            StopDeadline::written(kExitDone);
            std::this_thread::sleep_for(kForEver);
        },
        testing::ExitedWithCode(kExitDone),
        ""
    );
}

TEST(StopDeadline, WhoHasStoppedIsLeftAlone) {
    {
        const StopDeadline deadline;
        StopDeadline::begin(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1'200});
}

TEST(StopDeadline, NobodyIsEndedBeforeItBegins) {
    const StopDeadline deadline;
    EXPECT_EQ(::alarm(0), 0U);
}

}  // namespace
}  // namespace sluice::daemon
