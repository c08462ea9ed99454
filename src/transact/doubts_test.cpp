#include "transact/doubts.hpp"

#include "transact/desk_fixture.hpp"
#include "transact/options_file.hpp"

namespace sluice::transact::test {
namespace {

using Texts = std::vector<std::string>;

class DoubtsTest : public DeskTest {
protected:
    [[nodiscard]] Desk::Databases databases() {
        Desk::Databases all;
        for (auto& [name, bank] : rig.banks) all.emplace(name, bank.open());
        return all;
    }

    [[nodiscard]] Doubts doubts() {
        const auto recorded = recorded_in(rig.log, "points");
        return doubts_of(databases(), "points", recorded.value());
    }

    /// "3/17.0 north commits", with what else there is to say.
    [[nodiscard]] static Texts shown(const Doubts& doubts) {
        Texts all;
        for (const Doubt& one : doubts.branches) {
            all.push_back(fmt::format(
                "{}.{} {} {}{}{}",
                twophase::to_string(one.gid.id),
                one.gid.branch,
                one.database,
                to_string(one.fate),
                one.seen ? "" : ", not seen",
                one.settled ? ", settled" : ""
            ));
        }
        return all;
    }

    /// Decided, and told nobody.
    void leave_decided() {
        rig.open();
        north.hook(fail_once("commit", false));
        south.hook(fail_once("commit", false));
        ASSERT_TRUE(rig.move("north", "south", 1));
        rig.desk.reset();
    }
};

TEST_F(DoubtsTest, EachHasItsFate) {
    leave_decided();
    north.leave_prepared("sluice/points/1/9/0", 1);
    north.leave_prepared("sluice/points/2/1/0", 1);
    north.leave_prepared("sluice/coupons/1/1/0", 1);
    north.leave_prepared("somebody's own", 1);
    const Doubts all = doubts();
    EXPECT_EQ(
        shown(all),
        (Texts{
            "1/1.0 north commits",
            "1/1.1 south commits",
            "1/9.0 north rolls back",
            "2/1.0 north left alone"})
    );
    EXPECT_TRUE(all.problems.empty());
    EXPECT_EQ(rig.prepared().size(), 6U) << "looking changes nothing";
    EXPECT_EQ(recorded_in(rig.log, "points")->epoch, 1U);
}

TEST_F(DoubtsTest, WithoutTheLogTheyAreUnknown) {
    leave_decided();
    EXPECT_EQ(
        shown(doubts_of(databases(), "points", std::nullopt)),
        (Texts{"1/1.0 north unknown", "1/1.1 south unknown"})
    );
}

TEST_F(DoubtsTest, ADatabaseThatIsAwayIsNamedWithWhatIsDecidedForIt) {
    leave_decided();
    south.go_away(true);
    const Doubts all = doubts();
    EXPECT_EQ(shown(all), (Texts{"1/1.0 north commits", "1/1.1 south commits, not seen"}));
    EXPECT_EQ(all.problems.at("south"), "the bank is away");
}

TEST_F(DoubtsTest, AreResolvedAsTheLogSays) {
    leave_decided();
    north.leave_prepared("sluice/points/1/9/0", 1);
    rig.open();
    const auto resolved = resolve(*rig.desk, std::nullopt);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ(resolved->databases.at("north").committed, 1U);
    EXPECT_EQ(resolved->databases.at("north").rolled_back, 1U);
    EXPECT_EQ(resolved->databases.at("south").committed, 1U);
    EXPECT_TRUE(resolved->left.empty());
    EXPECT_TRUE(doubts().branches.empty());
}

TEST_F(DoubtsTest, WhatCannotBeReachedIsLeft) {
    leave_decided();
    south.go_away(true);
    rig.open();
    const auto resolved = resolve(*rig.desk, std::nullopt);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ(resolved->databases.at("south").problem, "the bank is away");
    ASSERT_EQ(resolved->left.size(), 1U);
    EXPECT_EQ(twophase::to_string(resolved->left[0].id), "1/1");
}

TEST_F(DoubtsTest, ABranchWhoseDatabaseIsLostIsSettled) {
    leave_decided();
    south.go_away(true);
    rig.open();
    const auto unknown = resolve(*rig.desk, BranchName{{9, 9}, 0});
    EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
    const auto settled = resolve(*rig.desk, BranchName{{1, 1}, 1});
    ASSERT_TRUE(settled.has_value()) << settled.error().message;
    EXPECT_TRUE(settled->left.empty()) << "nobody waits for it any more";
    EXPECT_EQ(shown(doubts()), Texts{"1/1.1 south commits, not seen, settled"});
    south.go_away(false);
    rig.reopen();
    EXPECT_TRUE(resolve(*rig.desk, std::nullopt).has_value());
    EXPECT_EQ(south.balance(), 1) << "it has come back after all";
    EXPECT_TRUE(recorded_in(rig.log, "points")->decisions.empty());
}

TEST(BranchNames, AreReadAsPeopleWriteThem) {
    const auto named = parse_branch_name("3/17/1");
    ASSERT_TRUE(named.has_value());
    EXPECT_EQ(named->id, (twophase::TransactionId{3, 17}));
    EXPECT_EQ(named->branch, 1U);
    for (const char* wrong : {"", "3/17", "3/17/", "/1", "3/17/x", "3/17/1 ", "a/b/c", "3/17/-1"}) {
        const auto refused = parse_branch_name(wrong);
        ASSERT_FALSE(refused.has_value()) << wrong;
        EXPECT_NE(refused.error().message.find("they are written 3/17/0"), std::string::npos);
    }
}

TEST(Doubts, OfALogThatIsNotThereAreRefused) {
    const log::test::ScratchDirectory scratch;
    TwoPhaseOptions options;
    options.coordinator = "points";
    options.directory = scratch.path() / "none";
    options.databases["here"] = "postgresql://u@127.0.0.1:1/d";
    EXPECT_EQ(doubts_of(options).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(resolve(options, std::nullopt).error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(std::filesystem::exists(options.directory)) << "and none is made";
}

}  // namespace
}  // namespace sluice::transact::test
