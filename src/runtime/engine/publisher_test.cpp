#include "runtime/engine/publisher.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "event/validate.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using test::Call;
using test::event;
using test::FaultyLog;
using test::ManualClock;

class PublisherTest : public testing::Test {
protected:
    void SetUp() override {
        log_ = log::test::open_or_fail(log::test::test_options(scratch_.path()));
        ASSERT_TRUE(ensure_topics(*log_, plan_.name, plan_.homes, plan_.channel_topics()));
    }

    Record stored(const Placed& placed) {
        const auto read = log_->read(placed.at, placed.offset, {1, 1});
        EXPECT_TRUE(read.has_value());
        return read.value()[0].record;
    }

    log::test::ScratchDirectory scratch_;
    DomainPlan plan_{test::shop_plan()};
    ManualClock clock_;
    std::unique_ptr<log::Log> log_;
};

TEST_F(PublisherTest, TypeChoosesTheChannelSubjectThePartition) {
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    for (int s = 0; s < 50; ++s) {
        const std::string subject = fmt::format("s{}", s);
        const std::vector<Event> events{
            event("a.made", subject, "/a", 1), event("b.sent", subject, "/b", 1)};
        const auto answers = publisher.publish(events);
        const log::PartitionRef a{"shop.a", partition_by_murmur2(subject, 3)};
        const log::PartitionRef b{"shop.b", partition_by_crc32(subject, 5)};
        ASSERT_EQ(answers[0].value().at, a);
        ASSERT_EQ(answers[1].value().at, b);
        const Record record = stored(answers[1].value());
        EXPECT_EQ(record.key, subject);
        EXPECT_EQ(event::from_record(record, {}).value(), events[1]);
    }
}

TEST_F(PublisherTest, OffsetsAreThoseOfTheRecordsInOrder) {
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 20; ++n) events.push_back(event("a.made", "s1", "/a", n));
    const auto answers = publisher.publish(events);
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(answers[i].value().offset, Offset{static_cast<std::int64_t>(i)});
        EXPECT_EQ(stored(answers[i].value()).header("ce_id"), events[i].id);
    }
}

TEST_F(PublisherTest, TheRecordBearsTheEventsTimeOrNow) {
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    Event dated = event("a.made", "s1", "/a", 1);
    dated.time = "2026-01-02T03:04:05Z";
    Event undated = event("a.made", "s1", "/a", 2);
    undated.time.reset();
    const auto answers = publisher.publish(std::vector<Event>{dated, undated});
    EXPECT_EQ(stored(answers[0].value()).time, parse_rfc3339("2026-01-02T03:04:05Z").value());
    EXPECT_EQ(stored(answers[1].value()).time, clock_.now());
}

TEST_F(PublisherTest, EachRefusalNamesItsReasonAndLeavesNothing) {
    plan_.channels[1].checking = Checking::kEnforce;
    plan_.check = [](std::string_view, const Record&) { return std::string{"data: /n: no"}; };
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    std::vector<Event> events(5, event("a.made", "s1", "/a", 1));
    events[0].id.clear();
    events[1].type.clear();
    events[2] = event("b.sent", "s1", "/b", 1);
    events[3].data = std::string((std::size_t{1} << 20) + 1, 'x');
    const auto answers = publisher.publish(events);
    EXPECT_EQ(answers[0].error().code, ErrorCode::kInvalidEvent);
    EXPECT_EQ(answers[1].error().code, ErrorCode::kInvalidEvent);
    EXPECT_EQ(answers[2].error().message, "data: /n: no");
    EXPECT_EQ(answers[3].error().code, ErrorCode::kTooLarge);
    ASSERT_TRUE(answers[4].has_value());
    EXPECT_EQ(answers[4].value().offset, Offset{0}) << "the refused ones took no place";
    EXPECT_EQ(log_->ends({"shop.b", partition_by_crc32("s1", 5)}).value().committed, Offset{0});
}

TEST_F(PublisherTest, ATypeWithTwoChannelsIsRefused) {
    plan_.channels[1].types.emplace_back("a.made");
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    const auto answers = publisher.publish(std::vector<Event>{event("a.made", "s1", "/a", 1)});
    ASSERT_FALSE(answers[0].has_value());
    EXPECT_EQ(answers[0].error().code, ErrorCode::kConflict);
    EXPECT_NE(answers[0].error().message.find("shop.b"), std::string::npos);
}

TEST_F(PublisherTest, ManyBytesGoInSeveralWrites) {
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 40; ++n) {
        events.push_back(event("a.made", "s1", "/a", n));
        events.back().data = std::string(std::size_t{900} << 10, 'x');
    }
    const auto answers = publisher.publish(events);
    for (std::size_t i = 0; i < events.size(); ++i) {
        ASSERT_TRUE(answers[i].has_value()) << answers[i].error().message;
        EXPECT_EQ(answers[i].value().offset, Offset{static_cast<std::int64_t>(i)});
    }
}

TEST_F(PublisherTest, AnEventAtTheLimitGoesAndOneByteMoreDoesNot) {
    plan_.limits.event_bytes_max = event::kAlwaysTakenBytes;
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    std::vector<Event> events(2, event("a.made", "s1", "/a", 1));
    events[0].data = "";
    const std::size_t rest = plan_.limits.event_bytes_max - event::size_bytes(events[0]);
    events[0].data = std::string(rest, 'x');
    events[1].data = std::string(rest + 1, 'x');
    const auto answers = publisher.publish(events);
    ASSERT_TRUE(answers[0].has_value()) << answers[0].error().message;
    EXPECT_EQ(stored(answers[0].value()).value, events[0].data);
    ASSERT_FALSE(answers[1].has_value());
    EXPECT_EQ(answers[1].error().code, ErrorCode::kTooLarge);
}

TEST_F(PublisherTest, WhatTheLogRefusesIsTheAnswerOfEachEventInThatWrite) {
    FaultyLog faulty{std::move(log_)};
    Publisher publisher{faulty, clock_};
    publisher.add(plan_);
    const std::vector<Event> small(3, event("a.made", "s1", "/a", 1));
    for (const ErrorCode code : {ErrorCode::kFull, ErrorCode::kIo, ErrorCode::kUnavailable}) {
        faulty.fail({Call::kPublish, {code, "because"}, 0, 1});
        const auto refused = publisher.publish(small);
        for (const auto& answer : refused) EXPECT_EQ(answer.error(), (Error{code, "because"}));
        EXPECT_EQ(faulty.failed(), 1U) << "one write";
        EXPECT_TRUE(publisher.publish(small)[2].has_value()) << "and the next is another matter";
    }
}

/// Two writes: the first is there, and its producers are told so.
TEST_F(PublisherTest, AWriteThatFailsLeavesTheOneBeforeAsItIs) {
    FaultyLog faulty{std::move(log_)};
    Publisher publisher{faulty, clock_};
    publisher.add(plan_);
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 30; ++n) {
        events.push_back(event("a.made", "s1", "/a", n));
        events.back().data = std::string(std::size_t{900} << 10, 'x');
    }
    faulty.fail({Call::kPublish, {ErrorCode::kFull, "no room"}, 1, 1});
    const auto answers = publisher.publish(events);
    const auto split = std::find_if(answers.begin(), answers.end(), [](const auto& answer) {
        return !answer.has_value();
    });
    const auto written = split - answers.begin();
    EXPECT_GT(written, 0);
    EXPECT_LT(written, 30);
    EXPECT_TRUE(std::none_of(split, answers.end(), [](const auto& one) { return one.has_value(); })
    );
    const log::PartitionRef at{"shop.a", partition_by_murmur2("s1", 3)};
    EXPECT_EQ(faulty.ends(at).value().committed, Offset{written});
}

/// The contract says five partitions, somebody made the topic with fewer: named, nothing written.
TEST_F(PublisherTest, APartitionThatIsNotThereIsNamed) {
    plan_.channels[0].topic = "shop.small";
    plan_.channels[0].partitions = 3;
    ASSERT_TRUE(log_->create_topic({"shop.small", 1}));
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    const std::string subject = test::subject_of_home(HomeId{2}, 3);
    const Event made = event("a.made", subject, "/a", 1);
    const auto answers = publisher.publish(std::span{&made, 1});
    ASSERT_FALSE(answers[0].has_value());
    EXPECT_EQ(answers[0].error().code, ErrorCode::kNotFound);
    EXPECT_NE(answers[0].error().message.find("shop.small"), std::string::npos)
        << answers[0].error().message;
    EXPECT_EQ(log_->ends({"shop.small", PartitionId{0}}).value().committed, Offset{0});
}

TEST_F(PublisherTest, SubjectsOfAllScriptsKeepTheirBytes) {
    Publisher publisher{*log_, clock_};
    publisher.add(plan_);
    for (const char* subject : {"\u00fcber/7", "\u6ce8\u6587-1", "a b", "\U0001F4E6"}) {
        const Event made = event("a.made", subject, "/a", 1);
        const auto answers = publisher.publish(std::span{&made, 1});
        ASSERT_TRUE(answers[0].has_value()) << answers[0].error().message;
        const Record record = stored(answers[0].value());
        EXPECT_EQ(record.key, subject);
        EXPECT_EQ(event::from_record(record, {}).value().subject, subject);
    }
}

TEST_F(PublisherTest, NothingIsNothing) {
    const Publisher publisher{*log_, clock_};
    EXPECT_TRUE(publisher.publish({}).empty());
}

}  // namespace
}  // namespace sluice::runtime
