// What retention has taken: a rebuild is refused, until it has been brought back.

#include "event/kafka.hpp"
#include "log/embedded/embedded.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/rebuild/rebuild_fixture.hpp"

namespace sluice::test {
namespace {

using Verb = RebuildWish::Verb;
using State = RebuildOutcome::State;

class RebuildHistoryTest : public RebuildTest {
protected:
    struct Line {
        Event event;
        PartitionId partition;
        Offset offset;
    };

    /// Forty payments of four tills; then the process stops, and its log is ours.
    void pay_and_stop() {
        open();
        for (int number = 1; number <= 10; ++number) {
            std::vector<Event> events;
            for (const char* till : {"a", "b", "c", "d"})
                events.push_back(paid(till, number, 1, fmt::format("2024-01-{:02}", number)));
            publish(events);
            settle();
        }
        ASSERT_TRUE(instance_->stop());
        instance_.reset();
        log_ = open_log();
        for (PartitionId home{0}; home.value < 3; home = home.next()) read_all(home);
    }

    [[nodiscard]] std::unique_ptr<log::Log> open_log() const {
        log::EmbeddedOptions options;
        options.directory = scratch_.path() / "log";
        options.durability = log::Durability::kProcessCrash;
        return log::open_embedded_log(options).value();
    }

    static log::PartitionRef ordered(PartitionId home) {
        return {runtime::ordered_topic("till"), home};
    }

    void read_all(PartitionId home) {
        auto read = log_->read(ordered(home), Offset{0}, {}).value();
        for (const log::StoredRecord& stored : read) {
            lines_.push_back({event::from_record(stored.record, {}).value(), home, stored.offset});
        }
    }

    /// As retention does it: nobody needs it any more.
    void cut() {
        std::int64_t gone = 0;
        for (PartitionId home{0}; home.value < 3; home = home.next()) {
            Offset below = log_->ends(ordered(home)).value().committed;
            for (const std::string& group :
                 {runtime::runner_group("till"), runtime::sequencer_group("till")}) {
                const auto done = log_->consumed_by(group, ordered(home)).value();
                below = std::min(below, done.value_or(Offset{0}));
            }
            if (below.value > 2) below = Offset{below.value - 2};
            ASSERT_TRUE(log_->trim(ordered(home), below));
            gone += below.value;
        }
        ASSERT_GT(gone, 10) << "there is nothing to bring back";
    }

    Status bring_back(std::size_t first, std::size_t end) {
        auto import = runtime::HistoryImport::open(*log_, "till").value();
        for (std::size_t i = first; i < std::min(end, lines_.size()); ++i) {
            const Status added = import.add(lines_[i].event, lines_[i].partition, lines_[i].offset);
            if (!added) return added;
        }
        Status written = import.write();
        imported_ = import.imported();
        passed_over_ = import.passed_over();
        return written;
    }

    std::vector<Line> lines_;
    std::unique_ptr<log::Log> log_;
    std::uint64_t imported_{0};
    std::uint64_t passed_over_{0};
};

TEST_F(RebuildHistoryTest, ARebuildThatWouldBeIncompleteIsRefusedAndSaysWhatIsMissing) {
    pay_and_stop();
    cut();
    log_.reset();
    open();
    const auto refused = ask(Verb::kBegin, "b");
    EXPECT_EQ(refused.state, State::kRefused);
    EXPECT_NE(refused.text.find("till.ordered/"), std::string::npos) << refused.text;
    EXPECT_NE(refused.text.find("retention has taken what lay below offset"), std::string::npos);
    EXPECT_NE(refused.text.find("sluice import history FILE"), std::string::npos);
    EXPECT_EQ(ask(Verb::kBegin, "c", since("1999-01-01T00:00:00Z")).state, State::kRefused);
    EXPECT_EQ(ask(Verb::kBegin, "d", since("3")).state, State::kRefused);
    EXPECT_EQ(ask(Verb::kBegin, "e", since("2099-01-01T00:00:00Z")).state, State::kDone);
    EXPECT_EQ(ask(Verb::kBegin, "f", since("1000")).state, State::kDone);
}

TEST_F(RebuildHistoryTest, WhatWasBroughtBackIsReadFirst) {
    pay_and_stop();
    cut();
    ASSERT_TRUE(bring_back(0, lines_.size()));
    EXPECT_EQ(imported_, lines_.size()) << "also what is still there";
    log_.reset();
    open();
    const std::string before = live_rows();
    ASSERT_EQ(ask(Verb::kBegin, "b").text, "b is being filled beside takings");
    wait_for_phase("b", "ready");
    publish({paid("a", 11, 1, "2024-01-11")});
    settle();
    EXPECT_EQ(rows_of(model("b").file), before + "2024-01-11 1; ");
    EXPECT_EQ(ask(Verb::kSwitch, "b").state, State::kDone);
    restart();
    publish({paid("b", 11, 1, "2024-01-11")});
    settle();
    EXPECT_EQ(live_rows(), before + "2024-01-11 2; ");
}

TEST_F(RebuildHistoryTest, AnImportThatWasInterruptedIsDoneAgain) {
    pay_and_stop();
    ASSERT_TRUE(bring_back(0, 7));
    EXPECT_EQ(imported_, 7U);
    ASSERT_TRUE(bring_back(0, lines_.size()));
    EXPECT_EQ(imported_, lines_.size() - 7);
    EXPECT_EQ(passed_over_, 7U);
    ASSERT_TRUE(bring_back(0, lines_.size()));
    EXPECT_EQ(imported_, 0U);
}

TEST_F(RebuildHistoryTest, LinesThatLeaveAHoleAreRefused) {
    pay_and_stop();
    const auto refusal = [&](auto spoil) {
        auto import = runtime::HistoryImport::open(*log_, "till").value();
        auto lines = lines_;
        spoil(lines);
        for (const Line& line : lines) {
            const Status added = import.add(line.event, line.partition, line.offset);
            if (!added) return added.error().message;
        }
        return std::string{};
    };
    EXPECT_NE(
        refusal([](auto& lines) { lines.erase(lines.begin()); }).find("comes after 0"),
        std::string::npos
    );
    EXPECT_NE(
        refusal([](auto& lines) { std::swap(lines[0], lines[5]); }).find("lines are missing"),
        std::string::npos
    );
    EXPECT_NE(
        refusal([](auto& lines) { lines[0].partition = PartitionId{9}; }).find("no such partition"),
        std::string::npos
    );
    EXPECT_NE(
        refusal([](auto& lines) {
            lines[0].partition = PartitionId{(lines[0].partition.value + 1) % 3};
        }).find("another domain's"),
        std::string::npos
    );
    EXPECT_NE(
        refusal([](auto& lines) { lines[0].event.extensions.erase("subjectposition"); }
        ).find("no `subjectposition`"),
        std::string::npos
    );
    EXPECT_FALSE(runtime::HistoryImport::open(*log_, "nobody").has_value());
}

}  // namespace
}  // namespace sluice::test
