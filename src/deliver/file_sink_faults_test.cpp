// A file that cannot take what it is given: the disk full in the middle of a line, a restart after
// that, readers that pass over repetitions.

#include "base/test_seed.hpp"
#include "deliver/file_sink.hpp"
#include "deliver/handler_fixture.hpp"
#include "event/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sys/resource.h>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

/// No file of this process may grow beyond so many bytes, as on a disk without room: write(2) takes
/// what fits and then fails.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) : handler_{std::signal(SIGXFSZ, SIG_IGN)} {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }

    ~FileSizeLimit() {
        static_cast<void>(::setrlimit(RLIMIT_FSIZE, &before_));
        static_cast<void>(std::signal(SIGXFSZ, handler_));
    }

    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int);
};

class FileSinkFaults : public ::testing::Test {
protected:
    void SetUp() override { open(); }

    void open() {
        sink_.reset();
        auto opened = FileSink::open({path_, {}, {}});
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        sink_ = std::move(opened.value());
    }

    dispatch::RunOutcome deliver(
        const std::string& subject, std::uint64_t first, std::size_t events
    ) {
        Work work;
        work.run(subject, first, std::vector<std::string>(events, "x"));
        return sink_->deliver(work.runs()).front();
    }

    std::uint64_t size() { return std::filesystem::file_size(path_); }

    /// As a reader would: whole lines, and no position of a subject that is not above its last one.
    std::vector<std::string> events() {
        std::ifstream in{path_};
        std::vector<std::string> all;
        std::map<std::string, std::uint64_t> last;
        for (std::string line; std::getline(in, line);) {
            const auto event = event::parse_json(line, {});
            EXPECT_TRUE(event.has_value()) << line;
            if (!event) continue;
            const std::uint64_t at = std::stoull(std::string{*event->extension("subjectposition")});
            if (at <= last[event->subject]) continue;
            EXPECT_EQ(at, last[event->subject] + 1) << event->subject;
            last[event->subject] = at;
            all.push_back(fmt::format("{}{}", event->subject, at));
        }
        return all;
    }

    sluice::test::TempDir dir_;
    std::string path_{dir_.file("audit.jsonl")};
    std::unique_ptr<FileSink> sink_;
};

TEST_F(FileSinkFaults, AFullDiskIsTakenBackAndTriedAgain) {
    EXPECT_EQ(deliver("a", 1, 2).handled, 2U);
    const std::uint64_t before = size();
    {
        const FileSizeLimit limit{before + 10};  // in the middle of a line
        const auto outcome = deliver("a", 3, 2);
        EXPECT_EQ(outcome.handled, 0U);
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried) << "no attempt, nobody parked";
        EXPECT_EQ(outcome.failure->reason, path_ + ": writing failed: File too large");
        EXPECT_EQ(size(), before) << "no half line stays";
        EXPECT_EQ(deliver("a", 3, 2).handled, 0U);
    }
    EXPECT_EQ(deliver("a", 3, 2).handled, 2U) << "as soon as there is room";
    EXPECT_EQ(events(), (std::vector<std::string>{"a1", "a2", "a3", "a4"}));
}

TEST_F(FileSinkFaults, AFullDiskHoldsAllRunsOfTheCallAlike) {
    Work work;
    work.run("a", 1, {"x"}).run("b", 1, {"x", "x"});
    work.last_record().headers.clear();
    work.run("c", 1, {"x"});
    const FileSizeLimit limit{5};
    for (const auto& outcome : sink_->deliver(work.runs())) {
        EXPECT_EQ(outcome.handled, 0U);
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried)
            << "also what was dead: it comes again";
    }
    EXPECT_EQ(size(), 0U);
}

TEST_F(FileSinkFaults, ACrashAfterTheWriteRepeatsAndAReaderPassesOverIt) {
    EXPECT_EQ(deliver("a", 1, 3).handled, 3U);
    open();
    EXPECT_EQ(deliver("a", 2, 3).handled, 3U);  // 1 was done, 2 and 3 were not known to be
    EXPECT_EQ(events(), (std::vector<std::string>{"a1", "a2", "a3", "a4"}));
}

TEST_F(FileSinkFaults, LinesStayLinesWhateverIsInAnEvent) {
    Work work;
    work.run("주문 \"17\"", 1, {"x"});
    Event event = make_event("a", 1, "x");
    event.data = "line one\nline two\r\n\\ \" \x01 \xE2\x80\xA8 end";
    event.datacontenttype = "text/plain";
    work.run("a", 1, {"x"});
    work.last_record() = event::to_record(event, "a");
    event.data = std::string(300'000, 'y');
    work.run("b", 1, {"x"});
    event.subject = "b";
    work.last_record() = event::to_record(event, "b");
    for (const auto& outcome : sink_->deliver(work.runs())) EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(events(), (std::vector<std::string>{"주문 \"17\"1", "a1", "b1"}));
}

TEST_F(FileSinkFaults, NothingToWriteTouchesNothing) {
    EXPECT_TRUE(sink_->deliver({}).empty());
    Work work;
    work.run("a", 1, {"x"});
    work.last_record().headers.clear();
    const FileSizeLimit limit{0};
    EXPECT_EQ(sink_->deliver(work.runs()).front().failure->kind, FailureKind::kDead);
    EXPECT_EQ(size(), 0U);
}

TEST_F(FileSinkFaults, AnotherWriterMayComeWhenThisOneHasGone) {
    EXPECT_EQ(FileSink::open({path_, {}, {}}).error().code, ErrorCode::kUnavailable);
    open();
    EXPECT_EQ(deliver("a", 1, 1).handled, 1U);
}

/// Disks that fill and empty again, crashes before and after the answer, torn ends: whole lines
/// only, each subject in order, nothing missing.
TEST_F(FileSinkFaults, ModelWholeLinesInOrderWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::uint64_t> told;
    for (int round = 0; round < 150; ++round) {
        const std::string subject = random() % 2 == 0 ? "a" : "b";
        const std::size_t events = 1 + random() % 4;
        const std::uint64_t first = told[subject] + 1;
        std::uint64_t handled = 0;
        if (random() % 3 == 0) {
            const FileSizeLimit limit{size() + random() % 800};
            handled = deliver(subject, first, events).handled;
        } else {
            handled = deliver(subject, first, events).handled;
            ASSERT_EQ(handled, events);
        }
        const bool answer_lost = random() % 5 == 0;
        if (!answer_lost) told[subject] += handled;
        if (answer_lost || random() % 6 == 0) {
            sink_.reset();
            const std::size_t torn = random() % 3 == 0 ? random() % 200 : 0;
            std::ofstream{path_, std::ios::app} << std::string(torn, '{');
            open();
            ASSERT_EQ(sink_->bytes_cut(), torn);
        }
    }
    const auto all = events();  // checks the order
    for (const auto& [subject, last] : told) {
        const auto count =
            std::count_if(all.begin(), all.end(), [first = subject.front()](const auto& one) {
                return one.front() == first;
            });
        EXPECT_GE(static_cast<std::uint64_t>(count), last) << subject;
    }
}

}  // namespace
}  // namespace sluice::deliver::test
