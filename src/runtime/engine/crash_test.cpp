#include "base/test_seed.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/engine/crash_input.hpp"
#include "runtime/subjects/state_audit_fixture.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <random>
#include <spawn.h>
#include <string>
#include <sys/wait.h>

namespace sluice::runtime {
namespace {

using test::kEventsPerSubject;

constexpr std::uint32_t kSubjects = 60;

/// Runs crash_child.cpp to its end, which `kill_at` may bring early (base/point.hpp). Answers
/// waitpid's status.
int run_child(const std::string& directory, std::uint32_t threads, const std::string& kill_at) {
    std::string program = SLUICE_RUNTIME_CRASH_CHILD;
    std::string path = directory;
    std::string subjects = fmt::to_string(kSubjects);
    std::string tasks = fmt::to_string(threads);
    std::string plan = "SLUICE_KILL_AT=" + kill_at;
    std::array<char*, 5> arguments{
        program.data(), path.data(), subjects.data(), tasks.data(), nullptr};
    std::array<char*, 2> environment{plan.data(), nullptr};
    pid_t process = 0;
    const int failed = ::posix_spawn(
        &process, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()
    );
    EXPECT_EQ(failed, 0);
    int status = 0;
    EXPECT_EQ(::waitpid(process, &status, 0), process);
    return status;
}

/// History E3: the log that another process has left, at whatever point it was killed: what its
/// ordered topic says is what its state says.
void check_state(const std::string& directory) {
    log::EmbeddedOptions options = log::test::test_options(directory + "/log");
    const auto log = log::test::open_or_fail(options);
    const auto topic = log->topic(ordered_topic("x"));
    ASSERT_TRUE(topic.has_value());
    if (!topic.value()) return;  // killed before the domain was made
    test::expect_state_is_the_fold(*log, "x");
}

/// Every event of every subject once.
void check(const std::string& directory) {
    const store::SqliteDatabase database{{directory + "/seen.sqlite"}};
    const auto session = database.open_session();
    ASSERT_TRUE(session.has_value()) << session.error().message;
    const auto rows =
        session.value()->query("select count(*), count(distinct subject), max(n) from seen");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].integer(0), kSubjects * kEventsPerSubject);
    EXPECT_EQ(rows[0].integer(1), kSubjects);
    EXPECT_EQ(rows[0].integer(2), kEventsPerSubject);
}

TEST(RuntimeCrash, KilledAtItsDangerPointsItLosesAndDoublesNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::array<const char*, 8> kPoints{
        "sequencer.before_commit",
        "sequencer.after_commit",
        "runner.before_commit",
        "runner.after_commit",
        "deliver.before_commit",
        "deliver.after_commit",
        "log.group.before_write",
        "log.group.before_ack"};
    int killed = 0;
    for (int round = 0; round < 3; ++round) {
        log::test::ScratchDirectory scratch;
        const std::string directory = scratch.path().string();
        for (int run = 0; run < 6; ++run) {
            const std::string at =
                fmt::format("{}:{}", kPoints.at(random() % kPoints.size()), 1 + random() % 5);
            const auto threads = static_cast<std::uint32_t>(1 + random() % 2);
            const int status = run_child(directory, threads, at);
            const bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
            ASSERT_TRUE(was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << at;
            if (was_killed) ++killed;
            ASSERT_NO_FATAL_FAILURE(check_state(directory));
        }
        const int last = run_child(directory, 1, "nowhere");
        ASSERT_TRUE(WIFEXITED(last) && WEXITSTATUS(last) == 0) << last;
        check(directory);
        check_state(directory);
    }
    EXPECT_GT(killed, 0) << "the points have other names by now";
}

}  // namespace
}  // namespace sluice::runtime
