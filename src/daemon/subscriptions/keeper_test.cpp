// Several keepers on one log, as several daemons on one cluster are; none of their engines runs.

#include "daemon/subscriptions/keeper.hpp"

#include "daemon/operations/daemon_fixture.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/domain/plan_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

Json pulled_one(const std::string& name, const Json& more = Json::object()) {
    Json one{{"id", name}, {"domain", "shop"}, {"protocol", "PULL"}};
    one.update(more);
    return one;
}

/// A daemon without its servers.
struct Side {
    Side(log::Log& log, const std::string& config)
        : setup{load_setup(config).value()},
          engine{log, clock, {}},
          operations{log, clock, {}},
          maker{{setup, log, clock, logger, {}, pulled}},
          keeper{{log, clock, setup, engine, operations, maker, logger}} {
        for (const LoadedContract& loaded : setup.contracts) {
            EXPECT_TRUE(engine.add_domain(runtime::plan_of(loaded.contract)));
        }
        const Status read = keeper.load();
        EXPECT_TRUE(read) << read.error().message;
    }

    Json create(const Json& body) {
        const auto made = keeper.create(to_text(body), {"alice", "why"});
        EXPECT_TRUE(made) << made.error().message;
        return made ? made.value() : Json{};
    }

    ErrorCode refusal(const Json& body, const ChangeOrder& order = {}) {
        const auto made = keeper.create(to_text(body), order);
        EXPECT_FALSE(made);
        return made ? ErrorCode::kIo : made.error().code;
    }

    /// Those of the engine; one that stands with a "!".
    std::vector<std::string> carried() {
        EXPECT_TRUE(keeper.list());  // looks at what has come
        std::vector<std::string> names;
        for (const auto& entry : engine.domains().front()->runner->entries()) {
            names.push_back(entry->subscription.name + (entry->subscription.stands ? "!" : ""));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    Setup setup;
    SystemClock clock{};
    std::ostringstream said{};
    Logger logger{said, clock, LogLevel::kInfo};
    PullDirectory pulled{};
    runtime::Engine engine;
    Operations operations;
    SubscriptionMaker maker;
    SubscriptionKeeper keeper;
};

using Names = std::vector<std::string>;

class Keepers : public testing::Test {
protected:
    Keepers() : log{log::test::open_or_fail(log::test::test_options(scratch.path()))} {}

    [[nodiscard]] std::vector<Change> changes() {
        std::vector<Change> all;
        const log::PartitionRef at{std::string{kSubscriptionsTopic}, PartitionId{0}};
        for (const auto& stored : log->read(at, Offset{0}, {}).value()) {
            if (auto change = decode_change(stored.record)) all.push_back(change.value());
        }
        return all;
    }

    void put(const std::string& value) {
        const log::PartitionRef at{std::string{kSubscriptionsTopic}, PartitionId{0}};
        ASSERT_TRUE(log->create_topic({at.topic, 1}));
        ASSERT_TRUE(log->publish({{at, {Record{"x", value, {}, Instant{1}}}}}));
    }

    log::test::ScratchDirectory scratch;
    test::ShopDirectory directory;
    std::unique_ptr<log::Log> log;
};

TEST_F(Keepers, WhatOneMakesChangesAndDeletesTheOtherCarries) {
    Side one{*log, directory.config()};
    Side two{*log, directory.config()};
    one.create(pulled_one("billing"));
    EXPECT_EQ(two.carried(), Names{"billing"});
    EXPECT_TRUE(two.pulled.find("billing", "shop"));
    const Json changed = pulled_one("billing", {{"types", {"order.placed"}}});
    ASSERT_TRUE(two.keeper.replace("billing", to_text(changed), {"bob", "less"}));
    EXPECT_EQ(one.keeper.show("billing").value(), two.keeper.show("billing").value());
    EXPECT_EQ(one.keeper.show("billing")->at("types"), (Json{"order.placed"}));
    ASSERT_TRUE(one.keeper.remove("billing", {"alice", "over"}));
    EXPECT_EQ(two.carried(), Names{});
    EXPECT_FALSE(two.pulled.find("billing", "shop"));
    EXPECT_EQ(two.refusal(pulled_one("audit")), ErrorCode::kConflict);  // of sluice.yaml
    two.create(pulled_one("billing"));
    EXPECT_EQ(one.carried(), Names{"billing"});
    Side late{*log, directory.config()};
    EXPECT_EQ(late.carried(), Names{"billing"});
}

TEST_F(Keepers, EachChangeIsKeptWithWhoWhyAndWhatWasThere) {
    Side one{*log, directory.config()};
    one.create(pulled_one("billing"));
    const Json changed = pulled_one("billing", {{"types", {"order.placed"}}});
    ASSERT_TRUE(one.keeper.replace("billing", to_text(changed), {"bob", "less"}));
    ASSERT_TRUE(one.keeper.remove("billing", {"carol", "over"}));
    const auto all = changes();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].by + all[1].by + all[2].by, "alicebobcarol");
    EXPECT_EQ(all[0].reason + all[1].reason + all[2].reason, "whylessover");
    EXPECT_EQ(all[1].before, all[0].definition);
    EXPECT_EQ(all[2].before, all[1].definition);
    EXPECT_NE(all[0].definition, all[1].definition);
}

TEST_F(Keepers, ACheckAndWhatIsRefusedWriteNothing) {
    Side one{*log, directory.config()};
    ASSERT_TRUE(one.keeper.create(to_text(pulled_one("billing")), {"a", "b", true}));
    EXPECT_EQ(
        one.refusal(pulled_one("billing", {{"types", {"nothing"}}})), ErrorCode::kInvalidArgument
    );
    EXPECT_EQ(one.refusal(pulled_one("Billing")), ErrorCode::kInvalidArgument);
    EXPECT_FALSE(log->topic(kSubscriptionsTopic).value());
    EXPECT_EQ(one.carried(), Names{});
    one.create(pulled_one("billing"));
    ASSERT_TRUE(one.keeper.remove("billing", {"a", "b", true}));
    EXPECT_EQ(one.keeper.remove("biling", {}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(changes().size(), 1U);
}

TEST_F(Keepers, OfTwoChangesOfTheSameRevisionTheFirstCounts) {
    Side one{*log, directory.config()};
    one.create(pulled_one("billing"));
    Change change = changes().front();
    change.act = ChangeAct::kReplace;
    change.revision = 1;
    ChangeBook early{*log, [](std::string_view) {}};
    ChangeBook late{*log, [](std::string_view) {}};
    ASSERT_TRUE(early.catch_up());
    ASSERT_TRUE(late.catch_up());
    EXPECT_TRUE(early.write(change));
    EXPECT_EQ(late.write(change).error().code, ErrorCode::kConflict);
    ASSERT_TRUE(early.catch_up());
    EXPECT_EQ(early.catalog().find("billing")->revision, 2U);
    EXPECT_EQ(late.catalog().find("billing")->revision, 2U);
}

TEST_F(Keepers, WhatIsNoChangeAndWhatANewerOneWroteIsToldAndPassedOver) {
    put("nonsense");
    put(R"({"v":9,"act":"split","name":"billing"})");
    Side one{*log, directory.config()};
    one.create(pulled_one("billing"));
    EXPECT_EQ(one.carried(), Names{"billing"});
    EXPECT_NE(one.said.str().find("a newer Sluice wrote it"), std::string::npos);
    EXPECT_NE(one.said.str().find("it is no JSON object"), std::string::npos);
}

TEST_F(Keepers, ADefinitionWithKeysOfANewerOneStandsHereAlone) {
    put(R"({"v":1,"act":"create","name":"billing","domain":"shop","tenant":"t",)"
        R"("definition":{"name":"billing","domain":"shop","sink":{"pull":{}},"shards":3}})");
    Side one{*log, directory.config()};
    EXPECT_EQ(one.carried(), Names{"billing!"});
    ASSERT_EQ(one.keeper.standing().size(), 1U);
    EXPECT_NE(one.keeper.standing()[0].reason.find("/shards"), std::string::npos);
    ASSERT_TRUE(one.keeper.replace("billing", to_text(pulled_one("billing")), {}));
    EXPECT_EQ(one.carried(), Names{"billing"});
    EXPECT_TRUE(one.keeper.standing().empty());
}

TEST_F(Keepers, WhereNowIsIsWrittenForEachHome) {
    Side one{*log, directory.config()};
    one.create(pulled_one("late", {{"config", {{"start", "now"}}}}));
    one.create(pulled_one("all"));
    EXPECT_EQ(changes()[0].begin, (std::vector<Offset>(3, Offset{0})));
    EXPECT_TRUE(changes()[1].begin.empty());
}

TEST_F(Keepers, OneOfADomainThatNobodyHasHereStandsAndIsListed) {
    put(R"({"v":1,"act":"create","name":"far","domain":"depot",)"
        R"("definition":{"name":"far","domain":"depot","sink":{"pull":{}}}})");
    Side one{*log, directory.config()};
    EXPECT_EQ(one.carried(), Names{});
    const Json shown = one.keeper.show("far").value();
    EXPECT_EQ(shown["state"], "stands");
    EXPECT_NE(
        shown["problem"].get<std::string>().find("no contract has the domain 'depot'"),
        std::string::npos
    );
    ASSERT_TRUE(one.keeper.remove("far", {"a", "b"}));
    EXPECT_FALSE(one.keeper.show("far"));
}

}  // namespace
}  // namespace sluice::daemon
