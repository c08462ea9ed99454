#include "daemon/config/ground.hpp"

#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace sluice::daemon {
namespace {

class GroundTest : public testing::Test {
protected:
    [[nodiscard]] static Ground found(const GroundTarget& target) {
        auto ground = find_ground(target);
        EXPECT_TRUE(ground) << ground.error().message;
        return ground ? std::move(ground).value() : Ground{};
    }

    test::ShopDirectory directory_;
};

TEST_F(GroundTest, OfAConfigurationItIsItsContractsAndItsLog) {
    const Ground ground = found({directory_.config(), "", ""});
    ASSERT_EQ(ground.contracts.size(), 1U);
    EXPECT_EQ(ground.contracts[0]->domain, "shop");
    EXPECT_EQ(ground.config.data, directory_.path("data"));
    EXPECT_EQ(ground.config_path, directory_.config());
    EXPECT_FALSE(ground.kafka().has_value());
}

TEST_F(GroundTest, OfAContractItIsTheContract) {
    std::ofstream{directory_.path("alone.yaml")} << test::kShopContract;
    const Ground ground = found({directory_.path("alone.yaml"), "kafka://b:1", ""});
    ASSERT_EQ(ground.contracts.size(), 1U);
    EXPECT_EQ(ground.contracts[0]->domain, "shop");
    EXPECT_FALSE(ground.config_path.has_value());
    EXPECT_EQ(ground.kafka()->bootstrap, "b:1");
}

TEST_F(GroundTest, AnAddressTakesTheSettingsOfTheConfiguration) {
    std::ofstream{directory_.config(), std::ios::app}
        << "kafka: {address: a, settings: {client.rack: r1}}\n";
    EXPECT_EQ(found({directory_.config(), "", ""}).kafka()->bootstrap, "a:9092");
    const Ground ground = found({directory_.config(), "kafka://b:1", ""});
    EXPECT_EQ(ground.kafka()->bootstrap, "b:1");
    EXPECT_EQ(ground.kafka()->properties.at("client.rack"), "r1");
}

TEST_F(GroundTest, ADirectoryGoesBeforeTheCluster) {
    std::ofstream{directory_.config(), std::ios::app} << "kafka: {address: a}\n";
    const Ground ground = found({directory_.config(), "", "elsewhere"});
    EXPECT_FALSE(ground.kafka().has_value());
    EXPECT_EQ(ground.config.data, "elsewhere");
}

TEST_F(GroundTest, WhatIsWrongIsSaid) {
    EXPECT_EQ(
        find_ground({directory_.path("nowhere.yaml"), "", ""}).error().code, ErrorCode::kNotFound
    );
    EXPECT_EQ(
        find_ground({directory_.config(), "http://b", ""}).error().code, ErrorCode::kBadConfig
    );
    EXPECT_NE(
        find_ground({directory_.config(), "http://b", ""}).error().message.find("--kafka: "),
        std::string::npos
    );
    std::ofstream{directory_.path("bad.yaml")} << "asyncapi: 2.0.0\n";
    EXPECT_EQ(
        find_ground({directory_.path("bad.yaml"), "", ""}).error().code, ErrorCode::kBadConfig
    );
}

}  // namespace
}  // namespace sluice::daemon
