// What is published while a broker does not answer (faults 12, 13, 23).

#include "log/kafka/broker_fixture.hpp"
#include "log/kafka/producer.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;

/// A broker of its own, which is paused.
class SilentBroker : public testing::Test {
protected:
    [[nodiscard]] KafkaLogOptions options() const {
        KafkaLogOptions options;
        options.cluster.bootstrap = cluster_.bootstrap();
        options.cache = scratch_.path() / "cache";
        options.answer = std::chrono::milliseconds{2'000};
        return options;
    }

    [[nodiscard]] std::vector<std::string> written() {
        std::vector<std::string> all;
        EXPECT_TRUE(test::soon([&] {
            const auto read = log_->read(place("t", 0), Offset{0}, {});
            if (!read) return false;
            all.clear();
            for (const StoredRecord& stored : *read) all.push_back(*stored.record.value);
            return !all.empty() && all.back() == "last";
        }));
        return all;
    }

    sluice::test::KafkaCluster cluster_;
    test::ScratchDirectory scratch_;
    std::unique_ptr<Log> log_{test::open_kafka_or_fail(options())};
};

TEST_F(SilentBroker, WhatIsGivenUpTakesAllWithItThatCameAfterAndTheNextPublishGoesWell) {
    ASSERT_TRUE(test::soon([&] { return log_->create_topic({"t", 1}).has_value(); }));
    ASSERT_TRUE(test::soon([&] {
        return log_->publish({append(place("t", 0), {"first"})}).has_value();
    }));
    cluster_.pause(1);
    std::vector<std::jthread> publishers;
    std::vector<Status> told(4, ok());
    for (std::size_t i = 0; i < told.size(); ++i) {
        publishers.emplace_back([&, i] {
            const auto at = log_->publish({append(place("t", 0), {std::to_string(i)})});
            if (!at) told[i] = at.error();
        });
    }
    publishers.clear();  // joins
    cluster_.resume(1);
    for (const Status& one : told) {
        ASSERT_FALSE(one) << "nobody answered";
        EXPECT_EQ(one.error().code, ErrorCode::kUnavailable);
        EXPECT_NE(one.error().message.find("written"), std::string::npos) << one.error().message;
    }
    ASSERT_TRUE(test::soon([&] {
        return log_->publish({append(place("t", 0), {"last"})}).has_value();
    })) << "a producer that has given up is made anew";
    const std::vector<std::string> all = written();
    EXPECT_EQ(all.front(), "first");
    EXPECT_EQ(std::count(all.begin(), all.end(), "first"), 1);
    EXPECT_EQ(all.back(), "last");
}

}  // namespace
}  // namespace sluice::log::kafka
