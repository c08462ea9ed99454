// The small parts: the slot between worker and runner, feeds, topics, reopening.

#include "log/embedded/test_log.hpp"
#include "runtime/dispatching/change_slot.hpp"
#include "runtime/domain/retry_open.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/partition_feed.hpp"
#include "runtime/sequencing/step_outputs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sluice::runtime {
namespace {

using log::test::publish_text;

ChangePart part_of(std::int64_t next) {
    return {{}, {{HomeId{1}, Offset{next}}}, {}, {}};
}

TEST(ChangeSlot, CarriesOnePartAtATime) {
    Activity submitted;
    ChangeSlot slot{submitted};
    EXPECT_TRUE(slot.is_free());
    EXPECT_FALSE(slot.take().has_value());
    const std::uint64_t before = submitted.version();
    slot.put(part_of(7));
    EXPECT_NE(submitted.version(), before);
    EXPECT_FALSE(slot.is_free());
    const auto taken = slot.take();
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->done.at(0).second, Offset{7});
    EXPECT_FALSE(slot.is_free()) << "taken, but not on disk";
    EXPECT_FALSE(slot.take().has_value());
    slot.written();
    EXPECT_TRUE(slot.is_free());
}

TEST(ChangeSlot, ClosedItKeepsNobodyWaiting) {
    Activity submitted;
    ChangeSlot slot{submitted};
    slot.put(part_of(1));
    std::jthread closer{[&] { slot.close(); }};
    EXPECT_FALSE(slot.wait_until_free(std::chrono::minutes{10}));
    EXPECT_TRUE(slot.is_closed());
}

TEST(ChangeSlot, WhoWaitsIsTold) {
    Activity submitted;
    ChangeSlot slot{submitted};
    slot.put(part_of(1));
    std::jthread runner{[&] {
        while (!slot.take().has_value()) std::this_thread::yield();
        slot.written();
    }};
    EXPECT_TRUE(slot.wait_until_free(std::chrono::minutes{10}));
}

class PartsTest : public testing::Test {
protected:
    void SetUp() override {
        log_ = log::test::open_or_fail(log::test::test_options(scratch_.path()));
    }

    log::test::ScratchDirectory scratch_;
    std::unique_ptr<log::Log> log_;
};

TEST_F(PartsTest, AFeedGivesEveryRecordOnceAndKnowsWhereItStands) {
    const log::PartitionRef at{"t", PartitionId{0}};
    ASSERT_TRUE(log_->create_topic({"t", 1}).has_value());
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(publish_text(*log_, at, std::to_string(i)).has_value());
    PartitionFeed feed{*log_, at, Offset{2}, {3, std::size_t{1} << 20}};
    for (int i = 2; i < 10; ++i) {
        ASSERT_TRUE(feed.fill(log_->version()).has_value());
        EXPECT_EQ(feed.next(), Offset{i});
        ASSERT_FALSE(feed.empty());
        EXPECT_EQ(feed.front().record.value, std::to_string(i));
        EXPECT_EQ(feed.take().offset, Offset{i});
    }
    const std::uint64_t version = log_->version();
    ASSERT_TRUE(feed.fill(version).has_value());
    EXPECT_TRUE(feed.empty());
    ASSERT_TRUE(publish_text(*log_, at, "more").has_value());
    ASSERT_TRUE(feed.fill(version).has_value());
    EXPECT_TRUE(feed.empty()) << "the end was met at this version";
    ASSERT_TRUE(feed.fill(log_->version()).has_value());
    EXPECT_EQ(feed.take().record.value, "more");
}

TEST_F(PartsTest, AFeedNeverJumpsOverWhatRetentionTook) {
    const log::PartitionRef at{"t", PartitionId{0}};
    ASSERT_TRUE(log_->create_topic({"t", 1}).has_value());
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(publish_text(*log_, at, "x").has_value());
    ASSERT_TRUE(log_->trim(at, Offset{3}).has_value());
    PartitionFeed feed{*log_, at, Offset{1}, {}};
    const Status filled = feed.fill(log_->version());
    ASSERT_FALSE(filled.has_value());
    EXPECT_EQ(filled.error().code, ErrorCode::kNotFound);
    EXPECT_NE(filled.error().message.find("t/0"), std::string::npos);
}

TEST_F(PartsTest, TopicsAreMadeOnceAndHeldToTheirCounts) {
    const std::vector<log::TopicSpec> channels{{"d.in", 5}};
    ASSERT_TRUE(ensure_topics(*log_, "d", 3, channels).has_value());
    ASSERT_TRUE(ensure_topics(*log_, "d", 3, channels).has_value());
    for (const auto& name :
         {ordered_topic("d"),
          repartition_topic("d"),
          aside_topic("d"),
          commands_topic("d"),
          audit_topic("d")}) {
        EXPECT_EQ(log_->topic(name).value()->partitions, 3U) << name;
    }
    const Status homes = ensure_topics(*log_, "d", 4, channels);
    ASSERT_FALSE(homes.has_value());
    EXPECT_EQ(homes.error().code, ErrorCode::kConflict);
    EXPECT_NE(homes.error().message.find("d.ordered has 3"), std::string::npos);
    const Status count = ensure_topics(*log_, "d", 3, std::vector<log::TopicSpec>{{"d.in", 6}});
    ASSERT_FALSE(count.has_value());
    EXPECT_NE(count.error().message.find("d.in has 5"), std::string::npos);
}

TEST_F(PartsTest, ASessionIsRepeatedWhileThatCanHelp) {
    const std::stop_token never;
    int sessions = 0;
    const Status ended = run_reopening(*log_, never, [&] {
        ++sessions;
        if (sessions < 3) return Status{Error{ErrorCode::kFenced, "taken"}};
        return Status{Error{ErrorCode::kCorrupt, "damaged"}};
    });
    EXPECT_EQ(sessions, 3);
    EXPECT_EQ(ended.error().code, ErrorCode::kCorrupt);
}

TEST_F(PartsTest, OnlyAnOwnerRoomAndTimeCanBeWaitedFor) {
    for (const ErrorCode code : {ErrorCode::kFenced, ErrorCode::kFull, ErrorCode::kUnavailable}) {
        int sessions = 0;
        const Status ended = run_reopening(*log_, {}, [&]() -> Status {
            if (++sessions == 2) return ok();
            return Error{code, "for now"};
        });
        EXPECT_TRUE(ended) << to_string(code);
        EXPECT_EQ(sessions, 2);
    }
    for (const ErrorCode code :
         {ErrorCode::kInvalidArgument,
          ErrorCode::kInvalidEvent,
          ErrorCode::kTooLarge,
          ErrorCode::kNotFound,
          ErrorCode::kAlreadyExists,
          ErrorCode::kConflict,
          ErrorCode::kCorrupt,
          ErrorCode::kIo,
          ErrorCode::kBadConfig,
          ErrorCode::kCancelled,
          ErrorCode::kUnsupported}) {
        int sessions = 0;
        const Status ended = run_reopening(*log_, {}, [&]() -> Status {
            ++sessions;
            return Error{code, "for good"};
        });
        EXPECT_EQ(ended.error(), (Error{code, "for good"}));
        EXPECT_EQ(sessions, 1) << to_string(code);
    }
}

TEST_F(PartsTest, EachRepetitionIsToldWithItsReason) {
    std::vector<std::string> told;
    const Notify notify = [&told](const Notice& notice) {
        EXPECT_EQ(notice.kind, NoticeKind::kReopened);
        told.push_back(notice.reason);
    };
    const Reopens reopens = reopens_as_notice(notify, "sequencing");
    const std::vector<Status> ends{
        Error{ErrorCode::kFenced, "taken"}, Error{ErrorCode::kUnavailable, "slow"}, ok()};
    std::size_t sessions = 0;
    EXPECT_TRUE(run_reopening(
        *log_, {}, [&] { return ends.at(sessions++); }, reopens
    ));
    EXPECT_EQ(told, (std::vector<std::string>{"sequencing: taken", "sequencing: slow"}));
    EXPECT_FALSE(reopens_as_notice({}, "nobody listens"));
}

TEST_F(PartsTest, AStopEndsTheRepetition) {
    const auto stop = std::make_unique<std::stop_source>();
    int sessions = 0;
    const Status ended = run_reopening(*log_, stop->get_token(), [&] {
        ++sessions;
        stop->request_stop();
        return Status{Error{ErrorCode::kFull, "no room"}};
    });
    EXPECT_EQ(sessions, 1);
    EXPECT_TRUE(ended.has_value());
}

TEST(StepOutputs, GathersByTopicAndHomeInOrder) {
    StepOutputs outputs{"d", 2};
    EXPECT_TRUE(outputs.empty());
    for (const char* text : {"1", "2"}) outputs.ordered(HomeId{1}, log::test::text_record(text));
    outputs.repartition(HomeId{0}, log::test::text_record("3"));
    outputs.aside(HomeId{1}, log::test::text_record("4"));
    EXPECT_EQ(outputs.bytes(), 4U);
    std::vector<log::Append> appends;
    outputs.move_to(appends);
    EXPECT_TRUE(outputs.empty());
    EXPECT_EQ(outputs.bytes(), 0U);
    ASSERT_EQ(appends.size(), 3U);
    EXPECT_EQ(appends[0].to, (log::PartitionRef{"d.ordered", PartitionId{1}}));
    ASSERT_EQ(appends[0].records.size(), 2U);
    EXPECT_EQ(appends[0].records[1].value, "2");
    EXPECT_EQ(appends[1].to, (log::PartitionRef{"d.repartition", PartitionId{0}}));
    EXPECT_EQ(appends[2].to, (log::PartitionRef{"d.aside", PartitionId{1}}));
}

}  // namespace
}  // namespace sluice::runtime
