#include "twophase/coordinator_fixture.hpp"

#include <functional>

namespace sluice::twophase::test {
namespace {

TEST_F(CoordinatorTest, APersonAbortsWhatIsPreparing) {
    const TransactionId id = begin();
    did();
    EXPECT_TRUE(it.abort(id, "by bob", now, actions).has_value());
    EXPECT_EQ(did(), (Texts{"aborted 3/1: by bob", "rollback 3/1.0 a", "rollback 3/1.1 b"}));
    EXPECT_TRUE(it.abort(id, "by bob", now, actions).has_value()) << "it does";
    EXPECT_TRUE(did().empty());
}

TEST_F(CoordinatorTest, NobodyAbortsWhatIsDecided) {
    const TransactionId id = begin();
    yes(id, 0);
    yes(id, 1);
    did();
    EXPECT_EQ(
        it.abort(id, "", now, actions).error().message,
        "transaction 3/1 is deciding: it commits, and no branch of it may do otherwise"
    );
    it.stored(id, now, actions);
    did();
    EXPECT_EQ(it.abort(id, "", now, actions).error().code, ErrorCode::kConflict);
    EXPECT_EQ(
        it.abort({9, 9}, "", now, actions).error().message,
        "transaction 9/9 is not open: it has ended, or never was"
    );
    EXPECT_TRUE(did().empty());
}

TEST_F(CoordinatorTest, ASettledBranchIsToldNoMoreAndNotForgotten) {
    const TransactionId id = committing();
    it.finished(id, 0, actions);
    const auto decision = it.settle(id, 1, actions);
    ASSERT_TRUE(decision.has_value());
    EXPECT_EQ(**decision, (Decision{id, {{"a", false}, {"b", true}}}));
    EXPECT_FALSE(it.due().has_value());
    EXPECT_TRUE(did().empty());
    ASSERT_NE(it.find(id), nullptr);

    found("b", {"sluice/points/3/1/1"});
    EXPECT_EQ(did(), (Texts{"commit 3/1.1 b"})) << "its database has come back after all";
    it.finished(id, 1, actions);
    EXPECT_EQ(did(), (Texts{"erase 3/1"}));
}

TEST_F(CoordinatorTest, ASettledBranchStaysSoAfterACrash) {
    it = Coordinator{options(), 4, {{{3, 1}, {{"a", false}, {"b", true}}}}, now};
    time_passes();
    EXPECT_EQ(did(), (Texts{"commit 3/1.0 a"}));
    EXPECT_EQ(decision_of(*it.find({3, 1})), (Decision{{3, 1}, {{"a", false}, {"b", true}}}));
}

TEST_F(CoordinatorTest, WhatAbortsNeedsNoMemoryOfItsSettledBranch) {
    const TransactionId id = begin();
    it.voted(id, 0, false, "no", now, actions);
    did();
    const auto decision = it.settle(id, 1, actions);
    ASSERT_TRUE(decision.has_value());
    EXPECT_FALSE(decision->has_value());
    EXPECT_TRUE(it.open().empty());
}

TEST_F(CoordinatorTest, NobodySettlesWhatIsNotDecidedOrFinished) {
    const TransactionId id = begin();
    EXPECT_EQ(
        it.settle(id, 0, actions).error().message,
        "transaction 3/1 is preparing: nobody knows yet what its branches must do"
    );
    yes(id, 0);
    yes(id, 1);
    EXPECT_EQ(it.settle(id, 0, actions).error().code, ErrorCode::kConflict);
    it.stored(id, now, actions);
    EXPECT_EQ(
        it.settle(id, 2, actions).error().message,
        "transaction 3/1 has the branches 0 to 1, and no 2"
    );
    it.finished(id, 0, actions);
    EXPECT_EQ(
        it.settle(id, 0, actions).error().message, "branch 0 of transaction 3/1 has finished"
    );
    EXPECT_EQ(it.settle({9, 9}, 0, actions).error().code, ErrorCode::kNotFound);
}

TEST(TwoPhaseOptions, SayWhatIsWrong) {
    struct Case {
        std::function<void(Options&)> spoil;
        const char* says;
    };

    const Case cases[] = {
        {[](Options& o) { o.coordinator = "No"; },
         "coordinator \"No\": 1 to 20 of a-z, 0-9 and -, a letter first"},
        {[](Options& o) { o.vote_within = Milliseconds{0}; },
         "vote_within: 0 is not 1 ms to 1 hour"},
        {[](Options& o) { o.retry_max = std::chrono::hours{2}; },
         "retry_max: 7200000 is not 1 ms to 1 hour"},
        {[](Options& o) { o.retry_first = Milliseconds{401}; },
         "retry_first: 401 is not 1 ms to retry_max"},
        {[](Options& o) { o.open_max = 0; }, "open_max: 0 is not 1 to 1000000"},
    };
    EXPECT_TRUE(options().validate().has_value());
    for (const Case& one : cases) {
        Options bad = options();
        one.spoil(bad);
        ASSERT_FALSE(bad.validate().has_value()) << one.says;
        EXPECT_EQ(bad.validate().error().message, one.says);
    }
}

}  // namespace
}  // namespace sluice::twophase::test
