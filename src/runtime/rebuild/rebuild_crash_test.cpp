#include "base/test_crash_child.hpp"
#include "base/test_seed.hpp"
#include "runtime/rebuild/rebuild_fixture.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::test {
namespace {

using Verb = RebuildWish::Verb;

constexpr int kTills = 12;
constexpr int kEach = 40;

/// Letters that outlive a kill: a line each, appended at once.
Service takings_with_letters(const Filling& filling, const std::string& letters) {
    Service service = Takings{}(filling);
    service.effect("till.paid", [letters](const Event& event, Sql&) {
        const std::string line = event.id + "\n";
        const int file = ::open(letters.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        const bool sent = ::write(file, line.data(), line.size()) == std::ssize(line);
        ::close(file);
        return sent ? Handled::done() : Handled::retry("no letter box");
    });
    return service;
}

/// Asks for what is not so yet, as an operator would whose question was lost with the process.
void bring_about(const std::string& file, Verb verb, const std::string& phase) {
    auto models = ReadModels::open(file).value();
    const auto phase_of_b = [&models] {
        for (const ReadModel& one : models.all().value()) {
            if (one.name == "b") return one.phase;
        }
        return std::string{};
    };
    const bool to_be_asked = verb == Verb::kBegin ? phase_of_b().empty() : phase_of_b() == "ready";
    if (to_be_asked) {
        RebuildWish wish;
        wish.verb = verb;
        wish.into = "b";
        // What the last process was asked is carried out as well: then this is refused.
        static_cast<void>(models.wait_for(models.ask(wish).value(), Milliseconds{60'000}).value());
    }
    for (int look = 0; look < 3'000; ++look) {
        if (phase_of_b() == phase || phase_of_b() == "live") return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    FAIL() << "never " << phase;
}

/// The process that is killed: goes on where it was, publishes all the time, and switches.
TEST(RebuildCrashChild, Run) {
    const char* dir = sluice::test::crash_directory();
    if (dir == nullptr) GTEST_SKIP() << "run by RebuildCrash";
    const std::string directory{dir};
    const std::string file = directory + "/takings.sqlite";
    auto instance =
        Instance::open({.directory = directory + "/log", .survive_power_cut = false}).value();
    ASSERT_TRUE(instance->add_domain_text(kTillContract, "till.yaml"));
    const ServiceOf make = [&](const Filling& filling) {
        return takings_with_letters(filling, directory + "/letters");
    };
    ASSERT_TRUE(instance->add_service("till", "takings", make, file));
    ASSERT_TRUE(instance->start());
    std::jthread load{[&] {
        for (int number = 1; number <= kEach; ++number) {
            std::vector<Event> batch;
            for (int till = 0; till < kTills; ++till)
                batch.push_back(paid(fmt::format("t{}", till), number, 1, "2024-01-01"));
            for (const auto& answer : instance->publish(batch)) ASSERT_TRUE(answer.has_value());
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }};
    bring_about(file, Verb::kBegin, "ready");
    bring_about(file, Verb::kSwitch, "live");
    load.join();
    ASSERT_TRUE(instance->wait_until_idle(Milliseconds{60'000}));
    ASSERT_TRUE(instance->stop());
}

/// What two processes together have come to. `exact`: nobody was in flight whose letter would have
/// been sent again.
void judge(const std::string& dir, bool exact) {
    std::map<std::string, int> letters;
    std::ifstream in{dir + "/letters"};
    for (std::string line; std::getline(in, line);) ++letters[line];
    EXPECT_EQ(letters.size(), static_cast<std::size_t>(kTills * kEach));
    for (const auto& [id, times] : letters) EXPECT_TRUE(times == 1 || !exact) << id;
    const auto models = ReadModels::open(dir + "/takings.sqlite").value();
    EXPECT_EQ(models.live_file().value(), dir + "/takings@b.sqlite");
    for (const ReadModel& one : models.all().value()) {
        auto session = store::SqliteDatabase{{one.file}}.open_session().value();
        const auto sum = session->query("select amount from taking");
        ASSERT_EQ(sum.size(), 1U);
        EXPECT_EQ(sum[0].integer(0), kTills * kEach) << one.name;
    }
}

constexpr const char* kChild = "RebuildCrashChild.Run";

/// Killed at each danger point of a rebuild and its switch, while events flow: nothing is lost,
/// nothing is twice, neither rows nor letters.
TEST(RebuildCrash, KilledDuringARebuildAndItsSwitch) {
#ifndef SLUICE_POINTS
    GTEST_SKIP() << "danger points are compiled out";
#endif
    struct Point {
        const char* name;
        bool exact;
    };

    constexpr std::array kPoints{
        Point{"rebuild.begun", false},
        Point{"rebuild.before_settle:2", false},  // it becomes ready
        Point{"rebuild.fenced", true},
        Point{"rebuild.inherited", true},
        Point{"rebuild.before_settle:3", true},  // the switch
        Point{"rebuild.after_settle:3", true}};
    for (const auto& [point, exact] : kPoints) {
        SCOPED_TRACE(point);
        const ::sluice::log::test::ScratchDirectory scratch;
        const std::string dir = scratch.path().string();
        EXPECT_FALSE(sluice::test::run_crash_child(kChild, dir, point))
            << "the point has another name by now";
        ASSERT_TRUE(sluice::test::run_crash_child(kChild, dir, "nowhere"));
        judge(dir, exact);
    }
}

/// The same at any moment; SLUICE_KILLS says how many.
TEST(RebuildCrash, KilledAtAnyMoment) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const char* wanted =
        std::getenv("SLUICE_KILLS");  // NOLINT(concurrency-mt-unsafe): nothing writes it
    const std::uint64_t kills = wanted == nullptr ? 3 : std::strtoull(wanted, nullptr, 10);
    for (std::uint64_t kill = 0; kill < kills; ++kill) {
        const ::sluice::log::test::ScratchDirectory scratch;
        const std::string dir = scratch.path().string();
        const std::chrono::milliseconds after{random() % 2'000};
        SCOPED_TRACE(fmt::format("kill {}, after {} ms", kill, after.count()));
        const pid_t child = sluice::test::start_crash_child(kChild, dir, "nowhere");
        std::this_thread::sleep_for(after);
        ::kill(child, SIGKILL);
        static_cast<void>(sluice::test::wait_for_crash_child(child));
        ASSERT_TRUE(sluice::test::run_crash_child(kChild, dir, "nowhere"));
        judge(dir, /*exact=*/false);
    }
}

}  // namespace
}  // namespace sluice::test
