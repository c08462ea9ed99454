#include "daemon/connect.hpp"

#include "daemon/daemon_info.hpp"
#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class Connect : public testing::Test {
protected:
    [[nodiscard]] Place configured() const { return find_place({directory.config(), {}}).value(); }

    [[nodiscard]] static Place of_state(const std::string& state) {
        return find_place({{}, state}).value();
    }

    void publish_one() const {
        auto connection = connect(configured(), Access::kPublish);
        ASSERT_TRUE(connection) << connection.error().message;
        const auto answers =
            connection.value().backend->publish(std::vector<Event>{made_event("a", 1)});
        ASSERT_TRUE(answers.value().at(0)) << answers.value().at(0).error().message;
    }

    [[nodiscard]] static std::size_t topics_in(const Place& place) {
        const auto connection = connect(place, Access::kRead);
        EXPECT_TRUE(connection) << connection.error().message;
        if (!connection) return 0;
        return connection.value().backend->topics().value()["topics"].size();
    }

    test::ShopDirectory directory;
};

TEST_F(Connect, APlaceComesFromTheConfigurationOrTheDirectory) {
    EXPECT_EQ(configured().config.data, directory.path("data"));
    EXPECT_EQ(configured().config_path, directory.config());
    EXPECT_EQ(of_state("/x").config.data, "/x");
    EXPECT_FALSE(of_state("/x").config_path.has_value());
    EXPECT_EQ(find_place({"/nowhere.yaml", {}}).error().code, ErrorCode::kBadConfig);
}

TEST_F(Connect, ReadingMakesNoDirectory) {
    const auto refused = connect(configured(), Access::kRead);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(std::filesystem::exists(directory.path("data")));
}

TEST_F(Connect, PublishingMakesTheTopicsAndKeepsTheContract) {
    publish_one();
    EXPECT_EQ(
        topics_in(configured()), 7U
    );  // two channels; ordered, repartition, aside, commands, audit
    EXPECT_TRUE(std::filesystem::exists(directory.path("data") + "/contracts/shop.yaml"));
}

TEST_F(Connect, ADirectoryNeedsNoConfiguration) {
    publish_one();
    const Place place = of_state(directory.path("data"));
    EXPECT_EQ(topics_in(place), 7U);
    auto connection = connect(place, Access::kPublish);
    ASSERT_TRUE(connection) << connection.error().message;
    EXPECT_FALSE(connection.value().remote);
    const auto answers =
        connection.value().backend->publish(std::vector<Event>{made_event("b", 1)});
    EXPECT_TRUE(answers.value().at(0));
}

TEST_F(Connect, AStateDirectoryHasItsLogBelow) {
    publish_one();
    std::filesystem::create_directory(directory.path("state"));
    std::filesystem::rename(directory.path("data"), directory.path("state") + "/log");
    EXPECT_EQ(of_state(directory.path("state")).config.data, directory.path("state") + "/log");
    EXPECT_EQ(topics_in(of_state(directory.path("state"))), 7U);
}

TEST_F(Connect, PublishingWithoutAContractIsRefused) {
    const auto refused = connect(of_state(directory.path("new")), Access::kPublish);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(refused.error().message.find("-c"), std::string::npos);
}

TEST_F(Connect, AStaleDaemonIsPassedOver) {
    publish_one();
    const DaemonInfo stale{::getpid(), {"127.0.0.1", 1}, {"127.0.0.1", 1}, "0"};
    ASSERT_TRUE(write_info(directory.path("data"), stale));  // alive, but nobody answers there
    EXPECT_EQ(topics_in(configured()), 7U);
}

TEST_F(Connect, WhoHasTheLogIsNamed) {
    publish_one();
    const auto holder = connect(configured(), Access::kRead);
    ASSERT_TRUE(holder);
    const auto refused = connect(configured(), Access::kRead);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(refused.error().message.find(fmt::to_string(::getpid())), std::string::npos);
}

}  // namespace
}  // namespace sluice::daemon
