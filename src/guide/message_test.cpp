#include "guide/message.hpp"

#include "guide/guide_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace sluice::guide {
namespace {

class Messages : public ::testing::Test {
protected:
    Messages() {
        for (Message& one : messages_of(source_)) {
            std::string type = one.type;
            messages_.emplace(std::move(type), std::move(one));
        }
    }

    contract::ContractSource source_{test::told()};
    std::map<std::string, Message> messages_;
};

TEST_F(Messages, SayWhoPublishesThem) {
    const Message& placed = messages_.at("order.placed");
    ASSERT_EQ(placed.publishers.size(), 2U);
    EXPECT_EQ(placed.publishers[0].name, "anything") << "its channel's messages, all of them";
    EXPECT_EQ(placed.publishers[1].name, "Checkout");
    EXPECT_TRUE(messages_.at("order.cancelled").publishers.empty())
        << "an operation that lists others";
}

TEST_F(Messages, SayOnWhichTopics) {
    std::set<std::string> topics;
    for (const contract::Channel* one : messages_.at("order.placed").channels)
        topics.insert(one->topic);
    EXPECT_EQ(topics, (std::set<std::string>{"order.all", "order.placed"}));
    EXPECT_EQ(messages_.at("order.cancelled").channels.size(), 1U);
}

TEST_F(Messages, HaveVersionsAndEnds) {
    EXPECT_EQ(messages_.at("order.placed").version, "3");
    EXPECT_EQ(messages_.at("order.placed").deprecated, "");
    EXPECT_EQ(messages_.at("order.cancelled").deprecated, "until 2027, then order.refunded");
}

TEST_F(Messages, HaveASampleThatIsGivenOrMade) {
    EXPECT_TRUE(messages_.at("order.placed").sample_is_given);
    EXPECT_EQ(messages_.at("order.placed").sample["total"], 12000);
    EXPECT_FALSE(messages_.at("order.cancelled").sample_is_given);
    EXPECT_EQ(messages_.at("order.cancelled").sample["reason"], "buyer");
    EXPECT_TRUE(messages_.at("order-cancelled").sample.is_null()) << "no schema, no example";
}

TEST_F(Messages, HaveFilesOfTheirOwn) {
    EXPECT_EQ(messages_.at("order.placed").file, "order.placed");
    EXPECT_EQ(messages_.at("order-cancelled").file, "order-cancelled");
    EXPECT_EQ(messages_.at("order/cancelled").file, "order-cancelled-2");
}

}  // namespace
}  // namespace sluice::guide
