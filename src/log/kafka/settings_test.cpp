#include "log/kafka/settings.hpp"

#include <gtest/gtest.h>

namespace sluice::log::kafka {
namespace {

std::string wrong(const std::string& name, const std::string& value) {
    return wrong_with_setting(name, value).value_or("fine");
}

TEST(KafkaSettings, AreLibrdkafkasOwn) {
    EXPECT_EQ(wrong("security.protocol", "sasl_ssl"), "fine");
    EXPECT_EQ(wrong("sasl.mechanism", "SCRAM-SHA-512"), "fine");
    EXPECT_EQ(wrong("linger.ms", "20"), "fine");
    EXPECT_EQ(wrong("compression.type", "lz4"), "fine");
}

TEST(KafkaSettings, ThatAreNotThereOrTakeNoSuchValueAreRefused) {
    EXPECT_EQ(wrong("linger", "20"), "librdkafka " + client_version() + " has no such setting");
    EXPECT_TRUE(wrong("linger.ms", "soon").starts_with("librdkafka: "))
        << wrong("linger.ms", "soon");
    EXPECT_NE(wrong("security.protocol", "tls").find("tls"), std::string::npos);
    EXPECT_NE(wrong("", "").find("no such setting"), std::string::npos);
}

TEST(KafkaSettings, ThatOrderRestsOnAreSluices) {
    for (const char* name :
         {"transactional.id", "enable.idempotence", "isolation.level", "group.id", "acks"}) {
        EXPECT_NE(wrong(name, "1").find("Sluice sets it"), std::string::npos) << name;
    }
    EXPECT_NE(wrong("bootstrap.servers", "a:9092").find("`address`"), std::string::npos);
}

TEST(KafkaSettings, ThatAreSecretAreNotRepeated) {
    EXPECT_EQ(wrong("sasl.password", "hunter2"), "fine");
    const std::string text = wrong("sasl.password", std::string{"hunter2\0x", 9});
    EXPECT_NE(text.find("zero byte"), std::string::npos) << text;
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::log::kafka
