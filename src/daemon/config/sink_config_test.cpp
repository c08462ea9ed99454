#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

Result<Config> config_with(const std::string& sink) {
    return parse_config(
        "sluice.yaml", "contracts: [a]\nsubscriptions: [{name: a, domain: d, " + sink + "}]"
    );
}

SubscriptionConfig good(const std::string& sink) {
    auto config = config_with(sink);
    EXPECT_TRUE(config) << sink << ": " << config.error().message;
    return config ? config.value().subscriptions.at(0) : SubscriptionConfig{};
}

void expect_refused(const std::string& sink, std::string_view words) {
    const auto config = config_with(sink);
    ASSERT_FALSE(config) << sink;
    EXPECT_NE(config.error().message.find(words), std::string::npos) << config.error().message;
}

TEST(SinkConfig, AFileIsOne) {
    const SubscriptionConfig one = good("file: /var/audit.jsonl");
    EXPECT_EQ(one.file, "/var/audit.jsonl");
    EXPECT_EQ(one.topic, "");
}

TEST(SinkConfig, ATopicIsOneInPlaceOfAFile) {
    const SubscriptionConfig one = good("topic: {name: team.orders}");
    EXPECT_EQ(one.topic, "team.orders");
    EXPECT_EQ(one.topic_partitions, std::nullopt);
    EXPECT_EQ(one.file, "");
}

TEST(SinkConfig, ATopicIsMadeWithSoManyPartitions) {
    EXPECT_EQ(good("topic: {name: t, partitions: 6}").topic_partitions, 6U);
    EXPECT_EQ(good("topic: {name: t, partitions: 1}").topic_partitions, 1U);
    EXPECT_EQ(good("topic: {name: t, partitions: 4096}").topic_partitions, 4'096U);
    for (const char* count : {"0", "4097", "many", "-1"}) {
        const std::string sink = std::string{"topic: {name: t, partitions: "} + count + "}";
        expect_refused(sink, "/topic/partitions");
    }
}

TEST(SinkConfig, ThereIsOneOfThem) {
    expect_refused("file: f, topic: {name: t}", "name one of them");
    expect_refused("types: [x]", "'file' is missing");
}

TEST(SinkConfig, ATopicHasAName) {
    expect_refused("topic: {}", "'name' is missing");
    expect_refused("topic: {name: 'a b'}", "'a b' is no name of a topic: 1 to 249 of");
    expect_refused("topic: {name: ..}", "is no name of a topic");
    expect_refused("topic: {name: t, partition: 3}", "did you mean 'partitions'?");
}

TEST(SinkConfig, ATopicHasOneSubscriptionThatWritesToIt) {
    const auto two = [](const std::string& topic) {
        return parse_config(
            "sluice.yaml",
            "contracts: [a]\nsubscriptions:\n  - {name: team, domain: d, topic: {name: t}}\n  - "
            "{name: other, domain: e, topic: {name: " +
                topic + "}}"
        );
    };
    EXPECT_TRUE(two("u"));
    const auto refused = two("t");
    ASSERT_FALSE(refused);
    EXPECT_NE(
        refused.error().message.find(
            "/subscriptions/1/topic: the subscription 'team' writes to this topic already"
        ),
        std::string::npos
    ) << refused.error().message;
}

}  // namespace
}  // namespace sluice::daemon
