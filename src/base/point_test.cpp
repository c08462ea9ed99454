#include "base/point.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice {
namespace {

/// Runs in a process of its own: what is planned is read once for each.
[[noreturn]] void pass(const char* plan, int passings) {
    static_cast<void>(
        ::setenv("SLUICE_KILL_AT", plan, 1)  // NOLINT(concurrency-mt-unsafe): one thread
    );
    for (int passing = 1; passing <= passings; ++passing) {
        danger_point("another.point");
        danger_point("step.written");
    }
    std::_Exit(0);
}

const auto kKilled = testing::KilledBySignal(SIGKILL);
const auto kAlive = testing::ExitedWithCode(0);

TEST(DangerPoint, KillsAtItsFirstPassing) {
    EXPECT_EXIT(pass("step.written", 1), kKilled, "");
    EXPECT_EXIT(pass("step.written:1", 1), kKilled, "");
}

TEST(DangerPoint, KillsAtThePassingThatIsAskedForAndNoneBefore) {
    EXPECT_EXIT(pass("step.written:7", 6), kAlive, "");
    EXPECT_EXIT(pass("step.written:7", 7), kKilled, "");
}

TEST(DangerPoint, LeavesOthersAlone) {
    EXPECT_EXIT(pass("", 3), kAlive, "");
    EXPECT_EXIT(pass("step", 3), kAlive, "");
    EXPECT_EXIT(pass("step.written.too", 3), kAlive, "");
    EXPECT_EXIT(pass("step.written:0", 3), kAlive, "");
}

TEST(DangerPoint, StopsForATestThatDoesSomethingMeanwhile) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("SLUICE_STOP_AT", "step.written:2", 1);  // NOLINT(concurrency-mt-unsafe)
        danger_point("step.written");
        danger_point("another.point");
        danger_point("step.written");
        std::_Exit(7);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status));
    EXPECT_EQ(WSTOPSIG(status), SIGSTOP);
    ASSERT_EQ(::kill(child, SIGCONT), 0);
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "it goes on from there";
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace sluice
