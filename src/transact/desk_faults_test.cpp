// One fault each, where it hurts: connections, the log, and another process that goes on.

#include "transact/desk_fixture.hpp"

namespace sluice::transact::test {
namespace {

using runtime::test::Call;
using Texts = std::vector<std::string>;

TEST_F(DeskTest, AVoteThatNobodyHeardIsRolledBack) {
    rig.open();
    south.hook(fail_once("prepare", true));
    const Status unknown = rig.move("north", "south", 1);
    EXPECT_EQ(unknown.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(unknown.error().message, "south: prepare failed");
    EXPECT_EQ(rig.prepared(), Texts{"south sluice/points/1/1/1"}) << "its session is lost";
    rig.desk->recover();
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_EQ(north.balance(), 0);
    EXPECT_EQ(south.balance(), 0);
}

TEST_F(DeskTest, AVoteOfNoNeedsNoRollback) {
    rig.open();
    south.hook(fail_once("prepare", false, SqlError::Kind::kConstraint));
    const Status no = rig.move("north", "south", 1);
    EXPECT_EQ(no.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_TRUE(rig.desk->coordination().open_transactions().empty());
}

TEST_F(DeskTest, WhatIsDecidedIsDoneLaterWhereItCannotBeDoneNow) {
    for (const bool after : {false, true}) {
        rig.banks.at("south").hook(fail_once("commit", after));
        if (rig.desk == nullptr) rig.open();
        EXPECT_TRUE(rig.move("north", "south", 1)) << "decided is decided";
        EXPECT_EQ(rig.prepared().empty(), after);
        EXPECT_EQ(rig.desk->coordination().open_transactions().size(), 1U);
        while (!rig.desk->coordination().open_transactions().empty()) rig.desk->recover();
        EXPECT_EQ(rig.desk->carried().at("south").committed, 1U) << "the second one was done";
        EXPECT_TRUE(rig.prepared().empty());
    }
    EXPECT_EQ(south.balance(), 2);
}

TEST_F(DeskTest, CarriersDoItByThemselves) {
    rig.open();
    rig.desk->start();
    south.hook(fail_once("commit", false, SqlError::Kind::kBusy));
    ASSERT_TRUE(rig.move("north", "south", 1));
    rig.await_nothing_prepared();
    EXPECT_EQ(south.balance(), 1);
    south.hook(fail_once("prepare", true));
    EXPECT_FALSE(rig.move("north", "south", 1));
    rig.await_nothing_prepared();
    EXPECT_EQ(south.balance(), 1);
}

TEST_F(DeskTest, ADatabaseThatComesBackIsTold) {
    rig.open();
    south.hook([&](const std::string& call, bool) {
        if (call == "commit") south.go_away(true);
    });
    ASSERT_TRUE(rig.move("north", "south", 1));
    EXPECT_EQ(north.balance(), -1);
    const auto away = rig.desk->recover().at("south");
    EXPECT_EQ(away.problem, "the bank is away");
    south.hook({});
    south.go_away(false);
    const auto back = rig.desk->recover().at("south");
    EXPECT_EQ(back.problem, "");
    EXPECT_EQ(back.committed, 1U);
    EXPECT_EQ(south.balance(), 1);
}

TEST_F(DeskTest, ADecisionThatWasStoredThoughNobodyKnewCommits) {
    rig.open();
    rig.log.fail({Call::kWrite, {ErrorCode::kUnavailable, "no time"}, 0, 1, true});
    EXPECT_TRUE(rig.move("north", "south", 1)) << "the log was opened anew, and says so";
    EXPECT_EQ(south.balance(), 1);
    EXPECT_TRUE(rig.prepared().empty());
}

TEST_F(DeskTest, ADecisionThatWasNotStoredAborts) {
    rig.open();
    rig.log.fail({Call::kWrite, {ErrorCode::kUnavailable, "no time"}, 0, 1});
    const Status aborted = rig.move("north", "south", 1);
    EXPECT_EQ(aborted.error().message, "aborted: the log of decisions was opened anew");
    EXPECT_TRUE(rig.prepared().empty()) << "and rolled back at once";
    EXPECT_TRUE(rig.move("north", "south", 1));
    EXPECT_EQ(south.balance(), 1);
}

TEST_F(DeskTest, WithoutALogNobodyKnows) {
    rig.open();
    rig.log.fail({Call::kWrite, {ErrorCode::kIo, "the disk is gone"}, 0, 1000, true});
    const Status unknown = rig.move("north", "south", 1);
    EXPECT_EQ(unknown.error().code, ErrorCode::kIo);
    EXPECT_EQ(
        unknown.error().message,
        "nobody knows whether transaction 1/1 commits until the log can be read again: the log of "
        "decisions: the disk is gone"
    );
    EXPECT_EQ(rig.prepared().size(), 2U) << "so both keep it";
    EXPECT_EQ(rig.move("north", "south", 1).error().code, ErrorCode::kIo);
    EXPECT_EQ(rig.desk->coordination().failure().error().code, ErrorCode::kIo);
    rig.log.heal();
    rig.reopen();
    rig.desk->recover();
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_EQ(south.balance(), 1) << "it was stored";
}

TEST_F(DeskTest, ALogThatIsFullForAWhileIsOpenedAgain) {
    rig.open();
    rig.log.fail({Call::kWrite, {ErrorCode::kFull, "no room"}});
    EXPECT_EQ(rig.move("north", "south", 1).error().code, ErrorCode::kIo);
    EXPECT_EQ(rig.move("north", "south", 1).error().code, ErrorCode::kFull);
    EXPECT_EQ(rig.prepared().size(), 2U);
    rig.log.heal();
    rig.desk->recover();
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_EQ(south.balance(), 0) << "nothing of it was stored";
    EXPECT_TRUE(rig.move("north", "south", 1));
}

TEST_F(DeskTest, WhoeverComesNextEndsWhatIsLeft) {
    rig.open();
    north.hook(fail_once("commit", false));
    south.hook(fail_once("commit", false));
    ASSERT_TRUE(rig.move("north", "south", 1));
    north.leave_prepared("sluice/points/1/9/0", 100);
    north.leave_prepared("sluice/points/7/1/0", 100);
    north.leave_prepared("somebody's own", 100);
    rig.reopen();
    const auto carried = rig.desk->recover();
    EXPECT_EQ(carried.at("north").committed, 1U);
    EXPECT_EQ(carried.at("north").rolled_back, 1U);
    EXPECT_EQ(carried.at("south").committed, 1U);
    EXPECT_EQ(rig.prepared(), (Texts{"north sluice/points/7/1/0", "north somebody's own"}))
        << "of a later epoch, and another's";
    EXPECT_EQ(north.balance(), -1);
}

TEST_F(DeskTest, AnotherOwnerOfTheLogFences) {
    rig.open();
    const auto other = DecisionLog::open(rig.log, "points");
    ASSERT_TRUE(other.has_value());
    const Status fenced = rig.move("north", "south", 1);
    EXPECT_EQ(fenced.error().message, "aborted: the log of decisions was opened anew");
    EXPECT_FALSE(other.value()->begin_epoch()) << "it is taken back";
    EXPECT_TRUE(rig.prepared().empty());
}

}  // namespace
}  // namespace sluice::transact::test
