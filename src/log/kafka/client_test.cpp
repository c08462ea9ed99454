// What clients and topics are made with, without a broker.

#include "log/kafka/client.hpp"

#include "log/kafka/errors.hpp"
#include "log/kafka/tenure.hpp"
#include "log/kafka/topics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>

namespace sluice::log::kafka {
namespace {

KafkaLogOptions options_with(std::map<std::string, std::string> properties = {}) {
    KafkaLogOptions options;
    options.cluster.bootstrap = "127.0.0.1:1";  // nobody listens there
    options.cluster.properties = std::move(properties);
    options.instance = "one";
    return options;
}

std::string setting(const ClientHandle& client, const char* name) {
    std::array<char, 512> value{};
    std::size_t size = value.size();
    EXPECT_EQ(
        rd_kafka_conf_get(rd_kafka_conf(client.get()), name, value.data(), &size), RD_KAFKA_CONF_OK
    ) << name;
    return value.data();
}

class KafkaClient : public testing::Test {
protected:
    [[nodiscard]] ClientHandle reader(const KafkaLogOptions& options) {
        auto made = make_reader(options, trouble_);
        EXPECT_TRUE(made) << made.error().message;
        return made ? std::move(made.value()) : nullptr;
    }

    [[nodiscard]] Error refusal(const KafkaLogOptions& options) {
        const auto made = make_reader(options, trouble_);
        EXPECT_FALSE(made);
        return made ? Error{} : made.error();
    }

    Trouble trouble_;
};

TEST_F(KafkaClient, TheUsersPropertiesHoldWhereNothingRestsOnThem) {
    const auto client =
        reader(options_with({{"retry.backoff.ms", "77"}, {"client.rack", "north"}}));
    ASSERT_NE(client, nullptr);
    EXPECT_EQ(setting(client, "retry.backoff.ms"), "77");
    EXPECT_EQ(setting(client, "client.rack"), "north");
    EXPECT_EQ(setting(client, "bootstrap.servers"), "127.0.0.1:1");
}

TEST_F(KafkaClient, WhatThePromisesRestOnIsNobodysToChange) {
    const auto client = reader(options_with(
        {{"isolation.level", "read_uncommitted"},
         {"enable.auto.commit", "true"},
         {"enable.partition.eof", "false"},
         {"check.crcs", "false"},
         {"client.id", "another"}}
    ));
    ASSERT_NE(client, nullptr);
    EXPECT_EQ(setting(client, "isolation.level"), "read_committed");
    EXPECT_EQ(setting(client, "enable.auto.commit"), "false");
    EXPECT_EQ(setting(client, "enable.auto.offset.store"), "false");
    EXPECT_EQ(setting(client, "enable.partition.eof"), "true");
    EXPECT_EQ(setting(client, "check.crcs"), "true");
    EXPECT_EQ(setting(client, "allow.auto.create.topics"), "false");
    EXPECT_EQ(setting(client, "client.id"), "one");
}

TEST_F(KafkaClient, AnAskerSeesWhatItIsMadeFor) {
    for (const bool committed_only : {true, false}) {
        const auto made = make_asker(options_with(), trouble_, committed_only);
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_EQ(
            setting(made.value(), "isolation.level"),
            committed_only ? "read_committed" : "read_uncommitted"
        );
    }
}

TEST_F(KafkaClient, AReaderReadsAheadAsFarAsItMayAndNeverNothing) {
    for (const auto& [bytes, kib] :
         {std::pair{std::size_t{0}, "1"},
          {std::size_t{1'023}, "1"},
          {std::size_t{4} << 20, "4096"}}) {
        KafkaLogOptions options = options_with();
        options.read_ahead_bytes = bytes;
        EXPECT_EQ(setting(reader(options), "queued.max.messages.kbytes"), kib) << bytes;
    }
}

TEST_F(KafkaClient, TheLargestStateFitsAMessage) {
    KafkaLogOptions options = options_with({{"message.max.bytes", "1000"}});
    options.state_bytes_max = std::size_t{2} << 20;
    EXPECT_EQ(setting(reader(options), "message.max.bytes"), "3145728");
    options.state_bytes_max = std::size_t{3} << 30;
    const Error error = refusal(options);
    EXPECT_EQ(error.code, ErrorCode::kBadConfig);
    EXPECT_NE(error.message.find("message.max.bytes"), std::string::npos) << error.message;
}

TEST_F(KafkaClient, APropertyThatIsOffIsRefusedByItsName) {
    for (const auto& [name, value] :
         {std::pair{"no.such.thing", "1"}, {"socket.timeout.ms", "soon"}, {"debug", "nothing"}}) {
        const Error error = refusal(options_with({{name, value}}));
        EXPECT_EQ(error.code, ErrorCode::kBadConfig) << name;
        EXPECT_TRUE(error.message.starts_with("kafka properties: ")) << error.message;
        EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
    }
}

TEST_F(KafkaClient, OfSeveralThatAreOffTheFirstIsTold) {
    const Error error = refusal(options_with({{"a.wrong", "1"}, {"b.wrong", "1"}}));
    EXPECT_NE(error.message.find("a.wrong"), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("b.wrong"), std::string::npos) << error.message;
}

TEST_F(KafkaClient, WhatIsOffOnlyTogetherIsRefusedToo) {
    const Error error = refusal(options_with({{"receive.message.max.bytes", "1000"}}));
    EXPECT_EQ(error.code, ErrorCode::kBadConfig);
    EXPECT_NE(error.message.find("receive.message.max.bytes"), std::string::npos) << error.message;
}

TEST_F(KafkaClient, ABrokerThatIsNotThereIsTroubleThatIsCounted) {
    const auto client = reader(options_with());
    ASSERT_NE(client, nullptr);
    EXPECT_TRUE(wait_until(std::chrono::seconds{30}, [&] {
        rd_kafka_poll(client.get(), 0);
        return trouble_.transport_errors() > 0;
    }));
    EXPECT_NE(trouble_.last(), "");
}

TEST(KafkaTrouble, CountsTheWayToTheBrokersAndKeepsTheLastWords) {
    Trouble trouble;
    EXPECT_EQ(trouble.last(), "");
    trouble.met(RD_KAFKA_RESP_ERR__TRANSPORT, "refused");
    trouble.met(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "all down");
    EXPECT_EQ(trouble.transport_errors(), 2U);
    trouble.met(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "not yours");
    EXPECT_EQ(trouble.transport_errors(), 2U) << "an answer is no trouble on the way";
    EXPECT_EQ(trouble.last(), "not yours");
}

TEST(KafkaTopics, KeepTheirRecordsAndTakeThemAsLargeAsTheyMayBe) {
    KafkaLogOptions options;
    options.record_bytes_max = 1'000;
    options.state_bytes_max = 5'000;
    const TopicConfig kept = kept_topic(options);
    const std::map<std::string, std::string> all{kept.begin(), kept.end()};
    EXPECT_EQ(all.at("cleanup.policy"), "delete");
    EXPECT_EQ(all.at("retention.ms"), "-1");
    EXPECT_EQ(all.at("retention.bytes"), "-1");
    EXPECT_EQ(all.at("message.timestamp.type"), "CreateTime");
    EXPECT_EQ(all.at("max.message.bytes"), "66536") << "and room for what lies around a record";
    const TopicConfig compacted = compacted_topic(options);
    const std::map<std::string, std::string> state{compacted.begin(), compacted.end()};
    EXPECT_EQ(state.at("cleanup.policy"), "compact");
    EXPECT_FALSE(state.contains("retention.ms"));
    EXPECT_EQ(state.at("max.message.bytes"), "70536");
}

TEST(KafkaTopics, ABadNameOrCountIsRefusedBeforeAnybodyIsAsked) {
    const KafkaLogOptions options;
    Topics topics{nullptr, options};
    for (const TopicSpec& spec :
         {TopicSpec{"", 1},
          TopicSpec{"a b", 1},
          TopicSpec{"a/b", 1},
          TopicSpec{"a", 0},
          TopicSpec{"a", 4'097},
          TopicSpec{std::string(250, 'a'), 1}}) {
        const Status refused = topics.create(spec, {});
        ASSERT_FALSE(refused) << spec.name << ' ' << spec.partitions;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << refused.error().message;
    }
}

TEST(KafkaTopics, HaveThePrefixOnTheBrokersOnly) {
    KafkaLogOptions options;
    EXPECT_EQ((Topics{nullptr, options}.on_broker("orders")), "orders");
    options.prefix = "shop.";
    EXPECT_EQ((Topics{nullptr, options}.on_broker("orders")), "shop.orders");
}

TEST(KafkaTenure, OnceItIsOverItSaysSoForEver) {
    Tenure tenure;
    EXPECT_TRUE(tenure.check());
    for (int i = 0; i < 2; ++i) {
        tenure.end();
        ASSERT_FALSE(tenure.check());
        EXPECT_EQ(tenure.check().error().code, ErrorCode::kFenced);
        EXPECT_NE(tenure.check().error().message.find("take them anew"), std::string::npos);
    }
}

}  // namespace
}  // namespace sluice::log::kafka
