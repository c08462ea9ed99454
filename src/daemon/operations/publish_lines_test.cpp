#include "daemon/operations/publish_lines.hpp"

#include "base/test_seed.hpp"
#include "daemon/operations/daemon_fixture.hpp"
#include "event/json.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::FakeBackend;
using test::made_event;

struct Told {
    std::uint64_t line;
    bool accepted;

    bool operator==(const Told&) const = default;
};

std::string line_of(const std::string& subject, int number) {
    return event::write_json_line(made_event(subject, number)) + "\n";
}

class PublishLines : public testing::Test {
protected:
    Result<PublishTotals> run(const std::string& text) {
        std::istringstream in{text};
        return publish_lines(backend, in, {}, [this](std::uint64_t line, const auto& answer) {
            told.push_back({line, answer.has_value()});
            if (!answer) reasons.push_back(answer.error().message);
        });
    }

    FakeBackend backend;
    std::vector<Told> told;
    std::vector<std::string> reasons;
};

TEST_F(PublishLines, EveryLineIsToldInItsOrder) {
    backend.refused = {"b-1"};
    const auto totals = run(line_of("a", 1) + "no event\n" + line_of("b", 1) + line_of("a", 2));
    ASSERT_TRUE(totals) << totals.error().message;
    EXPECT_EQ(totals.value().published, 2U);
    EXPECT_EQ(totals.value().refused, 2U);
    EXPECT_EQ(told, (std::vector<Told>{{1, true}, {2, false}, {3, false}, {4, true}}));
    EXPECT_EQ(backend.published, (std::vector<std::string>{"a-1", "a-2"}));
    EXPECT_NE(reasons.at(0).find("line 2"), std::string::npos);
    EXPECT_EQ(reasons.at(1), "refused b-1");
}

TEST_F(PublishLines, NothingIsPublishedOfAnEmptyInput) {
    const auto totals = run("\n  \n");
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals.value().published + totals.value().refused, 0U);
    EXPECT_TRUE(backend.batches.empty());
}

TEST_F(PublishLines, BatchesAreBounded) {
    std::string text;
    for (int n = 1; n <= static_cast<int>(kBatchEvents) + 3; ++n) text += line_of("a", n);
    ASSERT_TRUE(run(text));
    EXPECT_EQ(backend.batches, (std::vector<std::size_t>{kBatchEvents, 3}));
    EXPECT_EQ(told.back(), (Told{kBatchEvents + 3, true}));
}

TEST_F(PublishLines, LargeEventsMakeSmallBatches) {
    std::string text;
    for (int n = 1; n <= 12; ++n) {
        Event event = made_event("a", n);
        event.data = '"' + std::string(std::size_t{900} << 10, 'x') + '"';
        text += event::write_json_line(event) + "\n";
    }
    ASSERT_TRUE(run(text));
    EXPECT_GT(backend.batches.size(), 1U);
    for (const std::size_t batch : backend.batches) EXPECT_LE(batch, 6U);
}

TEST_F(PublishLines, AFullDiskEndsItAndWhatWasAcknowledgedIsTold) {
    backend.refused = {"a-2"};
    backend.refusal = ErrorCode::kFull;
    const auto totals = run(line_of("a", 1) + line_of("a", 2));
    ASSERT_FALSE(totals);
    EXPECT_EQ(totals.error().code, ErrorCode::kFull);
    EXPECT_EQ(told, (std::vector<Told>{{1, true}, {2, false}}));
}

TEST_F(PublishLines, ADaemonThatHasGoneEndsIt) {
    backend.gone = true;
    const auto totals = run(line_of("a", 1));
    ASSERT_FALSE(totals);
    EXPECT_EQ(totals.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(told.empty());
}

/// Random files of good, refused, broken and blank lines. Reference: a loop over the lines.
TEST_F(PublishLines, AgreesWithALoopOverTheLines) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 100; ++round) {
        backend = FakeBackend{};
        told.clear();
        std::vector<Told> expected;
        std::vector<std::string> published;
        std::string text;
        const std::size_t count = random() % 60;
        for (std::uint64_t line = 1; line <= count; ++line) {
            const std::string subject = fmt::format("s{}", line);
            switch (random() % 5) {
                case 0: text += random() % 2 == 0 ? "\n" : " \t\r\n"; break;
                case 1:
                    text += "{\"broken\": \n";
                    expected.push_back({line, false});
                    break;
                case 2:
                    text += line_of(subject, 1);
                    backend.refused.push_back(subject + "-1");
                    expected.push_back({line, false});
                    break;
                default:
                    text += line_of(subject, 1);
                    published.push_back(subject + "-1");
                    expected.push_back({line, true});
            }
        }
        if (random() % 2 == 0 && !text.empty()) text.pop_back();  // the last line unended
        const auto totals = run(text);
        ASSERT_TRUE(totals) << totals.error().message;
        ASSERT_EQ(told, expected) << text;
        ASSERT_EQ(backend.published, published);
        ASSERT_EQ(totals.value().published, published.size());
        ASSERT_EQ(totals.value().refused, expected.size() - published.size());
    }
}

}  // namespace
}  // namespace sluice::daemon
