#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::test {

/// Of the child of a crash test: the directory that it works in; null where the test is not a
/// child.
inline const char* crash_directory() {
    return std::getenv("SLUICE_CRASH_DIR");  // NOLINT(concurrency-mt-unsafe): nothing writes it
}

/// Starts one test of this program as a process of its own, which the danger point `kill_at`
/// ("name" or "name:count", base/point.hpp) kills.
inline pid_t start_crash_child(
    const std::string& test, const std::string& directory, const std::string& kill_at
) {
    const pid_t child = ::fork();
    if (child == 0) {
        // NOLINTBEGIN(concurrency-mt-unsafe): one thread is left after fork
        ::setenv("SLUICE_CRASH_DIR", directory.c_str(), 1);
        ::setenv("SLUICE_KILL_AT", kill_at.c_str(), 1);
        // NOLINTEND(concurrency-mt-unsafe)
        ::execl("/proc/self/exe", "crash", ("--gtest_filter=" + test).c_str(), nullptr);
        ::_exit(127);
    }
    return child;
}

/// Returns whether it came to its end; a child that fails is a failure of the caller's test.
inline bool wait_for_crash_child(pid_t child) {
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return false;
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return true;
}

inline bool run_crash_child(
    const std::string& test, const std::string& directory, const std::string& kill_at
) {
    return wait_for_crash_child(start_crash_child(test, directory, kill_at));
}

}  // namespace sluice::test
