#include "daemon/open_log.hpp"

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

namespace sluice::daemon {
namespace {

class OpenLogTest : public testing::Test {
protected:
    log::test::ScratchDirectory scratch_;
    Config config_{[this] {
        Config config;
        config.data = (scratch_.path() / "data").string();
        config.reserve_bytes = 0;
        return config;
    }()};
};

TEST_F(OpenLogTest, WithoutKafkaItIsTheEmbeddedLogWithItsProbe) {
    const auto opened = open_log(config_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_NE(opened.value().probe, nullptr);
    EXPECT_TRUE(opened.value().warnings.empty());
    EXPECT_TRUE(opened.value().log->create_topic({"t", 1}).has_value());
}

TEST_F(OpenLogTest, ASecondOneIsToldWhoHasIt) {
    const auto first = open_log(config_);
    const auto second = open_log(config_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST_F(OpenLogTest, AClusterThatDoesNotAnswerIsUnavailable) {
    config_.kafka = log::kafka::KafkaOptions{};
    config_.kafka->bootstrap = "127.0.0.1:1";
    config_.kafka->properties["socket.timeout.ms"] = "1000";
    log::KafkaLogOptions options = kafka_options(config_);
    options.answer = std::chrono::milliseconds{300};
    const auto refused = log::open_kafka_log(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST_F(OpenLogTest, AProcessIsNamedAfterItsMachineAndDirectory) {
    config_.kafka = log::kafka::KafkaOptions{};
    config_.kafka->bootstrap = "a:9092";
    const log::KafkaLogOptions one = kafka_options(config_);
    EXPECT_EQ(one.cluster.bootstrap, "a:9092");
    EXPECT_EQ(one.instance, kafka_options(config_).instance) << "the same after a restart";
    EXPECT_EQ(one.cache.parent_path().string(), config_.data);
    config_.data += "2";
    EXPECT_NE(kafka_options(config_).instance, one.instance) << "another process beside it";
}

TEST_F(OpenLogTest, TwoDirectoriesOfOneNameAreTwoProcessesAtTheirFirstStartToo) {
    const auto here = std::filesystem::current_path();
    config_.data = "data";
    std::set<std::string> instances;
    for (const char* folder : {"a", "b"}) {
        std::filesystem::create_directory(scratch_.path() / folder);
        std::filesystem::current_path(scratch_.path() / folder);
        const std::string at_first = kafka_options(config_).instance;
        std::filesystem::create_directory(config_.data);
        EXPECT_EQ(kafka_options(config_).instance, at_first) << "the same after a restart";
        instances.insert(at_first);
    }
    std::filesystem::current_path(here);
    EXPECT_EQ(instances.size(), 2U);
}

TEST_F(OpenLogTest, TheLargestEventFitsWithItsHeaders) {
    config_.event_bytes_max = 5'000'000;
    EXPECT_GT(kafka_options(config_).record_bytes_max, 5'000'000U);
    EXPECT_GT(log_options(config_).record_bytes_max, 5'000'000U);
    EXPECT_EQ(limits_of(config_).event_bytes_max, 5'000'000U);
}

}  // namespace
}  // namespace sluice::daemon
