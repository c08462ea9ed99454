#include "project/jq_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <unistd.h>
#include <utility>

namespace sluice::project::jq {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{20'000};

Process started() {
    auto process = Process::start({SLUICE_JQ_CHILD});
    EXPECT_TRUE(process.has_value()) << process.error().message;
    return std::move(process).value();
}

std::string told_by_process(const Result<Frame>& frame) {
    return frame ? "a frame" : frame.error().message;
}

TEST(JqProcess, AnswersInTheOrderOfWhatItIsSent) {
    Process process = started();
    process.send(FrameKind::kProgram, ".n + 1");
    process.send_job({}, R"({"n":1})");
    process.send_job({}, R"({"n":"x"})");
    process.send_job({}, R"({"n":3})");
    EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kReady);
    EXPECT_EQ(process.receive(kLong)->body, "2");
    EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kFailed);
    EXPECT_EQ(process.receive(kLong)->body, "4");
}

TEST(JqProcess, ARefusedProgramMayBeFollowedByAnother) {
    Process process = started();
    process.send(FrameKind::kProgram, "(");
    EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kRefused);
    process.send(FrameKind::kProgram, ".");
    EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kReady);
    process.send_job({}, "7");
    EXPECT_EQ(process.receive(kLong)->body, "7") << "the refused one has no number";
}

TEST(JqProcess, AJobForAProgramThatIsNotThereEndsIt) {
    for (const JobHead head : {JobHead{0, 2}, JobHead{1, 1}, JobHead{0, 0}, JobHead{9, 65'535}}) {
        Process process = started();
        process.send(FrameKind::kProgram, ".");
        EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kReady);
        process.send_job(head, "1");
        EXPECT_FALSE(process.receive(kLong).has_value()) << head.first << " " << head.count;
    }
    Process process = started();
    process.send(FrameKind::kData, "123");
    EXPECT_EQ(told_by_process(process.receive(kLong)), "its process ended (exit code 1)");
}

TEST(JqProcess, WhoDoesNotAnswerInTimeIsTold) {
    Process process = started();
    EXPECT_EQ(told_by_process(process.receive(milliseconds{30})), "it took longer than 30 ms");
}

TEST(JqProcess, HowItEndedIsTold) {
    auto quick = Process::start({"/bin/true"});
    ASSERT_TRUE(quick.has_value());
    EXPECT_EQ(told_by_process(quick->receive(kLong)), "its process ended (exit code 0)");
    Process process = started();
    process.send(FrameKind::kValue, std::string(kFrameBodyBytesMax + 1, 'x'));
    EXPECT_EQ(told_by_process(process.receive(kLong)), "its process ended (exit code 1)");
}

/// The only child of this thread.
std::string child_of_this_thread() {
    std::ifstream list{fmt::format("/proc/self/task/{}/children", ::gettid())};
    std::string pid;
    list >> pid;
    return pid;
}

TEST(JqProcess, HasNoEnvironmentAndNoFilesOfItsParents) {
    const int left_open = ::open("/dev/null", O_RDONLY);  // and not marked to be closed
    Process process = started();
    process.send(FrameKind::kProgram, ".");
    EXPECT_EQ(process.receive(kLong)->kind, FrameKind::kReady);
    const std::string pid = child_of_this_thread();
    ASSERT_FALSE(pid.empty());
    std::ifstream environment{"/proc/" + pid + "/environ"};
    EXPECT_TRUE(environment.good());
    EXPECT_EQ(environment.peek(), std::ifstream::traits_type::eof());
    std::set<std::string> files;
    for (const auto& file : std::filesystem::directory_iterator{"/proc/" + pid + "/fd"}) {
        files.insert(file.path().filename());
    }
    EXPECT_EQ(files, (std::set<std::string>{"0", "1", "2"}));
    ::close(left_open);
}

TEST(JqProcess, IsGoneWhenItsHandleIs) {
    const auto begun = std::chrono::steady_clock::now();
    {
        Process busy = started();
        busy.send(FrameKind::kProgram, "until(false; .)");
        EXPECT_EQ(busy.receive(kLong)->kind, FrameKind::kReady);
        busy.send_job({}, "1");
        EXPECT_EQ(told_by_process(busy.receive(milliseconds{50})), "it took longer than 50 ms");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, kLong);
}

}  // namespace
}  // namespace sluice::project::jq
