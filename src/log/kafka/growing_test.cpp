// A topic is given more partitions (history D5), and clients that know it as it was go on.

#include "log/kafka/broker_fixture.hpp"
#include "log/kafka/growing_fixture.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;
using test::soon;

class GrowingTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(log_->create_topic({"t", 2}));
        publish(1, "old");
        ASSERT_EQ(read(1), "old");  // all clients have heard of the topic
    }

    void publish(std::uint32_t partition, const std::string& value) {
        const auto at = log_->publish({append(place("t", partition), {value})});
        SLUICE_ASSERT_OK(at);
    }

    std::string read(std::uint32_t partition) {
        std::string value;
        EXPECT_TRUE(soon([&] {
            const auto read = log_->read(place("t", partition), Offset{0}, {});
            SLUICE_EXPECT_OK(read);
            if (!read || read.value().empty()) return !read;
            value = read.value().front().record.value.value_or("");
            return true;
        }));
        return value;
    }

    [[nodiscard]] std::uint32_t count() const {
        const auto there = log_->topic("t");
        SLUICE_EXPECT_OK(there);
        return there && there.value() ? there.value()->partitions : 0;
    }

    void expect_end(std::uint32_t partition, std::int64_t end) {
        const auto ends = log_->ends(place("t", partition));
        SLUICE_ASSERT_OK(ends);
        EXPECT_EQ(ends.value().committed, Offset{end});
    }

    void grow(int partitions) {
        test::grow_topic(place_.options(), "t", partitions);
        ASSERT_TRUE(soon([&] { return count() == static_cast<std::uint32_t>(partitions); }));
    }

    test::KafkaPlace place_;
    std::unique_ptr<Log> log_{test::open_kafka_or_fail(place_.options())};
};

TEST_F(GrowingTest, WhatIsNewCanBeWrittenAndReadAtOnce) {
    ASSERT_NO_FATAL_FAILURE(grow(5));
    for (std::uint32_t p = 2; p < 5; ++p) {
        expect_end(p, 0);
        publish(p, "new");
        EXPECT_EQ(read(p), "new");
        expect_end(p, 1);
    }
    EXPECT_EQ(read(1), "old");
}

TEST_F(GrowingTest, AStepConsumesWhatIsNew) {
    SLUICE_ASSERT_OK(log_->create_topic({"home", 2}));
    auto lease = log_->take("g", {HomeId{0}, HomeId{1}});
    SLUICE_ASSERT_OK(lease);
    ASSERT_NO_FATAL_FAILURE(grow(4));
    publish(3, "new");
    const auto none = lease.value()->consumed(HomeId{1}, place("t", 3));
    SLUICE_ASSERT_OK(none);
    EXPECT_EQ(none.value(), std::nullopt);
    Step step;
    step.homes = {HomeId{0}, HomeId{1}};
    step.appends = {append(place("home", 1), {"out"})};
    step.consumed = {{HomeId{1}, place("t", 3), Offset{1}}};
    const auto committed = lease.value()->commit(std::move(step));
    SLUICE_ASSERT_OK(committed);
    const auto consumed = log_->consumed_by("g", place("t", 3));
    SLUICE_ASSERT_OK(consumed);
    EXPECT_EQ(consumed.value(), Offset{1});
}

TEST_F(GrowingTest, APartitionThatIsNotThereYetIsNamedWithWhatThereIs) {
    ASSERT_NO_FATAL_FAILURE(grow(3));
    const auto read = log_->read(place("t", 3), Offset{0}, {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
    EXPECT_NE(read.error().message.find("the topic has 3"), std::string::npos);
}

}  // namespace
}  // namespace sluice::log::kafka
