#include "daemon/config/kafka_config.hpp"

#include "daemon/config/config.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace sluice::daemon {
namespace {

using log::kafka::KafkaOptions;

class KafkaConfig : public testing::Test {
protected:
    void write(const std::string& name, std::string_view text) const {
        std::ofstream{scratch_.path() / name} << text;
    }

    /// What the section says, or its problems.
    [[nodiscard]] Result<std::optional<KafkaOptions>> read(const std::string& section) const {
        const auto document = contract::Document::parse("sluice.yaml", section);
        if (!document) return document.error();
        contract::Problems problems;
        const auto root = contract::Node::root_of(*document, problems);
        auto options = read_kafka(root.at("kafka"), scratch_.path(), [](std::string_view name) {
            return name == "KAFKA_PASSWORD" ? std::optional<std::string>{"hunter2"} : std::nullopt;
        });
        if (!problems.empty()) return problems.error();
        return options;
    }

    [[nodiscard]] KafkaOptions good(const std::string& section) const {
        const auto options = read("kafka: " + section);
        EXPECT_TRUE(options) << options.error().message;
        return options && *options ? **options : KafkaOptions{};
    }

    [[nodiscard]] std::string refusal(const std::string& section) const {
        const auto options = read("kafka: " + section);
        return options ? "accepted" : options.error().message;
    }

    log::test::ScratchDirectory scratch_;
};

TEST_F(KafkaConfig, IsNotThereByDefault) {
    const auto options = read("data: x");
    ASSERT_TRUE(options);
    EXPECT_FALSE(options.value().has_value());
}

TEST_F(KafkaConfig, SaysWhenSnapshotsAreMade) {
    const log::kafka::SnapshotRules usual = good("{address: 'a'}").snapshots;
    EXPECT_EQ(usual, (log::kafka::SnapshotRules{}));
    const log::kafka::SnapshotRules rules =
        good("{address: 'a', snapshots: {bytes: 8MiB, every: 10m}}").snapshots;
    EXPECT_EQ(rules.bytes_min, std::size_t{8} << 20);
    EXPECT_EQ(rules.every, std::chrono::minutes{10});
    EXPECT_NE(refusal("{address: 'a', snapshots: {bytes: 1}}").find("1MiB"), std::string::npos)
        << refusal("{address: 'a', snapshots: {bytes: 1}}");
    EXPECT_NE(refusal("{address: 'a', snapshots: {evry: 1h}}").find("every"), std::string::npos);
}

TEST_F(KafkaConfig, NamesBrokersReplicationAndAnySetting) {
    const KafkaOptions options = good(
        "{address: 'kafka://a:9092,b', replication: 3, settings: {linger.ms: 20, ssl.ca.location: "
        "/ca.pem, "
        "log.connection.close: false, compression.type: lz4}}"
    );
    EXPECT_EQ(options.bootstrap, "a:9092,b:9092");
    EXPECT_EQ(options.replication, 3);
    EXPECT_EQ(options.properties.at("linger.ms"), "20");
    EXPECT_EQ(options.properties.at("log.connection.close"), "false");
    EXPECT_EQ(options.properties.at("compression.type"), "lz4");
    EXPECT_EQ(options.properties.size(), 4U);
    EXPECT_TRUE(options.secret.empty());
}

TEST_F(KafkaConfig, TakesSecretsFromTheEnvironmentAndFromFiles) {
    write("key.password", "s3cret\r\n");
    write("id", "sluice");
    const KafkaOptions options = good(
        "{address: a, settings: {sasl.password: {env: KAFKA_PASSWORD}, ssl.key.password: {file: "
        "key.password}, "
        "sasl.username: {file: id}}}"
    );
    EXPECT_EQ(options.properties.at("sasl.password"), "hunter2");
    EXPECT_EQ(options.properties.at("ssl.key.password"), "s3cret");
    EXPECT_EQ(options.properties.at("sasl.username"), "sluice");
    EXPECT_EQ(
        options.secret,
        (std::set<std::string>{"sasl.password", "sasl.username", "ssl.key.password"})
    );
    const std::string text = log::kafka::shown(options);
    for (const char* value : {"hunter2", "s3cret", "=sluice"}) {
        EXPECT_EQ(text.find(value), std::string::npos) << text;
    }
}

TEST_F(KafkaConfig, WhatIsWrongIsRefusedWithItsPlace) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"{settings: {}}", "sluice.yaml:1:8: /kafka: 'address' is missing"},
        {"{address: 'http://a'}", "sluice.yaml:1:18: /kafka/address: the scheme is not kafka://"},
        {"{address: a, replication: 0}", "/kafka/replication: "},
        {"{adress: a}", "did you mean 'address'?"},
        {"{address: a, settings: {linger: 1}}",
         "sluice.yaml:1:40: /kafka/settings/linger: librdkafka "},
        {"{address: a, settings: {linger.ms: soon}}", "linger.ms: librdkafka: "},
        {"{address: a, settings: {acks: 1}}", "Sluice sets it itself"},
        {"{address: a, settings: {bootstrap.servers: b}}", "named by `address`"},
        {"{address: a, settings: {sasl.password: {env: NOWHERE}}}",
         "the environment has no NOWHERE"},
        {"{address: a, settings: {sasl.password: {file: nowhere}}}", "nowhere: "},
        {"{address: a, settings: {sasl.password: {}}}", "{env: NAME} or {file: PATH}"},
        {"{address: a, settings: {sasl.password: {env: KAFKA_PASSWORD, file: x}}}",
         "{env: NAME} or {file: PATH}"},
        {"{address: a, settings: {sasl.password: [x]}}", "a list is not a text"},
        {"{address: a, settings: {sasl.password: }}", "has no value"},
        {"kafka://a", "/kafka"},
    };
    for (const auto& [section, why] : cases) {
        EXPECT_NE(refusal(section).find(why), std::string::npos) << section << "\n"
                                                                 << refusal(section);
    }
}

TEST_F(KafkaConfig, AFileThatIsTooLongIsNoSecret) {
    write("long", std::string(70'000, 'x'));
    const std::string text = refusal("{address: a, settings: {sasl.password: {file: long}}}");
    EXPECT_NE(text.find("70000 bytes; at most 65536"), std::string::npos) << text;
}

TEST_F(KafkaConfig, IsAPartOfTheConfiguration) {
    const auto config =
        parse_config("/etc/sluice/sluice.yaml", "contracts: [a]\nkafka: {address: 'kafka://b:1'}");
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(config.value().kafka.has_value());
    EXPECT_EQ(config.value().kafka->bootstrap, "b:1");
}

}  // namespace
}  // namespace sluice::daemon
