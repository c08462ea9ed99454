// What is known of topics while brokers do not agree about them.

#include "log/kafka/mock_fixture.hpp"
#include "log/kafka/topics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::log::kafka {
namespace {

class TopicsMock : public test::MockTest {
protected:
    TopicsMock() { rd_kafka_mock_topic_create(cluster_.get(), "t", 3, 1); }

    void say(rd_kafka_resp_err_t error) {
        rd_kafka_mock_topic_set_error(cluster_.get(), "t", error);
    }

    [[nodiscard]] std::optional<TopicSpec> look() const {
        auto found = topics_->look("t");
        EXPECT_TRUE(found) << found.error().message;
        return found ? found.value() : std::nullopt;
    }
};

TEST_F(TopicsMock, OneThatWasSeenIsNotGoneBecauseABrokerHasNotHeardOfItYet) {
    ASSERT_TRUE(look());
    say(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    std::jthread later{[this] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        say(RD_KAFKA_RESP_ERR_NO_ERROR);
    }};
    const auto found = look();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->partitions, 3U);
}

TEST_F(TopicsMock, OneThatWasSeenAndStaysAwayIsGone) {
    ASSERT_TRUE(look());
    say(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    EXPECT_FALSE(look());
    const auto found = topics_->find("t");
    ASSERT_TRUE(found);
    EXPECT_FALSE(found.value()) << "it is not remembered either";
}

TEST_F(TopicsMock, OneThatNobodyHasSeenIsNotWaitedFor) {
    say(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    EXPECT_FALSE(look());
    say(RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_TRUE(look());
}

}  // namespace
}  // namespace sluice::log::kafka
