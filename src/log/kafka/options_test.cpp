#include "log/kafka/options.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

std::string parsed(std::string_view address) {
    const auto result = parse_address(address);
    return result ? *result : "refused: " + result.error().message;
}

TEST(KafkaAddress, IsBrokersWithPorts) {
    EXPECT_EQ(parsed("kafka://a:9092"), "a:9092");
    EXPECT_EQ(parsed("kafka://a:9092,b-2.example:19092"), "a:9092,b-2.example:19092");
    EXPECT_EQ(parsed("127.0.0.1:1"), "127.0.0.1:1");
    EXPECT_EQ(parsed("kafka://[::1]:9093,[fe80::1]"), "[::1]:9093,[fe80::1]:9092");
}

TEST(KafkaAddress, HasKafkasPortWhereNoneIsGiven) {
    EXPECT_EQ(parsed("kafka://a,b:1"), "a:9092,b:1");
}

TEST(KafkaAddress, IsRefusedWithTheBrokerThatIsOff) {
    for (const auto& [address, why] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "no broker"},
             {"kafka://", "no broker"},
             {"kafka://a,,b", "broker 2"},
             {"kafka://a,", "broker 2"},
             {"kafka://a:0", "port"},
             {"kafka://a:65536", "port"},
             {"kafka://a:x", "port"},
             {"kafka://a:", "port"},
             {"kafka://a/b", "host"},
             {"kafka://a b", "host"},
             {"http://a", "scheme"},
             {"kafka://[::1", "host"},
             {"kafka://[x]:1", "host"}}) {
        const std::string text = parsed(address);
        EXPECT_TRUE(text.starts_with("refused: ")) << address;
        EXPECT_NE(text.find(why), std::string::npos) << address << ": " << text;
        EXPECT_NE(text.find("kafka://host:9092"), std::string::npos) << text;
    }
}

TEST(KafkaAddress, WithAUserIsRefusedAndNotRepeated) {
    const std::string text = parsed("kafka://me:hunter2@a:9092");
    EXPECT_NE(text.find("sasl.username"), std::string::npos) << text;
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

TEST(KafkaAddress, HasAtMostAHundredBrokers) {
    std::string address = "kafka://a";
    for (int count = 1; count < 100; ++count) address += ",a";
    EXPECT_TRUE(parse_address(address).has_value());
    EXPECT_FALSE(parse_address(address + ",a").has_value());
}

TEST(KafkaAddress, IsKnownByItsScheme) {
    EXPECT_TRUE(is_kafka_address("kafka://a"));
    EXPECT_FALSE(is_kafka_address("sluice-data"));
    EXPECT_FALSE(is_kafka_address("a:9092"));
}

TEST(KafkaOptions, HidesEverySecretWhenShown) {
    KafkaOptions options;
    options.bootstrap = "a:9092";
    EXPECT_EQ(shown(options), "kafka://a:9092");
    for (const char* name :
         {"sasl.password",
          "ssl.key.password",
          "ssl.keystore.password",
          "ssl.key.pem",
          "sasl.oauthbearer.client.secret",
          "sasl.oauthbearer.config"}) {
        EXPECT_TRUE(is_secret(name)) << name;
        options.properties[name] = "hunter2";
    }
    options.properties["client.rack"] = "from-a-file";
    options.secret.insert("client.rack");
    options.properties["security.protocol"] = "sasl_ssl";
    const std::string text = shown(options);
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    EXPECT_EQ(text.find("from-a-file"), std::string::npos) << text;
    EXPECT_NE(text.find("security.protocol=sasl_ssl"), std::string::npos) << text;
    EXPECT_NE(text.find("sasl.password=(hidden)"), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::log::kafka
