#include "saga/saga_fixture.hpp"

namespace sluice::saga::test {
namespace {

using Keys = std::vector<std::string>;

TEST_F(SagaTest, GoesThroughItsStepsInOrder) {
    start();
    EXPECT_EQ(it.phase, Phase::kForward);
    for (const char* step : {"reserve", "redeem", "authorize"}) EXPECT_TRUE(done(step).changed);
    now = now + Milliseconds{5};
    const Decision last = done("place");
    EXPECT_FALSE(last.send.has_value());
    EXPECT_EQ(it.phase, Phase::kDone);
    EXPECT_EQ(it.ended_at, now);
    EXPECT_EQ(it.steps[1].result, "r-redeem");
    EXPECT_FALSE(Saga::due(it).has_value());
    EXPECT_EQ(sent, (Keys{"c-1/reserve/do", "c-1/redeem/do", "c-1/authorize/do", "c-1/place/do"}));
}

TEST_F(SagaTest, ARefusalUndoesInReverseOrderWhatIsDone) {
    start();
    done("reserve");
    done("redeem");
    refused("authorize");
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(it.reason, "no");
    undone("redeem");
    undone("reserve");
    EXPECT_EQ(it.phase, Phase::kCompensated);
    EXPECT_EQ(
        states(),
        (std::vector{
            StepState::kUndone, StepState::kUndone, StepState::kRefused, StepState::kPlanned})
    );
    EXPECT_EQ(sent.back(), "c-1/reserve/undo");
    EXPECT_EQ(sent[3], "c-1/redeem/undo");
}

TEST_F(SagaTest, AFirstStepThatIsRefusedLeavesNothingToUndo) {
    start();
    EXPECT_FALSE(refused("reserve").send.has_value());
    EXPECT_EQ(it.phase, Phase::kCompensated);
}

TEST_F(SagaTest, IsSentAgainWithTheSameKeyWhenNobodyAnswers) {
    start();
    const Instant sent_at = now;
    EXPECT_EQ(Saga::due(it), sent_at + Milliseconds{1'000});
    EXPECT_FALSE(rules.tick(it, now + Milliseconds{999}).changed);
    EXPECT_FALSE(time_passes().send.has_value());
    EXPECT_EQ(it.awaits, Awaits::kPause);
    EXPECT_EQ(it.reason, "no answer within 1000 ms");
    EXPECT_FALSE(rules.under_way(it).has_value());
    const Decision again = time_passes();
    ASSERT_TRUE(again.send.has_value());
    EXPECT_EQ(again.send->attempt, 2U);
    EXPECT_EQ(sent, (Keys{"c-1/reserve/do", "c-1/reserve/do"}));
}

TEST_F(SagaTest, WhatGaveNoAnswerIsUndoneAsIfItWereDone) {
    start();
    done("reserve");
    nobody_answers();
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(it.steps[1].state, StepState::kUnknown);
    EXPECT_EQ(sent.back(), "c-1/redeem/undo");
    EXPECT_FALSE(done("redeem").changed) << "an answer that comes too late is nobody's";
    undone("redeem");
    undone("reserve");
    EXPECT_EQ(it.phase, Phase::kCompensated);
}

TEST_F(SagaTest, AnAnswerInTheMiddleOfAPauseStillCounts) {
    start();
    time_passes();
    ASSERT_EQ(it.awaits, Awaits::kPause);
    done("reserve");
    EXPECT_EQ(sent.back(), "c-1/redeem/do");
    EXPECT_EQ(it.attempts, 1U);
}

TEST_F(SagaTest, NotNowIsAnAttemptAndItsWaitIsObserved) {
    start();
    Reply later{"reserve", Direction::kDo, Verdict::kLater, "", "busy\nvery", Milliseconds{300}};
    EXPECT_TRUE(rules.reply(it, later, now).changed);
    EXPECT_EQ(it.reason, "busy very");
    EXPECT_EQ(Saga::due(it), now + Milliseconds{300});
    EXPECT_FALSE(rules.reply(it, later, now).changed) << "the same once more";
    time_passes();
    took(rules.reply(it, later, now));
    EXPECT_EQ(it.phase, Phase::kBackward) << "that was its last attempt";
    EXPECT_EQ(sent.back(), "c-1/reserve/undo") << "and nothing was said about the first";
}

TEST_F(SagaTest, DoubleAndForeignAnswersChangeNothing) {
    start();
    done("reserve");
    const Instance before = it;
    EXPECT_FALSE(done("reserve").changed);
    EXPECT_FALSE(done("place").changed);
    EXPECT_FALSE(done("nobody").changed);
    EXPECT_FALSE(undone("redeem").changed);
    EXPECT_EQ(it, before);
}

TEST_F(SagaTest, AnEndIsAnEnd) {
    start();
    refused("reserve");
    const Instance before = it;
    EXPECT_FALSE(done("reserve").changed);
    EXPECT_FALSE(rules.tick(it, now + Milliseconds{1'000'000}).changed);
    EXPECT_FALSE(rules.retry(it, now).has_value());
    EXPECT_EQ(rules.cancel(it, "no", now).error().code, ErrorCode::kConflict);
    EXPECT_EQ(it, before);
}

TEST_F(SagaTest, ThePivotThatGivesNoAnswerIsStuckAndGoesOnWithALateOne) {
    start();
    done("reserve");
    done("redeem");
    nobody_answers();
    EXPECT_EQ(it.phase, Phase::kForward);
    EXPECT_EQ(it.awaits, Awaits::kPerson);
    EXPECT_FALSE(Saga::due(it).has_value());
    done("authorize");
    EXPECT_EQ(sent.back(), "c-1/place/do");
}

TEST_F(SagaTest, ThePivotMayRefuseAlsoWhenItIsStuck) {
    start();
    done("reserve");
    done("redeem");
    nobody_answers();
    refused("authorize");
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(sent.back(), "c-1/redeem/undo");
}

TEST_F(SagaTest, BehindThePivotARefusalIsStuckNotUndone) {
    start();
    for (const char* step : {"reserve", "redeem", "authorize"}) done(step);
    refused("place");
    EXPECT_EQ(it.awaits, Awaits::kPerson);
    EXPECT_EQ(it.phase, Phase::kForward);
    EXPECT_FALSE(refused("place").changed) << "said once";
    done("place");
    EXPECT_EQ(it.phase, Phase::kDone);
}

TEST_F(SagaTest, AnUndoThatIsRefusedIsStuck) {
    start();
    done("reserve");
    refused("redeem");
    answer("reserve", Direction::kUndo, Verdict::kRefused, "shipped already");
    EXPECT_EQ(it.phase, Phase::kBackward);
    EXPECT_EQ(it.awaits, Awaits::kPerson);
    EXPECT_EQ(it.reason, "shipped already");
    undone("reserve");
    EXPECT_EQ(it.phase, Phase::kCompensated);
}

TEST_F(SagaTest, ALongResultIsCut) {
    Definition short_results = checkout();
    short_results.result_bytes_max = 3;
    const Saga saga{short_results};
    Instance one = saga.make("c-2", "m", "", 2, now).value();
    static_cast<void>(saga.start(one, now));
    static_cast<void>(saga.reply(one, {"reserve", Direction::kDo, Verdict::kDone, "12345"}, now));
    EXPECT_EQ(one.steps[0].result, "123");
}

TEST(SagaStep, WithNothingToUndoIsPassedOverOnTheWayBack) {
    Definition definition = checkout();
    definition.steps = {undoable("a"), nothing_to_undo("b"), undoable("c")};
    const Saga rules{definition};
    Instance it = rules.make("s", "x", "", 1, Instant{0}).value();
    static_cast<void>(rules.start(it, Instant{0}));
    static_cast<void>(rules.reply(it, {"a", Direction::kDo, Verdict::kDone}, Instant{0}));
    static_cast<void>(rules.reply(it, {"b", Direction::kDo, Verdict::kDone}, Instant{0}));
    const Decision back = rules.reply(it, {"c", Direction::kDo, Verdict::kRefused}, Instant{0});
    ASSERT_TRUE(back.send.has_value());
    EXPECT_EQ(to_string(back.send->key), "s/a/undo");
    EXPECT_EQ(it.steps[1].state, StepState::kUndone);
}

TEST(SagaMake, RefusesWhatIsNoSaga) {
    const Saga rules{checkout()};
    EXPECT_EQ(
        rules.make("", "m", "", 1, {}).error().message,
        "a saga's id is 1 to 128 of a-z, A-Z, 0-9 and ._:-"
    );
    EXPECT_FALSE(rules.make("a/b", "m", "", 1, {}).has_value());
    EXPECT_FALSE(rules.make(std::string(129, 'a'), "m", "", 1, {}).has_value());
    EXPECT_FALSE(rules.make("a", "", "", 1, {}).has_value());
    const auto large = rules.make("a", "m", std::string((64U << 10) + 1, 'x'), 1, {});
    EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

TEST(SagaFits, TellsAVersionAndAChangeUnderIt) {
    const Saga rules{checkout()};
    const Instance it = rules.make("c-1", "m", "", 1, {}).value();
    EXPECT_TRUE(rules.fits(it).has_value());

    Definition newer = checkout();
    newer.version = 2;
    EXPECT_EQ(
        Saga{newer}.fits(it).error().message,
        "saga c-1 is of checkout version 1, not of checkout version 2"
    );
    Definition changed = checkout();
    std::swap(changed.steps[0], changed.steps[1]);
    EXPECT_EQ(Saga{changed}.fits(it).error().code, ErrorCode::kConflict);
    Definition tuned = checkout();
    tuned.steps[0].command.attempts_max = 100;
    tuned.steps[0].command.to = "reserve.please";
    EXPECT_TRUE(Saga{tuned}.fits(it).has_value()) << "addresses and times may change";
}

TEST(SagaKey, IsReadAsItIsWritten) {
    const Key key{"c-1.b:7", "reserve-2", Direction::kUndo};
    EXPECT_EQ(to_string(key), "c-1.b:7/reserve-2/undo");
    EXPECT_EQ(parse_key(to_string(key)).value(), key);
    EXPECT_EQ(parse_key("a/b/do").value(), (Key{"a", "b", Direction::kDo}));
    for (const char* none :
         {"",
          "/do",
          "a/do",
          "a//do",
          "/a/do",
          "a/b/c/do",
          "a/b/redo",
          "a/b",
          "a b/c/do",
          "a/B/do"}) {
        EXPECT_FALSE(parse_key(none).has_value()) << none;
    }
}

}  // namespace
}  // namespace sluice::saga::test
