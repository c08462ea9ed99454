#include "deliver/topic_sink.hpp"

#include "base/hash.hpp"
#include "deliver/handler_fixture.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

class TopicSinkTest : public ::testing::Test {
protected:
    static constexpr std::uint32_t kPartitions = 3;

    std::unique_ptr<TopicSink> open(WantedTypes types = {}) {
        auto opened = TopicSink::open(*log_, {"team", kPartitions, std::move(types), {}});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    /// "subject/position" of what the topic holds, partition by partition.
    std::vector<std::string> written(std::optional<std::uint32_t> only = std::nullopt) {
        std::vector<std::string> all;
        for (std::uint32_t p = 0; p < kPartitions; ++p) {
            if (only && *only != p) continue;
            const auto read = log_->read({"team", PartitionId{p}}, Offset{0}, {});
            EXPECT_TRUE(read.has_value());
            for (const log::StoredRecord& stored : read.value()) {
                all.push_back(fmt::format(
                    "{}/{}",
                    stored.record.key.value_or(""),
                    stored.record.header("ce_subjectposition").value_or("none")
                ));
                last_ = stored.record;
            }
        }
        return all;
    }

    log::test::ScratchDirectory scratch_;
    log::EmbeddedOptions options_{log::test::test_options(scratch_.path())};
    std::unique_ptr<log::Log> log_{log::test::open_or_fail(options_)};
    Record last_;
};

TEST_F(TopicSinkTest, ASubjectsEventsLieInOrderOnTheOnePartitionThatJavaWouldChoose) {
    const auto sink = open();
    Work work;
    work.run("s1", 1, {"x", "y"}).run("s2", 7, {"x"}).run("s3", 1, {"x"});
    for (const auto& outcome : sink->deliver(work.runs())) EXPECT_FALSE(outcome.failure);
    Work more;
    more.run("s1", 3, {"x"});
    EXPECT_EQ(sink->deliver(more.runs())[0].handled, 1U);
    EXPECT_EQ(written().size(), 5U);
    const std::uint32_t place = partition_by_murmur2("s1", kPartitions).value;
    std::vector<std::string> mine;
    for (const std::string& one : written(place)) {
        if (one.starts_with("s1/")) mine.push_back(one);
    }
    EXPECT_EQ(mine, (std::vector<std::string>{"s1/1", "s1/2", "s1/3"}));
}

TEST_F(TopicSinkTest, ValueAndHeadersPassAndWhatIsSluicesStays) {
    Work work;
    work.run("s1", 4, {"x"});
    Record& sent = work.last_record();
    sent.value = std::string{"\0not json", 9};
    sent.headers.push_back({"team-header", "as it was"});
    sent.headers.push_back({"sluice", "facts"});
    sent.headers.push_back({"sluice-chosen", "id who: why"});
    sent.headers.push_back({"sluice-edited", "by an operator"});
    sent.headers.push_back({"ce_subjectposition", "999"});
    EXPECT_EQ(open()->deliver(work.runs())[0].handled, 1U);
    EXPECT_EQ(written(), (std::vector<std::string>{"s1/4"}));
    EXPECT_EQ(last_.value, sent.value);
    EXPECT_EQ(last_.time, sent.time);
    EXPECT_EQ(last_.header("team-header"), "as it was");
    EXPECT_EQ(last_.header("ce_id"), "s1-4");
    EXPECT_FALSE(last_.header("sluice"));
    EXPECT_FALSE(last_.header("sluice-chosen"));
    EXPECT_FALSE(last_.header("sluice-edited"));
}

TEST_F(TopicSinkTest, WantsItsTypesOrAll) {
    EXPECT_TRUE(open()->wants("sluice.gap"));
    const auto some = open({"x"});
    EXPECT_TRUE(some->wants("x"));
    EXPECT_FALSE(some->wants("y"));
}

TEST_F(TopicSinkTest, AnInvalidEventEndsItsOwnRunOnly) {
    Work work;
    work.run("s1", 1, {"x", "x"});
    work.last_record().headers.push_back({"ce_subjectinvalid", "no price"});
    work.run("s2", 1, {"x"});
    const auto outcomes = open()->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    ASSERT_TRUE(outcomes[0].failure);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(written().size(), 2U);
}

TEST_F(TopicSinkTest, OneThatIsTooLargeIsDeadAndTheOthersGo) {
    Work work;
    work.run("s1", 1, {"x", "x", "x"}).run("s2", 1, {"x"});
    const auto runs = work.runs();
    const_cast<Record*>(runs[0].events[1].record)  // NOLINT(*-const-cast): the work's own
        ->headers.push_back({"big", std::string(log_->record_bytes_max(), 'x')});
    const auto outcomes = open()->deliver(runs);
    EXPECT_EQ(outcomes[0].handled, 1U);
    ASSERT_TRUE(outcomes[0].failure);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead) << outcomes[0].failure->reason;
    EXPECT_FALSE(outcomes[1].failure);
    EXPECT_EQ(written().size(), 2U);
}

TEST_F(TopicSinkTest, ATopicThatIsNotThereIsNamed) {
    const auto refused = TopicSink::open(*log_, {"nowhere", std::nullopt, {}, {}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    EXPECT_NE(refused.error().message.find("nowhere"), std::string::npos);
    ASSERT_TRUE(log_->create_topic({"nowhere", 1}));
    EXPECT_TRUE(TopicSink::open(*log_, {"nowhere", std::nullopt, {}, {}}).has_value());
}

TEST_F(TopicSinkTest, ATopicThatIsThereKeepsItsCount) {
    ASSERT_TRUE(log_->create_topic({"team", 1}));
    Work work;
    for (int s = 0; s < 9; ++s) work.run(fmt::format("s{}", s), 1, {"x"});
    for (const auto& outcome : open()->deliver(work.runs())) EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(log_->ends({"team", PartitionId{0}}).value().committed, Offset{9});
}

}  // namespace
}  // namespace sluice::deliver::test
