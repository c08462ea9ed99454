#include "base/test_seed.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::log {

namespace {

using Acknowledged = std::array<std::int64_t, 2>;  // per thread: the last number, or -1

/// crash_writer.cpp in a process of its own, its acknowledgements on a pipe.
class WriterProcess {
public:
    WriterProcess(const std::filesystem::path& directory, const std::string& kill_at) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = SLUICE_CRASH_WRITER;
        std::string path = directory.string();
        std::string plan = "SLUICE_KILL_AT=" + kill_at;
        std::array<char*, 3> arguments{program.data(), path.data(), nullptr};
        std::array<char*, 2> environment{plan.data(), nullptr};
        const int failed = ::posix_spawn(
            &process_, program.c_str(), &actions, nullptr, arguments.data(), environment.data()
        );
        EXPECT_EQ(failed, 0);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        lines_ = ::fdopen(ends[0], "r");
    }

    ~WriterProcess() { static_cast<void>(std::fclose(lines_)); }

    WriterProcess(const WriterProcess&) = delete;
    WriterProcess& operator=(const WriterProcess&) = delete;

    /// Takes `lines` acknowledgements, kills the process, and takes what else it had said.
    void kill_after(std::uint64_t lines, Acknowledged& acknowledged) {
        for (std::uint64_t taken = 0; taken < lines && take(acknowledged);) ++taken;
        static_cast<void>(::kill(process_, SIGKILL));
        wait_for_death(acknowledged);
    }

    /// It kills itself.
    void wait_for_death(Acknowledged& acknowledged) {
        while (take(acknowledged)) continue;
        int status = 0;
        EXPECT_EQ(::waitpid(process_, &status, 0), process_);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    }

private:
    bool take(Acknowledged& acknowledged) {
        std::size_t thread = 0;
        std::int64_t number = 0;
        if (std::fscanf(lines_, "%zu %ld", &thread, &number) != 2) return false;  // NOLINT(cert-*)
        acknowledged.at(thread) = number;
        return true;
    }

    pid_t process_{};
    std::FILE* lines_{};
};

PartitionRef partition(std::uint32_t number) {
    return PartitionRef{"t", PartitionId{number}};
}

/// Every acknowledged record is there, in order, at most one more per thread, and each publish and
/// step is whole.
void check(const std::filesystem::path& directory, const Acknowledged& acknowledged) {
    const auto log = test::open_or_fail(test::test_options(directory));
    ASSERT_NE(log, nullptr);
    if (!log->topic("t").value()) return;  // killed before anything
    const std::vector<std::string> both = test::texts(*log, partition(2));
    std::array<std::vector<std::string>, 2> shared;
    for (const std::string& text : both) shared.at(text[0] == '0' ? 0 : 1).push_back(text);
    for (std::uint32_t thread = 0; thread < 2; ++thread) {
        const std::vector<std::string> own = test::texts(*log, partition(thread));
        const auto count = static_cast<std::int64_t>(own.size());
        ASSERT_GE(count, acknowledged.at(thread) + 1) << "acknowledged, and gone";
        ASSERT_LE(count, acknowledged.at(thread) + 2);
        for (std::int64_t n = 0; n < count; ++n) {
            ASSERT_EQ(own[static_cast<std::size_t>(n)], fmt::format("{}-{}", thread, n));
        }
        ASSERT_EQ(shared.at(thread), own) << "half a publish";
    }
    const auto state = log->peek("g", HomeId{0}, Table{1}, "n", 1).value();
    const std::int64_t steps = log->ends(partition(1)).value().committed.value;
    ASSERT_EQ(state.empty() ? -1 : std::stoll(state[0].second), steps - 1) << "half a step";
}

TEST(Crash, KilledAtAnyMomentKeepsWhatWasAcknowledged) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const test::ScratchDirectory scratch;
    Acknowledged acknowledged{-1, -1};
    for (int round = 0; round < 12 && !testing::Test::HasFailure(); ++round) {
        WriterProcess writer{scratch.path(), ""};
        writer.kill_after(random() % 200, acknowledged);
        check(scratch.path(), acknowledged);
    }
    EXPECT_GE(acknowledged[0] + acknowledged[1], 0);
}

TEST(Crash, KilledAtTheDangerPointsKeepsWhatWasAcknowledged) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const test::ScratchDirectory scratch;
    Acknowledged acknowledged{-1, -1};
    for (int round = 0; round < 8 && !testing::Test::HasFailure(); ++round) {
        const char* point = round % 2 == 0 ? "log.group.before_ack" : "log.group.before_write";
        WriterProcess writer{scratch.path(), fmt::format("{}:{}", point, 1 + random() % 40)};
        writer.wait_for_death(acknowledged);
        check(scratch.path(), acknowledged);
    }
}

}  // namespace

}  // namespace sluice::log
