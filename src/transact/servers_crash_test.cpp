// The coordinator is killed at every danger point, and so is each database while the coordinator
// stands there: no transfer is half, nothing stays prepared, and what was acknowledged is there.

#include "base/test_crash_child.hpp"
#include "transact/servers_fixture.hpp"

#include <csignal>
#include <functional>

namespace sluice::transact::test {
namespace {

constexpr int kTransfers = 4;

std::string file_in(const char* dir, const std::string& name) {
    return std::string{dir} + name;
}

/// The child: transfers, and writes down which it was told are done.
TEST(TransactCrashChild, Run) {
    const char* dir = sluice::test::crash_directory();
    if (dir == nullptr) GTEST_SKIP() << "run by TransactCrash";
    auto options = TwoPhaseOptions::read(file_in(dir, "points.yaml"));
    ASSERT_TRUE(options.has_value()) << options.error().message;
    options->survive_power_cut = false;
    auto points = TwoPhase::open(options.value());
    ASSERT_TRUE(points.has_value()) << points.error().message;
    int number = 0;
    std::ifstream{file_in(dir, "number")} >> number;
    std::ofstream acknowledged{file_in(dir, "acknowledged"), std::ios::app};
    const auto change = [](std::int64_t by, const std::string& transfer) {
        return [=](Sql& sql) {
            sql.execute("insert into moved values (?)", {transfer});
            sql.execute("update account set points = points + ? where id = 1", {by});
            return ok();
        };
    };
    for (int one = 0; one < kTransfers; ++one) {
        const std::string transfer = fmt::format("{}-{}", number, one);
        const Status done =
            points.value()->run({{"north", change(-1, transfer)}, {"south", change(1, transfer)}});
        if (done) acknowledged << transfer << std::endl;
    }
}

class TransactCrash : public TwoServers {
protected:
    struct Point {
        const char* name;
        int passings;  ///< of one transfer
    };

    static constexpr Point kPoints[] = {
        {"twophase.worked", 1},
        {"twophase.prepared", 2},
        {"twophase.decided", 1},
        {"twophase.stored", 1},
        {"twophase.told", 2},
        {"twophase.erased", 1}};

    void SetUp() override {
#ifndef SLUICE_POINTS
        GTEST_SKIP() << "danger points are compiled out";
#endif
        TwoServers::SetUp();
        if (IsSkipped()) return;
        std::ofstream file{dir.file("points.yaml")};
        file << "coordinator: points\nlog: decisions\nwithin: 60s\nlook_every: 100ms\n"
             << "databases:\n";
        for (const auto& [name, url] : options.databases) {
            file << "  " << name << ": " << url << "?connect-timeout-ms=60000\n";
        }
    }

    /// A number of its own, so that names of transfers are.
    void next_child() {
        std::ofstream{dir.file("number")} << ++children_;
    }

    /// Killed, or stopped there while the test does something; whether it came to its end.
    bool run_child(
        const char* variable, const std::string& at, const std::function<void()>& meanwhile
    ) {
        next_child();
        const pid_t child = ::fork();
        if (child == 0) {
            // NOLINTBEGIN(concurrency-mt-unsafe): one thread is left after fork
            ::setenv("SLUICE_CRASH_DIR", dir.file("").c_str(), 1);
            ::setenv(variable, at.c_str(), 1);
            // NOLINTEND(concurrency-mt-unsafe)
            ::execl("/proc/self/exe", "crash", "--gtest_filter=TransactCrashChild.Run", nullptr);
            ::_exit(127);
        }
        int status = 0;
        EXPECT_EQ(::waitpid(child, &status, WUNTRACED), child);
        if (WIFSTOPPED(status)) {
            meanwhile();
            ::kill(child, SIGCONT);
            EXPECT_EQ(::waitpid(child, &status, 0), child);
        }
        if (WIFSIGNALED(status)) return false;
        EXPECT_EQ(WEXITSTATUS(status), 0);
        return true;
    }

    [[nodiscard]] std::set<std::string> acknowledged() const {
        std::set<std::string> all;
        std::ifstream file{dir.file("acknowledged")};
        for (std::string one; file >> one;) all.insert(one);
        return all;
    }

    /// The next coordinator ends what is left.
    void recover_and_check() {
        const auto points = open(options);
        await_nothing_prepared();
        check(acknowledged());
    }

private:
    int children_{0};
};

TEST_F(TransactCrash, OfTheCoordinatorLeavesNothingHalf) {
    int kills = 0;
    for (const Point& point : kPoints) {
        for (int passing = 1; passing <= point.passings; ++passing) {
            const std::string at = fmt::format("{}:{}", point.name, passing);
            SCOPED_TRACE(at);
            EXPECT_FALSE(run_child("SLUICE_KILL_AT", at, [] {})) << "it was not killed";
            ++kills;
            recover_and_check();
            if (HasFailure()) return;
        }
    }
    EXPECT_EQ(kills, 8);
    next_child();
    EXPECT_TRUE(sluice::test::run_crash_child("TransactCrashChild.Run", dir.file(""), "none"));
    check(acknowledged());
    EXPECT_GE(acknowledged().size(), static_cast<std::size_t>(kTransfers));
}

TEST_F(TransactCrash, OfADatabaseLeavesNothingHalf) {
    for (const Point& point : kPoints) {
        for (const char* database : {"north", "south"}) {
            SCOPED_TRACE(fmt::format("{} of {}", point.name, database));
            bool was_there = false;
            EXPECT_TRUE(run_child("SLUICE_STOP_AT", point.name, [&] {
                was_there = true;
                server_of(database).kill();
            }));
            EXPECT_TRUE(was_there);
            server_of(database).start();
            recover_and_check();
            if (HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace sluice::transact::test
