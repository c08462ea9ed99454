// `sluice domain grow`, between two daemons in one directory: what it says, what it does, and what
// it refuses.

#include "daemon/grower.hpp"

#include "daemon/connect.hpp"
#include "daemon/daemon.hpp"
#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class GrowerTest : public testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<Daemon> started() {
        auto setup = load_setup(directory_.config());
        EXPECT_TRUE(setup) << setup.error().message;
        auto daemon = std::make_unique<Daemon>(std::move(setup).value(), logger_, clock_);
        const Status start = daemon->start();
        EXPECT_TRUE(start) << start.error().message;
        return daemon;
    }

    [[nodiscard]] Place place() const { return find_place({directory_.config(), {}}).value(); }

    /// A daemon runs until `count` events of nine subjects are handled.
    void live(int count = 18) {
        const auto daemon = started();
        auto connection = connect(place(), Access::kPublish);
        ASSERT_TRUE(connection) << connection.error().message;
        std::vector<Event> events;
        for (int i = 0; i < count; ++i) {
            events.push_back(made_event(fmt::format("o-{}", i % 9), 1 + i / 9));
        }
        for (const auto& answer : connection.value().backend->publish(events).value()) {
            ASSERT_TRUE(answer) << answer.error().message;
        }
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!connection.value().backend->status().value().value("idle", false)) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }

    [[nodiscard]] Result<Grower> open(const std::string& domain = "shop") const {
        return Grower::open(place(), domain);
    }

    [[nodiscard]] Result<Json> grow(std::uint32_t homes) const {
        auto grower = open();
        if (!grower) return grower.error();
        auto grown = grower.value().grow({homes, "alice", "more of it"}, {});
        EXPECT_TRUE(grower.value().clear());
        return grown;
    }

    [[nodiscard]] Result<Json> preview(std::uint32_t homes) const {
        auto grower = open();
        return grower ? grower.value().preview(homes) : Result<Json>{grower.error()};
    }

    void write_homes(std::uint32_t homes) const {
        std::string contract{test::kShopContract};
        const std::string before = "homes: 3";
        contract.replace(contract.find(before), before.size(), fmt::format("homes: {}", homes));
        directory_.write("shop.yaml", contract);
    }

    [[nodiscard]] std::size_t homes_now() const {
        const auto connection = connect(place(), Access::kRead);
        EXPECT_TRUE(connection) << connection.error().message;
        const Json all = connection.value().backend->topics().value();
        for (const Json& topic : all["topics"]) {
            if (topic["name"] == "shop.ordered") return topic["partitions"];
        }
        return 0;
    }

    test::ShopDirectory directory_;

private:
    std::ostringstream log_;
    SystemClock clock_;
    Logger logger_{log_, clock_, LogLevel::kInfo};
};

TEST_F(GrowerTest, APreviewSaysWhatItIsAboutAndChangesNothing) {
    live();
    const auto told = preview(5);
    ASSERT_TRUE(told) << told.error().message;
    const Json expected = {
        {"domain", "shop"},
        {"grown", false},
        {"homes_before", 3},
        {"homes", 5},
        {"on_their_way", 0},
        {"ordered", 18},
        {"brought_back", 0},
        {"aside", 0},
        {"audit", 0},
        {"subscriptions", {"audit"}},
        {"to_do", {"write `homes: 5` into the contract of shop"}}};
    EXPECT_EQ(told.value(), expected);
    EXPECT_EQ(homes_now(), 3U);
}

TEST_F(GrowerTest, WhatWasDoneIsWhatWasSaid) {
    live();
    Json expected = preview(5).value();
    expected["grown"] = true;
    const auto grown = grow(5);
    ASSERT_TRUE(grown) << grown.error().message;
    EXPECT_EQ(grown.value(), expected);
    EXPECT_EQ(homes_now(), 5U);
    write_homes(5);
    ASSERT_NO_FATAL_FAILURE(live(27));  // 1 and 2 are known; 3 goes on
    const auto again = preview(5);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again.value()["homes_before"], 5);
    EXPECT_EQ(again.value()["to_do"], Json::array()) << "the contract says so already";
    EXPECT_EQ(preview(6).value()["ordered"], 27);
}

/// Channels that do not say how many partitions they have, have as many as the domain had homes.
TEST_F(GrowerTest, ChannelsKeepThePartitionsThatTheyHave) {
    std::string contract{test::kShopContract};
    const std::string bound = "    bindings: {kafka: {partitions: 2}}\n";
    contract.erase(contract.find(bound), bound.size());
    directory_.write("shop.yaml", contract);
    live();
    const auto told = preview(6);
    ASSERT_TRUE(told) << told.error().message;
    const Json expected = {
        "write `homes: 6` into the contract of shop",
        "let the contract say `partitions: 3` of order.placed"};
    EXPECT_EQ(told.value()["to_do"], expected);
}

TEST_F(GrowerTest, TheContractMayBeTheNextOneAlready) {
    live();
    write_homes(5);
    const auto told = preview(5);
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_EQ(told.value()["homes_before"], 3);
    EXPECT_EQ(told.value()["to_do"], Json::array());
    ASSERT_TRUE(grow(5));
    ASSERT_NO_FATAL_FAILURE(live(27));
}

TEST_F(GrowerTest, WhatItRefuses) {
    const auto nothing = open();
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::kNotFound);
    EXPECT_NE(nothing.error().message.find("there is no log in it"), std::string::npos);
    live();
    const auto unknown = open("shops");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
    EXPECT_NE(unknown.error().message.find("there is shop"), std::string::npos);
    EXPECT_EQ(preview(2).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(grow(2).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(grow(3).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(preview(3).value()["grown"], false);
    {
        const auto daemon = started();
        const auto used = open();
        ASSERT_FALSE(used);
        EXPECT_EQ(used.error().code, ErrorCode::kUnavailable);
        EXPECT_NE(used.error().message.find("stop it, grow, start it"), std::string::npos);
    }
    EXPECT_EQ(homes_now(), 3U);
}

/// The way to the brokers is what counts there, not what lies in the directory.
TEST_F(GrowerTest, ALogOnKafkaIsLookedForOnItsBrokers) {
    directory_.write(
        "sluice.yaml", std::string{test::kShopConfig} + "kafka: {address: 'kafka://127.0.0.1:1'}\n"
    );
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
    EXPECT_NE(refused.error().message.find("no Kafka broker answers"), std::string::npos);
}

Json growth(bool grown, int before, int homes) {
    return {
        {"domain", "shop"},
        {"grown", grown},
        {"homes_before", before},
        {"homes", homes},
        {"on_their_way", 2},
        {"ordered", 18},
        {"brought_back", 1},
        {"aside", 3},
        {"audit", 4},
        {"subscriptions", {"audit", "search"}},
        {"to_do", {"write `homes: 5` into the contract of shop"}}};
}

TEST(RenderGrowth, BeforeAndAfter) {
    EXPECT_EQ(
        render_growth(growth(false, 3, 5)),
        "domain shop: 3 homes before, 5 after\n"
        "records that get another place: 18 ordered, 1 brought back, 3 aside, 4 in the audit\n"
        "sequenced first: 2 on their way home\n"
        "subscriptions, which go on where they are: audit, search\n"
        "before the next start: write `homes: 5` into the contract of shop\n"
    );
    const std::string after = render_growth(growth(true, 3, 5));
    EXPECT_NE(after.find("records that got another place"), std::string::npos) << after;
    EXPECT_NE(after.find("sequenced before that: 2"), std::string::npos) << after;
}

TEST(RenderGrowth, OneThatHasThem) {
    Json there = growth(false, 5, 5);
    there["to_do"] = Json::array();
    EXPECT_EQ(render_growth(there), "domain shop has 5 homes\n");
}

TEST(RenderGrowth, NobodyWhoReads) {
    Json alone = growth(false, 3, 5);
    alone["subscriptions"] = Json::array();
    const std::string text = render_growth(alone);
    EXPECT_NE(text.find("go on where they are: none\n"), std::string::npos) << text;
}

/// On Kafka: for those who read the topic there, without Sluice.
TEST(RenderGrowth, WhatOthersSeeIsToldByItsName) {
    Json grown = growth(true, 3, 5);
    grown["seen_as"] = {{"shop.ordered", "shop.ordered.g1"}};
    const std::string text = render_growth(grown);
    EXPECT_NE(
        text.find(
            "who reads shop.ordered on the brokers, without Sluice, reads shop.ordered.g1 there\n"
        ),
        std::string::npos
    ) << text;
}

}  // namespace
}  // namespace sluice::daemon
