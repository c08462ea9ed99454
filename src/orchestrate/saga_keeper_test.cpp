#include "orchestrate/keeper_fixture.hpp"

#include <fmt/format.h>

namespace sluice::orchestrate::test {
namespace {

TEST_F(SagaKeeperTest, ACallerWaitsForTheOutcome) {
    ASSERT_TRUE(begin("c-1").has_value());
    EXPECT_EQ(end_of("c-1"), saga::Phase::kDone);
    EXPECT_EQ(end_of("c-1"), saga::Phase::kDone) << "also when it has ended before";
    services->refuse_authorize = true;
    ASSERT_TRUE(begin("c-2").has_value());
    EXPECT_EQ(end_of("c-2"), saga::Phase::kCompensated);
    EXPECT_EQ(keeper->await_end("c-9", kLong).error().code, ErrorCode::kNotFound);
}

TEST_F(SagaKeeperTest, WhoseWaitIsOverGetsItAsItIs) {
    services->silent = true;
    ASSERT_TRUE(begin("c-1").has_value());
    const auto now = keeper->await_end("c-1", std::chrono::milliseconds{1});
    ASSERT_TRUE(now.has_value());
    EXPECT_EQ(now->phase, saga::Phase::kForward);
}

TEST_F(SagaKeeperTest, TimersRunByThemselves) {
    services->silent = true;
    ASSERT_TRUE(begin("c-1").has_value());
    // Two attempts of a second each, and then its undo: until somebody answers that.
    while (look_up_saga(log, "c-1")->phase != saga::Phase::kBackward) std::this_thread::yield();
    services->silent = false;
    EXPECT_EQ(end_of("c-1"), saga::Phase::kCompensated);
}

TEST_F(SagaKeeperTest, ManyCallersAtOnce) {
    std::vector<std::jthread> callers;
    std::atomic<int> done{0};
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&, caller] {
            for (int one = 0; one < 20; ++one) {
                const std::string id = fmt::format("c-{}-{}", caller, one);
                if (!begin(id)) continue;
                const auto ended = keeper->await_end(id, kLong);
                if (ended && ended->phase == saga::Phase::kDone) ++done;
            }
        });
    }
    callers.clear();
    EXPECT_EQ(done, 160);
}

TEST_F(SagaKeeperTest, GoesOnAfterTheLogHadNoTime) {
    log.fail({runtime::test::Call::kWrite, {ErrorCode::kUnavailable, "not now"}, 0, 3});
    int attempts = 1;
    while (!begin("c-1")) ++attempts;
    EXPECT_GT(attempts, 1);
    EXPECT_EQ(end_of("c-1"), saga::Phase::kDone);
    EXPECT_TRUE(keeper->failure().has_value());
}

TEST_F(SagaKeeperTest, WhatCannotBeMendedIsKept) {
    log.fail({runtime::test::Call::kWrite, {ErrorCode::kIo, "the disk is gone"}});
    EXPECT_FALSE(begin("c-1").has_value());
    Result<saga::Instance> answer = begin("c-1");
    while (answer.error().code != ErrorCode::kIo) answer = begin("c-1");
    EXPECT_EQ(keeper->failure().error().message, "the disk is gone");
    EXPECT_FALSE(keeper->post(TellSaga{"c-1", SagaVerb::kRetry, ""}));
}

TEST_F(SagaKeeperTest, TheNextProcessGoesOn) {
    services->silent = true;
    ASSERT_TRUE(begin("c-1").has_value());
    close();
    log.reopen([this] { return open_log(scratch.path()); });
    open();
    EXPECT_EQ(end_of("c-1"), saga::Phase::kDone);
}

TEST_F(SagaKeeperTest, AfterAStopNothingIsTaken) {
    keeper->stop();
    keeper->stop();
    EXPECT_EQ(begin("c-1").error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(keeper->failure().has_value());
}

TEST_F(SagaKeeperTest, OneWithoutItsDefinitionDoesNotStart) {
    services->silent = true;
    ASSERT_TRUE(begin("c-1").has_value());
    close();
    PromptServices other;
    const auto started = SagaKeeper::start({log, clock, other, SagaBook::make({}).value(), {}});
    EXPECT_EQ(started.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace sluice::orchestrate::test
