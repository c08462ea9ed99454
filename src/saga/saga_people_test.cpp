// What people say to a saga: cancel, compensate, retry.

#include "saga/saga_fixture.hpp"

namespace sluice::saga::test {
namespace {

class SagaPeople : public SagaTest {
protected:
    bool cancel() { return took_verb(rules.cancel(it, "changed my mind", now)); }

    bool compensate() { return took_verb(rules.compensate(it, "by hand", now)); }

    bool retry() { return took_verb(rules.retry(it, now)); }

private:
    bool took_verb(Result<Decision> answer) {
        if (!answer) return false;
        took(*answer);
        return true;
    }
};

TEST_F(SagaPeople, CancelWaitsForTheAnswerUnderWay) {
    start();
    done("reserve");
    ASSERT_TRUE(cancel());
    EXPECT_EQ(it.phase, Phase::kForward);
    EXPECT_EQ(it.reason, "changed my mind");
    EXPECT_EQ(sent.size(), 2U);
    ASSERT_TRUE(cancel()) << "twice is once";
    done("redeem");
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(sent.back(), "c-1/redeem/undo");
}

TEST_F(SagaPeople, CancelDoesNotTryAgainWhatGivesNoAnswer) {
    start();
    ASSERT_TRUE(cancel());
    time_passes();
    EXPECT_EQ(it.steps[0].state, StepState::kUnknown);
    EXPECT_EQ(sent.back(), "c-1/reserve/undo");
}

TEST_F(SagaPeople, CancelTurnsRoundAtOnceWhatPauses) {
    start();
    time_passes();
    ASSERT_EQ(it.awaits, Awaits::kPause);
    ASSERT_TRUE(cancel());
    EXPECT_EQ(sent.back(), "c-1/reserve/undo");
}

TEST_F(SagaPeople, CancelBeforeTheStartSendsNothing) {
    ASSERT_TRUE(cancel());
    EXPECT_EQ(it.phase, Phase::kCompensated);
    EXPECT_TRUE(sent.empty());
}

TEST_F(SagaPeople, CancelledAtItsLastStepASagaWithoutPivotIsUndone) {
    Definition two = checkout();
    two.steps = {undoable("a"), undoable("b")};
    const Saga saga{two};
    Instance one = saga.make("s", "x", "", 1, now).value();
    static_cast<void>(saga.start(one, now));
    static_cast<void>(saga.reply(one, {"a", Direction::kDo, Verdict::kDone}, now));
    ASSERT_TRUE(saga.cancel(one, "no", now).has_value());
    const Decision back = saga.reply(one, {"b", Direction::kDo, Verdict::kDone}, now);
    ASSERT_TRUE(back.send.has_value());
    EXPECT_EQ(to_string(back.send->key), "s/b/undo");
}

TEST_F(SagaPeople, CompensateDoesNotWait) {
    start();
    done("reserve");
    ASSERT_TRUE(compensate());
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(it.steps[1].state, StepState::kUnknown);
    EXPECT_EQ(sent.back(), "c-1/redeem/undo");
    ASSERT_TRUE(compensate()) << "it does already";
    EXPECT_EQ(sent.size(), 3U);
}

TEST_F(SagaPeople, AnUndoIsTriedAgainAlsoAfterACancel) {
    start();
    ASSERT_TRUE(compensate());
    time_passes();
    EXPECT_EQ(it.awaits, Awaits::kPause);
    time_passes();
    EXPECT_EQ(sent.back(), "c-1/reserve/undo");
    time_passes();
    EXPECT_EQ(it.awaits, Awaits::kPerson);
}

TEST_F(SagaPeople, FromThePivotOnItGoesOnlyForward) {
    start();
    done("reserve");
    done("redeem");
    const Instance at_pivot = it;
    EXPECT_FALSE(cancel());
    EXPECT_FALSE(compensate());
    EXPECT_EQ(it, at_pivot);
    EXPECT_EQ(
        rules.compensate(it, "", now).error().message,
        "saga c-1 is at step authorize, its pivot or behind it: it goes only forward; retry what "
        "is stuck"
    );
    nobody_answers();
    EXPECT_FALSE(compensate()) << "stuck, and perhaps done";
    done("authorize");
    EXPECT_FALSE(compensate());
}

TEST_F(SagaPeople, RetrySendsWhatIsStuckAndCountsAnew) {
    start();
    done("reserve");
    done("redeem");
    nobody_answers();
    ASSERT_TRUE(retry());
    EXPECT_EQ(it.attempts, 1U);
    EXPECT_EQ(it.awaits, Awaits::kAnswer);
    EXPECT_EQ(sent.back(), "c-1/authorize/do");
    EXPECT_FALSE(retry()) << "an answer is awaited";
    EXPECT_EQ(
        rules.retry(it, now).error().message,
        "saga c-1 is waiting for an answer: nothing of it is stuck or pauses"
    );
}

TEST_F(SagaPeople, RetryCutsAPauseShort) {
    start();
    time_passes();
    ASSERT_TRUE(retry());
    EXPECT_EQ(it.attempts, 2U);
    EXPECT_EQ(sent.back(), "c-1/reserve/do");
}

TEST_F(SagaPeople, NothingIsRetriedThatHasNotStarted) {
    EXPECT_EQ(
        rules.retry(it, now).error().message,
        "saga c-1 is waiting: nothing of it is stuck or pauses"
    );
}

TEST_F(SagaPeople, ALongReasonIsCutToOneLine) {
    start();
    ASSERT_TRUE(rules.compensate(it, std::string(1'000, '\n'), now).has_value());
    EXPECT_EQ(it.reason, std::string(500, ' '));
}

}  // namespace
}  // namespace sluice::saga::test
