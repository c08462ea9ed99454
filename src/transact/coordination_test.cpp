#include "transact/coordination.hpp"

#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sluice::transact {
namespace {

using twophase::Action;
using twophase::ActionKind;
using twophase::Actions;
using twophase::TransactionId;

class CoordinationTest : public ::testing::Test {
protected:
    void SetUp() override {
        options.coordinator = "points";
        auto opened = Coordination::open({log, clock}, options, [] { return ok(); });
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        it = std::move(opened).value();
    }

    /// The orders that its last vote brings.
    Actions decided(TransactionId id) {
        EXPECT_TRUE(it->vote_yes(id, 0).empty());
        return it->vote_yes(id, 1);
    }

    log::test::ScratchDirectory scratch;
    runtime::test::FaultyLog log{log::test::open_or_fail(log::test::test_options(scratch.path()))};
    SystemClock clock;
    twophase::Options options;
    std::unique_ptr<Coordination> it;
};

TEST_F(CoordinationTest, TheLastVoteDecidesAndOrdersAreTheCallers) {
    const TransactionId id = it->begin({"north", "south"}).value();
    EXPECT_TRUE(it->may_prepare(id));
    const Actions orders = decided(id);
    ASSERT_EQ(orders.size(), 2U);
    EXPECT_EQ(orders[1], (Action{ActionKind::kCommitPrepared, id, 1, "south"}));
    EXPECT_EQ(recorded_in(log, "points")->decisions.size(), 1U) << "durable by then";
    for (const Action& one : orders) it->finished(one);
    EXPECT_TRUE(it->outcome(id));
    EXPECT_TRUE(it->take_orders("north").empty());
    it->tick();
    EXPECT_TRUE(recorded_in(log, "points")->decisions.empty());
}

TEST_F(CoordinationTest, WhatSomebodyCarriesOutIsNoCarriers) {
    const TransactionId id = it->begin({"north", "south"}).value();
    ASSERT_EQ(decided(id).size(), 2U);
    const std::string gid = twophase::to_string(twophase::Gid{"points", id, 1});
    EXPECT_TRUE(it->found("south", {&gid, 1}).empty());
    EXPECT_EQ(it->found_own("south", {"points", id, 1}).size(), 1U);
    EXPECT_TRUE(it->outcome(id));
    EXPECT_EQ(it->found("south", {&gid, 1}).size(), 1U) << "now it is";
}

TEST_F(CoordinationTest, ManyDecideAtOnce) {
    std::atomic<int> committed{0};
    {
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 8; ++caller) {
            callers.emplace_back([&] {
                for (int one = 0; one < 25; ++one) {
                    const TransactionId id = it->begin({"north", "south"}).value();
                    for (const Action& order : decided(id)) it->finished(order);
                    if (it->outcome(id)) ++committed;
                }
            });
        }
    }
    EXPECT_EQ(committed, 200);
    EXPECT_TRUE(it->open_transactions().empty());
    it->tick();
    EXPECT_TRUE(recorded_in(log, "points")->decisions.empty());
}

TEST_F(CoordinationTest, OthersUnderWayAreAbortedWhenTheLogIsOpenedAnew) {
    const TransactionId other = it->begin({"north", "south"}).value();
    EXPECT_TRUE(it->vote_yes(other, 0).empty());
    const TransactionId id = it->begin({"north", "south"}).value();
    log.fail({runtime::test::Call::kWrite, {ErrorCode::kUnavailable, "no time"}, 0, 1});
    EXPECT_TRUE(decided(id).empty());
    EXPECT_FALSE(it->may_prepare(other));
    EXPECT_TRUE(it->vote_yes(other, 1).empty()) << "too late";
    EXPECT_EQ(it->outcome(id).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(it->outcome(other).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(
        it->found_own("north", {"points", other, 0}).front().kind, ActionKind::kRollbackPrepared
    );
}

TEST_F(CoordinationTest, WhatIsDueGoesToTheCarriers) {
    const TransactionId id = it->begin({"north", "south"}).value();
    const Actions orders = decided(id);
    it->finished(orders[0]);
    it->failed(orders[1], "away");
    EXPECT_TRUE(it->outcome(id));
    Actions again;
    const std::stop_token never;
    while (again.empty()) {
        it->wait(never, "south", Milliseconds{1'000});
        it->tick();
        again = it->take_orders("south");
    }
    EXPECT_EQ(again, Actions{orders[1]});
    EXPECT_EQ(it->open_transactions().front().reason, "south: away");
}

TEST_F(CoordinationTest, APersonSettlesABranchForGood) {
    const TransactionId id = it->begin({"north", "south"}).value();
    EXPECT_EQ(it->settle(id, 0).error().code, ErrorCode::kConflict) << "not decided yet";
    const Actions orders = decided(id);
    it->finished(orders[0]);
    EXPECT_TRUE(it->outcome(id));
    ASSERT_TRUE(it->settle(id, 1));
    const auto kept = recorded_in(log, "points")->decisions;
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_TRUE(kept[0].branches[1].settled);
    EXPECT_FALSE(kept[0].branches[0].settled);
    EXPECT_EQ(it->settle({9, 9}, 0).error().code, ErrorCode::kNotFound);
}

TEST_F(CoordinationTest, TheFirstStartAsks) {
    int asked = 0;
    const auto ask = [&] {
        ++asked;
        return Status{Error{ErrorCode::kConflict, "no"}};
    };
    EXPECT_TRUE(Coordination::open({log, clock}, options, ask).has_value());
    EXPECT_EQ(asked, 0) << "this one is known";
    options.coordinator = "coupons";
    EXPECT_EQ(Coordination::open({log, clock}, options, ask).error().message, "no");
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(recorded_in(log, "coupons")->epoch, 0U) << "nothing was written";
}

}  // namespace
}  // namespace sluice::transact
