// Rows 1, 2 and 4 of docs/architecture/faults.md, from outside: a process writes, says what was
// acknowledged, and is killed; whoever opens its directory then must find all of that.
#include "base/test_seed.hpp"
#include "log/embedded/crash_text.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace sluice::log {

namespace {

using Acknowledged = std::array<std::int64_t, 2>;  // per thread: the last number, or -1

constexpr Acknowledged kNothing{-1, -1};

/// crash_writer.cpp in a process of its own, its acknowledgements on a pipe.
class WriterProcess {
public:
    /// `power`: a seed; what it has not synced is lost with it. Empty: a plain process.
    WriterProcess(
        const std::filesystem::path& directory, const std::string& kill_at, std::string power
    ) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = SLUICE_CRASH_WRITER;
        std::string path = directory.string();
        std::string plan = "SLUICE_KILL_AT=" + kill_at;
        std::array<char*, 4> arguments{
            program.data(), path.data(), power.empty() ? nullptr : power.data(), nullptr};
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

    /// Takes `lines` acknowledgements, lets some more time pass, kills the process, and takes what
    /// else it had said.
    void kill_after(
        std::uint64_t lines, std::chrono::microseconds more, Acknowledged& acknowledged
    ) {
        for (std::uint64_t taken = 0; taken < lines && take(acknowledged);) ++taken;
        std::this_thread::sleep_for(more);  // a moment like any other: nothing waits for it
        static_cast<void>(::kill(process_, SIGKILL));
        wait_for_death(acknowledged);
    }

    /// It is killed, or kills itself.
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
        // NOLINTNEXTLINE(*-unchecked-string-to-number-conversion): the child wrote the numbers
        if (std::fscanf(lines_, "%zu %ld", &thread, &number) != 2) return false;
        acknowledged.at(thread) = number;
        return true;
    }

    pid_t process_{};
    std::FILE* lines_{};
};

PartitionRef partition(std::uint32_t number) {
    return PartitionRef{"t", PartitionId{number}};
}

/// The state and the consumed offset that the last step left, as numbers; -1: none.
void check_steps(const Log& log, std::int64_t last) {
    const auto state = log.peek("g", HomeId{0}, Table{1}, "n", 1).value();
    ASSERT_EQ(state.empty() ? -1 : std::stoll(state[0].second), last) << "half a step";
    const auto consumed = log.consumed_by("g", partition(0)).value();
    ASSERT_EQ(consumed ? consumed->value : -1, last) << "half a step";
}

/// Every acknowledged record is there, in order, at most one more per thread, and each publish and
/// step is whole. What was seen once stays, as if it had been acknowledged. Answers the bytes that
/// were cut from the end.
std::uint64_t check(const std::filesystem::path& directory, Acknowledged& acknowledged) {
    const auto log = test::open_or_fail(test::test_options(directory));
    if (!log || !log->topic("t").value()) {
        EXPECT_EQ(acknowledged, kNothing);
        return 0;
    }
    std::array<std::vector<std::string>, 2> shared;
    for (std::string& text : test::texts(*log, partition(2))) {
        shared.at(text[0] == '0' ? 0 : 1).push_back(std::move(text));
    }
    for (std::uint32_t thread = 0; thread < 2; ++thread) {
        const std::vector<std::string> own = test::texts(*log, partition(thread));
        const auto count = static_cast<std::int64_t>(own.size());
        EXPECT_GE(count, acknowledged.at(thread) + 1) << "acknowledged, and gone";
        EXPECT_LE(count, acknowledged.at(thread) + 2) << "nobody was told, nobody asked";
        for (std::int64_t n = 0; n < count; ++n) {
            EXPECT_EQ(own[static_cast<std::size_t>(n)], test::crash_text(thread, n));
        }
        EXPECT_TRUE(shared.at(thread) == own) << "half a publish";
        acknowledged.at(thread) = count - 1;
    }
    check_steps(*log, log->ends(partition(1)).value().committed.value - 1);
    return log->report().torn_bytes;
}

/// Round after round in one directory, each from where the one before was killed.
class Crash : public testing::Test {
protected:
    void SetUp() override { random_.seed(seed_); }

    /// `one_round` starts a writer and sees to its death.
    template <class OneRound>
    void kill_again_and_again(int rounds, OneRound one_round) {
        SCOPED_TRACE(sluice::test::rerun(seed_));
        for (int round = 0; round < rounds && !HasFailure(); ++round) {
            SCOPED_TRACE(fmt::format("round {}", round));
            if (round % 30 == 0) {  // so that a directory's beginning is met as often as its age
                std::filesystem::remove_all(directory_);
                acknowledged_ = kNothing;
            }
            one_round(round);
            torn_ += check(directory_, acknowledged_) > 0 ? 1 : 0;
        }
    }

    /// A signal, at any moment: while opening too.
    void kill_at_any_moment(const std::string& power) {
        WriterProcess writer{directory_, "", power};
        const bool opening = random_() % 5 == 0;
        const std::chrono::microseconds more{random_() % (opening ? 60'000 : 2'000)};
        writer.kill_after(opening ? 0 : random_() % 200, more, acknowledged_);
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_;
    test::ScratchDirectory scratch_;
    std::filesystem::path directory_{scratch_.path() / "log"};
    Acknowledged acknowledged_{kNothing};
    int torn_{0};
};

TEST_F(Crash, KilledAtAnyMomentKeepsWhatWasAcknowledged) {
    kill_again_and_again(test::rounds("SLUICE_KILLS", 20), [this](int) { kill_at_any_moment(""); });
}

TEST_F(Crash, KilledAtTheDangerPointsKeepsWhatWasAcknowledged) {
    kill_again_and_again(12, [this](int round) {
        const std::array<const char*, 3> points{
            "log.group.before_ack", "log.group.before_write", "log.open.before_mark"};
        const bool opening = round % 3 == 2;
        const std::string plan = fmt::format(
            "{}:{}",
            points.at(static_cast<std::size_t>(round % 3)),
            opening ? 1 : 1 + random_() % 40
        );
        WriterProcess writer{directory_, plan, ""};
        writer.wait_for_death(acknowledged_);
    });
}

TEST_F(Crash, KilledWithAllThatWasNotSyncedLostKeepsWhatWasAcknowledged) {
    const int rounds = test::rounds("SLUICE_KILLS", 20);
    kill_again_and_again(rounds, [this](int round) {
        const std::string power = std::to_string(random_());
        if (round % 2 == 0) return kill_at_any_moment(power);
        // Between two pages of a sync: a torn group, whose later page may be there.
        WriterProcess writer{directory_, fmt::format("power.page:{}", 1 + random_() % 400), power};
        writer.wait_for_death(acknowledged_);
    });
    EXPECT_GT(torn_, 0) << "no kill tore a group";
}

TEST_F(Crash, KilledWhileItCutsATornEndCutsItAgain) {
    for (const char* point : {"log.open.before_cut", "log.open.after_cut"}) {
        kill_again_and_again(1, [&](int) {
            while (!HasFailure()) {  // until a kill tears a group
                const std::string power = std::to_string(random_());
                const std::string plan = fmt::format("power.page:{}", 50 + random_() % 300);
                WriterProcess{directory_, plan, power}.wait_for_death(acknowledged_);
                const std::filesystem::path kept = scratch_.path() / "kept";
                std::filesystem::remove_all(kept);
                std::filesystem::copy(directory_, kept, std::filesystem::copy_options::recursive);
                if (check(kept, acknowledged_) > 0) break;
            }
            WriterProcess{directory_, point, ""}.wait_for_death(acknowledged_);
        });
    }
}

}  // namespace

}  // namespace sluice::log
