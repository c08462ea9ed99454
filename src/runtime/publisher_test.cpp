#include "runtime/publisher.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "runtime/session_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
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
        return read.value().at(0).record;
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

TEST_F(PublisherTest, NothingIsNothing) {
    const Publisher publisher{*log_, clock_};
    EXPECT_TRUE(publisher.publish({}).empty());
}

}  // namespace
}  // namespace sluice::runtime
