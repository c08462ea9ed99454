#include "transact/desk_fixture.hpp"

#include <stdexcept>

namespace sluice::transact::test {
namespace {

using Texts = std::vector<std::string>;

TEST_F(DeskTest, BothAreDoneWhenItReturns) {
    rig.open();
    ASSERT_TRUE(rig.move("north", "south", 50));
    EXPECT_EQ(north.balance(), -50);
    EXPECT_EQ(south.balance(), 50);
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_TRUE(rig.desk->coordination().open_transactions().empty());
    ASSERT_TRUE(rig.move("south", "north", 20));
    EXPECT_EQ(north.opened(), 1) << "sessions are kept";
    rig.desk->stop();
    const auto left = recorded_in(rig.log, "points");
    EXPECT_EQ(left->epoch, 1U);
    EXPECT_TRUE(left->decisions.empty()) << "what has ended is forgotten";
}

TEST_F(DeskTest, WorkThatRefusesIsTheAnswerAndNothingIsDone) {
    rig.open();
    const Status refused = rig.desk->run(
        {{"north", DeskRig::add(-50)},
         {"south",
          [](Sql&) {
              return Error{ErrorCode::kConflict, "the account is closed"};
          }}}
    );
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(refused.error().message, "south: the account is closed");
    const Status thrown = rig.desk->run(
        {{"north", [](Sql&) -> Status { throw std::runtime_error{"a bug"}; }},
         {"south", DeskRig::add(50)}}
    );
    EXPECT_EQ(thrown.error().message, "north: a bug");
    const Status wrong = rig.desk->run({{"north", [](Sql& sql) {
                                             sql.execute("nonsense");
                                             return ok();
                                         }}});
    EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(north.balance(), 0);
    EXPECT_EQ(south.balance(), 0);
    EXPECT_TRUE(rig.prepared().empty());
    EXPECT_TRUE(rig.desk->coordination().open_transactions().empty());
}

TEST_F(DeskTest, ASessionThatWasLostMeanwhileIsReplaced) {
    rig.open();
    ASSERT_TRUE(rig.move("north", "south", 1));
    south.go_away(true);
    south.go_away(false);
    EXPECT_TRUE(rig.move("north", "south", 1)) << "its server was started anew";
    EXPECT_EQ(south.balance(), 2);
}

TEST_F(DeskTest, DatabasesAreVisitedInTheOrderOfTheirNames) {
    rig.open();
    Texts visited;
    const auto visit = [&](const std::string& name) {
        return [&visited, name](Sql&) {
            visited.push_back(name);
            return ok();
        };
    };
    ASSERT_TRUE(rig.desk->run({{"south", visit("south")}, {"north", visit("north")}}));
    ASSERT_TRUE(rig.desk->run({{"north", visit("north")}, {"south", visit("south")}}));
    EXPECT_EQ(visited, (Texts{"north", "south", "north", "south"}))
        << "two acts in opposite directions would wait for each other";
}

TEST_F(DeskTest, ADatabaseThatIsAwayAborts) {
    rig.open();
    south.go_away(true);
    const Status away = rig.move("north", "south", 1);
    EXPECT_EQ(away.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(away.error().message, "south: the bank is away");
    EXPECT_EQ(north.balance(), 0);
    EXPECT_TRUE(rig.prepared().empty());
}

TEST_F(DeskTest, WhatIsAskedForWronglyIsRefused) {
    rig.open();
    EXPECT_EQ(
        rig.move("north", "east", 1).error().message,
        "there is no database east; there are: north, south"
    );
    EXPECT_EQ(
        rig.move("north", "north", 1).error().message,
        "two branches in north: let one do the work of both"
    );
    EXPECT_EQ(rig.desk->run({}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DeskTest, NoMoreActsThanMayBe) {
    rig.options.acts_max = 1;
    rig.open();
    Status within = ok();
    const Status outer = rig.desk->run({{"north", [&](Sql& sql) {
                                             within = rig.move("north", "south", 1);
                                             return DeskRig::add(1)(sql);
                                         }}});
    EXPECT_TRUE(outer);
    EXPECT_EQ(within.error().code, ErrorCode::kFull);
    EXPECT_EQ(within.error().message, "1 acts are under way, as many as may be: try later");
    EXPECT_TRUE(rig.move("north", "south", 1)) << "and then there is room again";
}

TEST_F(DeskTest, WhoTakesTooLongIsAborted) {
    rig.options.rules.vote_within = Milliseconds{1};
    rig.open();
    const Status late = rig.desk->run({{"north", [&](Sql& sql) {
                                            sql.execute("add", {std::int64_t{1}});
                                            while (rig.desk->coordination().may_prepare({1, 1})) {
                                                rig.desk->coordination().tick();
                                            }
                                            return ok();
                                        }}});
    EXPECT_EQ(late.error().message, "aborted: not all have voted in 1 ms");
    EXPECT_EQ(north.balance(), 0);
    EXPECT_TRUE(rig.prepared().empty());
}

TEST_F(DeskTest, ADatabaseThatCannotPrepareIsRefused) {
    south.allow(10);
    const auto refused = rig.try_open();
    EXPECT_EQ(refused.error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(refused.error().message, "south: it can prepare too few");
    rig.options.acts_max = 10;
    EXPECT_TRUE(rig.try_open().has_value());
}

TEST_F(DeskTest, ALogThatKnowsNothingOfWhatIsPreparedIsRefused) {
    south.leave_prepared("sluice/points/3/1/0", 5);
    const auto lost = rig.try_open();
    EXPECT_EQ(lost.error().code, ErrorCode::kConflict);
    EXPECT_EQ(
        lost.error().message,
        "south holds sluice/points/3/1/0 prepared, and this log has never had a coordinator "
        "points: is it the right directory? If its log is lost, see docs/guide/twophase.md"
    );
    rig.options.rules.coordinator = "coupons";
    EXPECT_TRUE(rig.try_open().has_value()) << "it is another's";
}

TEST_F(DeskTest, TheFirstStartWantsToSeeThemAll) {
    south.go_away(true);
    const auto away = rig.try_open();
    EXPECT_EQ(away.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(
        away.error().message,
        "south: at its first start a coordinator sees them all: the bank is away"
    );
    south.go_away(false);
    rig.open();
    south.go_away(true);
    rig.reopen();
    EXPECT_EQ(rig.desk->recover().at("south").problem, "the bank is away");
}

TEST(DeskOptions, SayWhatIsWrong) {
    DeskOptions options;
    options.rules.coordinator = "points";
    EXPECT_TRUE(options.validate().has_value());
    options.acts_max = 0;
    EXPECT_EQ(options.validate().error().message, "acts_max: 0 is not 1 to 1000");
    options.acts_max = 1;
    options.look_every = Milliseconds{9};
    EXPECT_EQ(options.validate().error().message, "look_every: 9 is not 10 ms to 1 hour");
    options.rules.coordinator = "No";
    EXPECT_EQ(options.validate().error().code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice::transact::test
