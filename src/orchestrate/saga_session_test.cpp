#include "orchestrate/saga_session_fixture.hpp"

namespace sluice::orchestrate::test {
namespace {

using Keys = std::vector<std::string>;
using saga::Awaits;
using saga::Phase;

saga::Definition locked(saga::LockRule rule) {
    saga::Definition definition = saga::test::checkout();
    definition.lock = saga::LockSpec{"cart", rule};
    return definition;
}

TEST(SagaSession, StoresBeforeItSends) {
    SagaRig rig{{saga::test::checkout()}};
    const auto begun = rig.begin("c-1");
    ASSERT_TRUE(begun.has_value()) << begun.error().message;
    EXPECT_EQ(begun->phase, Phase::kForward);
    EXPECT_EQ(rig.port.take(), (Keys{"c-1/reserve/do"}));
    EXPECT_EQ(rig.port.addresses.back(), "reserve.wanted");
    EXPECT_EQ(look_up_saga(rig.log(), "c-1").value(), begun.value());

    rig.log().fail({runtime::test::Call::kWrite, {ErrorCode::kUnavailable, "not now"}});
    EXPECT_EQ(rig.done("c-1", "reserve").error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(rig.port.take().empty()) << "what is not stored is not sent";
}

TEST(SagaSession, GoesToItsEndAndIsKept) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    for (const char* step : {"reserve", "redeem", "authorize"}) {
        ASSERT_TRUE(rig.done("c-1", step).has_value());
    }
    EXPECT_TRUE(rig.session().take_ended().empty());
    EXPECT_EQ(rig.done("c-1", "place")->phase, Phase::kDone);
    EXPECT_EQ(rig.session().open_sagas(), 0U);
    EXPECT_EQ(rig.session().take_ended().size(), 1U);
    EXPECT_EQ(look_up_saga(rig.log(), "c-1")->phase, Phase::kDone);
    EXPECT_EQ(
        rig.done("c-1", "place").error().message,
        "c-1: no such saga is under way; it has ended, or never began"
    );
}

TEST(SagaSession, TheSameBeginIsTheSameSaga) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    ASSERT_TRUE(rig.done("c-1", "reserve").has_value());
    EXPECT_EQ(rig.begin("c-1")->at, 1U) << "as it is by now";
    EXPECT_EQ(rig.begin("c-1", "m-2").error().code, ErrorCode::kConflict);
    ASSERT_TRUE(rig.step(TellSaga{"c-1", SagaVerb::kCompensate, "x"}).has_value());
    for (const char* step : {"redeem", "reserve"}) {
        ASSERT_TRUE(rig.done("c-1", step, saga::Direction::kUndo).has_value());
    }
    rig.port.take();
    EXPECT_EQ(rig.begin("c-1")->phase, Phase::kCompensated) << "also when it has ended";
    EXPECT_TRUE(rig.port.take().empty());
}

TEST(SagaSession, AnswersEachInputOfABatchForItself) {
    SagaRig rig{{saga::test::checkout()}};
    const auto answers = rig.session().step(
        {BeginSaga{"checkout", "c-1", "m", ""},
         BeginSaga{"nothing", "c-2", "m", ""},
         AnswerSaga{"c-1", {"reserve", saga::Direction::kDo, saga::Verdict::kDone}},
         TellSaga{"c-9", SagaVerb::kRetry, ""},
         BeginSaga{"checkout", "c 3", "m", ""}}
    );
    ASSERT_TRUE(answers.has_value());
    ASSERT_EQ(answers->size(), 5U);
    EXPECT_EQ((*answers)[0]->at, 0U);
    EXPECT_EQ((*answers)[1].error().code, ErrorCode::kNotFound);
    EXPECT_EQ((*answers)[2]->at, 1U);
    EXPECT_EQ((*answers)[3].error().code, ErrorCode::kNotFound);
    EXPECT_EQ((*answers)[4].error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(rig.port.take(), (Keys{"c-1/reserve/do", "c-1/redeem/do"}));
}

TEST(SagaSession, SendsAgainAfterACrashWhatIsUnderWay) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    ASSERT_TRUE(rig.begin("c-2").has_value());
    ASSERT_TRUE(rig.done("c-2", "reserve").has_value());
    rig.port.take();
    rig.restart_process();
    EXPECT_EQ(rig.session().open_sagas(), 2U);
    rig.time_passes(Milliseconds{0});
    EXPECT_EQ(rig.port.take(), (Keys{"c-1/reserve/do", "c-2/redeem/do"}));
}

TEST(SagaSession, ItsTimersSurvive) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    const Instant due = rig.session().next_due().value();
    EXPECT_EQ(due, rig.clock.now() + Milliseconds{1'000});
    rig.restart_process();
    EXPECT_EQ(rig.session().next_due(), due);
    rig.time_passes(Milliseconds{1'000});
    EXPECT_EQ(look_up_saga(rig.log(), "c-1")->awaits, Awaits::kPause);
    rig.restart_process();
    rig.time_passes(Milliseconds{400});
    EXPECT_EQ(look_up_saga(rig.log(), "c-1")->attempts, 2U);
}

TEST(SagaSession, AnUnknownOutcomeIsReadAgain) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    rig.log().fail({runtime::test::Call::kWrite, {ErrorCode::kUnavailable, "x"}, 0, 1, true});
    ASSERT_FALSE(rig.done("c-1", "reserve").has_value()) << "it was stored all the same";
    rig.port.take();
    rig.open();
    rig.time_passes(Milliseconds{0});
    EXPECT_EQ(rig.port.take(), (Keys{"c-1/redeem/do"}));
    EXPECT_EQ(rig.done("c-1", "reserve")->at, 1U) << "the answer comes again, and is double";
}

TEST(SagaSession, ALockThatIsTakenRefuses) {
    SagaRig rig{{locked(saga::LockRule::kRefuse)}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    EXPECT_EQ(
        rig.begin("c-2").error().message, "cart of m-1 is taken by saga c-1: wait for its end"
    );
    ASSERT_TRUE(rig.begin("c-3", "m-2").has_value());
    rig.restart_process();
    EXPECT_EQ(rig.begin("c-2").error().code, ErrorCode::kConflict);
    ASSERT_TRUE(rig.step(
                       AnswerSaga{"c-1", {"reserve", saga::Direction::kDo, saga::Verdict::kRefused}}
    ).has_value());
    EXPECT_TRUE(rig.begin("c-2").has_value());
}

TEST(SagaSession, ALockThatIsTakenLetsWaitInLine) {
    SagaRig rig{{locked(saga::LockRule::kWait)}, SagaLimits{100, 2}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    EXPECT_EQ(rig.begin("c-3")->phase, Phase::kWaiting);
    EXPECT_EQ(rig.begin("c-2")->phase, Phase::kWaiting);
    EXPECT_EQ(rig.begin("c-4").error().code, ErrorCode::kFull);
    rig.restart_process();
    rig.port.take();
    ASSERT_TRUE(rig.step(
                       AnswerSaga{"c-1", {"reserve", saga::Direction::kDo, saga::Verdict::kRefused}}
    ).has_value());
    EXPECT_EQ(rig.port.take(), (Keys{"c-1/reserve/do", "c-3/reserve/do"})) << "who came first";
    EXPECT_EQ(rig.step(TellSaga{"c-2", SagaVerb::kCancel, "x"})->phase, Phase::kCompensated)
        << "who waits can be cancelled";
    EXPECT_EQ(rig.session().open_sagas(), 1U);
}

TEST(SagaSession, RefusesMoreThanMayBeOpen) {
    SagaRig rig{{saga::test::checkout()}, SagaLimits{1}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    EXPECT_EQ(rig.begin("c-2").error().code, ErrorCode::kFull);
    EXPECT_TRUE(rig.begin("c-1").has_value()) << "that one is there";
}

TEST(SagaSession, ForgetsWhatEndedLongAgo) {
    SagaRig rig{{saga::test::checkout()}, SagaLimits{100, 100, Milliseconds{3'600'000}}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    ASSERT_TRUE(rig.step(TellSaga{"c-1", SagaVerb::kCompensate, "x"}).has_value());
    ASSERT_TRUE(rig.done("c-1", "reserve", saga::Direction::kUndo).has_value());
    rig.time_passes(Milliseconds{3'599'000});
    EXPECT_TRUE(look_up_saga(rig.log(), "c-1").has_value());
    rig.time_passes(Milliseconds{61'000});
    EXPECT_EQ(look_up_saga(rig.log(), "c-1").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(rig.begin("c-1")->phase, Phase::kForward) << "it may begin anew";
}

TEST(SagaSession, ASagaWhoseDefinitionIsGoneStopsTheStart) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    saga::Definition newer = saga::test::checkout();
    newer.version = 2;
    rig.know({newer});
    EXPECT_EQ(rig.try_open().error().code, ErrorCode::kConflict);
    rig.know({saga::test::checkout(), newer});
    rig.open();
    EXPECT_EQ(rig.done("c-1", "reserve")->version, 1U);
    EXPECT_EQ(rig.begin("c-2")->version, 2U);
}

TEST(SagaSession, AnotherOwnerFencesIt) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-1").has_value());
    const auto heir = rig.log().take(kSagaGroup, {kSagaHome});
    ASSERT_TRUE(heir.has_value());
    EXPECT_EQ(rig.done("c-1", "reserve").error().code, ErrorCode::kFenced);
    EXPECT_EQ(
        rig.session().step({BeginSaga{"checkout", "c-2", "m", ""}}).error().code, ErrorCode::kFenced
    ) << "that is the session's end, not the input's fault";
    rig.open();
    EXPECT_TRUE(rig.begin("c-2").has_value());
}

}  // namespace
}  // namespace sluice::orchestrate::test
