#include "twophase/coordinator_fixture.hpp"

namespace sluice::twophase::test {
namespace {

TEST_F(CoordinatorTest, CommitsWhenAllHaveSaidYesAndThatIsStored) {
    const TransactionId id = begin();
    EXPECT_EQ(did(), (Texts{"prepare 3/1.0 a", "prepare 3/1.1 b"}));
    yes(id, 1);
    EXPECT_TRUE(did().empty());
    yes(id, 0);
    EXPECT_EQ(did(), (Texts{"store 3/1"})) << "nobody hears of it before it is durable";
    it.stored(id, now, actions);
    EXPECT_EQ(did(), (Texts{"committed 3/1", "commit 3/1.0 a", "commit 3/1.1 b"}));
    it.finished(id, 0, actions);
    EXPECT_TRUE(did().empty());
    it.finished(id, 1, actions);
    EXPECT_EQ(did(), (Texts{"erase 3/1"}));
    EXPECT_TRUE(it.open().empty());
}

TEST_F(CoordinatorTest, ANoAbortsAndNothingIsStored) {
    const TransactionId id = begin();
    did();
    it.voted(id, 1, false, "could not serialize", now, actions);
    EXPECT_EQ(did(), (Texts{"aborted 3/1: b: could not serialize", "rollback 3/1.0 a"}));
    yes(id, 0);
    EXPECT_TRUE(did().empty()) << "too late";
    it.finished(id, 0, actions);
    EXPECT_TRUE(did().empty());
    EXPECT_TRUE(it.open().empty());
}

TEST_F(CoordinatorTest, WhoDoesNotVoteInTimeAborts) {
    const TransactionId id = begin();
    yes(id, 0);
    did();
    EXPECT_EQ(it.due(), now + Milliseconds{1'000});
    it.tick(now + Milliseconds{999}, actions);
    EXPECT_TRUE(did().empty());
    time_passes();
    EXPECT_EQ(
        did(),
        (Texts{"aborted 3/1: not all have voted in 1000 ms", "rollback 3/1.0 a", "rollback 3/1.1 b"}
        )
    );
}

TEST_F(CoordinatorTest, WhatIsBeingDecidedNoTimeOutAborts) {
    const TransactionId id = begin();
    yes(id, 0);
    yes(id, 1);
    did();
    EXPECT_FALSE(it.due().has_value());
    it.tick(now + Milliseconds{1'000'000}, actions);
    EXPECT_TRUE(did().empty());
    EXPECT_EQ(it.find(id)->stage, Stage::kDeciding);
}

TEST_F(CoordinatorTest, TellsAgainWhoHasNotFinished) {
    const TransactionId id = committing();
    it.finished(id, 0, actions);
    it.failed(id, 1, "connection refused");
    EXPECT_EQ(it.find(id)->reason, "b: connection refused");
    std::vector<std::int64_t> waits;
    for (int round = 0; round < 4; ++round) {
        const Instant before = now;
        time_passes();
        waits.push_back((now - before).count());
        EXPECT_EQ(did(), (Texts{"commit 3/1.1 b"}));
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{100, 200, 400, 400}));
}

TEST_F(CoordinatorTest, AnswersAboutWhatIsForgottenChangeNothing) {
    const TransactionId id = committing();
    it.finished(id, 0, actions);
    it.finished(id, 0, actions);
    it.finished(id, 1, actions);
    did();
    const Coordinator before = it;
    yes(id, 0);
    it.voted({1, 1}, 0, false, "", now, actions);
    it.stored(id, now, actions);
    it.finished(id, 7, actions);
    it.failed(id, 0, "x");
    EXPECT_EQ(it, before);
    EXPECT_TRUE(did().empty());
}

TEST_F(CoordinatorTest, AnEarlyFinishedIsNoVote) {
    const TransactionId id = begin();
    const Coordinator before = it;
    it.finished(id, 0, actions);
    EXPECT_EQ(it, before);
}

TEST_F(CoordinatorTest, OfATransactionWithOneDatabaseToo) {
    const TransactionId id = it.begin({"a"}, now, actions).value();
    yes(id, 0);
    EXPECT_EQ(did(), (Texts{"prepare 3/1.0 a", "store 3/1"}));
    const TransactionId other = it.begin({"a"}, now, actions).value();
    it.voted(other, 0, false, "no", now, actions);
    EXPECT_EQ(it.find(other), nullptr) << "nobody is left to be told";
}

TEST_F(CoordinatorTest, RefusesTooManyBranchesAndTransactions) {
    EXPECT_EQ(
        it.begin({}, now, actions).error().message, "a transaction over 0 databases: 1 to 16 may be"
    );
    EXPECT_FALSE(it.begin(std::vector<std::string>(17, "a"), now, actions).has_value());
    Options few = options();
    few.open_max = 1;
    Coordinator small{few, 1, {}, now};
    ASSERT_TRUE(small.begin({"a"}, now, actions).has_value());
    EXPECT_EQ(small.begin({"a"}, now, actions).error().code, ErrorCode::kFull);
}

// ---- after a crash -------------------------------------------------------------------------

TEST_F(CoordinatorTest, TellsWhatIsDecidedAfterItsStart) {
    it = Coordinator{options(), 4, {{{3, 7}, {{"a", false}, {"b", false}}}}, now};
    time_passes();
    EXPECT_EQ(did(), (Texts{"commit 3/7.0 a", "commit 3/7.1 b"}));
    it.finished({3, 7}, 0, actions);
    it.finished({3, 7}, 1, actions);
    EXPECT_EQ(did(), (Texts{"erase 3/7"}));
    EXPECT_EQ(to_string(begin()), "4/1");
}

TEST_F(CoordinatorTest, RollsBackWhatNobodyDecidedBefore) {
    it = Coordinator{options(), 4, {{{3, 7}, {{"a", false}}}}, now};
    found("a", {"sluice/points/3/7/0", "sluice/points/3/8/0", "sluice/points/1/1/1"});
    EXPECT_EQ(did(), (Texts{"commit 3/7.0 a", "rollback 3/8.0 a", "rollback 1/1.1 a"}));
}

TEST_F(CoordinatorTest, LeavesAloneWhatIsNotItsOwn) {
    const TransactionId id = begin();
    did();
    found("a", {"", "somebody", "sluice/others/1/1/0", "sluice/points/4/1/0"});
    EXPECT_TRUE(did().empty()) << "of others, or of who comes after us";
    found("a", {"sluice/points/3/1/0", "sluice/points/3/2/0"});
    EXPECT_TRUE(did().empty()) << "is preparing; was not begun";
    yes(id, 0);
    yes(id, 1);
    did();
    found("a", {"sluice/points/3/1/0"});
    EXPECT_TRUE(did().empty()) << "is being decided";
}

TEST_F(CoordinatorTest, FindsAPrepareThatCameAfterItsAbort) {
    const TransactionId id = begin();
    it.voted(id, 0, false, "no", now, actions);
    did();
    found("b", {"sluice/points/3/1/1"});
    EXPECT_EQ(did(), (Texts{"rollback 3/1.1 b"}));
    it.finished(id, 1, actions);
    ASSERT_TRUE(it.open().empty());
    found("b", {"sluice/points/3/1/1"});
    EXPECT_EQ(did(), (Texts{"rollback 3/1.1 b"})) << "also when it is forgotten";
}

}  // namespace
}  // namespace sluice::twophase::test
