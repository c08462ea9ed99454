#include "orchestrate/saga_keeper.hpp"

#include "base/clock.hpp"
#include "log/embedded/test_log.hpp"
#include "orchestrate/saga_tables.hpp"
#include "runtime/faulty_log_fixture.hpp"
#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sluice::orchestrate::test {
namespace {

constexpr std::chrono::seconds kLong{30};

/// Services that answer at once, from a thread of their own.
class PromptServices final : public SagaPort {
public:
    ~PromptServices() override { stop(); }

    void answer_to(SagaKeeper& keeper) { keeper_ = &keeper; }

    /// Before the keeper goes.
    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    void send(
        const saga::Send& command,
        const saga::Definition& /*definition*/,
        const saga::Instance& /*instance*/
    ) override {
        const std::lock_guard lock{mutex_};
        keys_.push_back(command.key);
        changed_.notify_all();
    }

    std::atomic<bool> silent{false};
    std::atomic<bool> refuse_authorize{false};

private:
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, stop, [&] { return !keys_.empty(); });
            const std::vector<saga::Key> keys = std::exchange(keys_, {});
            lock.unlock();
            if (silent) continue;
            for (const saga::Key& key : keys) {
                const bool no = refuse_authorize && key.step == "authorize";
                const auto verdict = no ? saga::Verdict::kRefused : saga::Verdict::kDone;
                static_cast<void>(keeper_.load()->post(AnswerSaga{
                    key.saga, {key.step, key.direction, verdict, "r", "no"}}));
            }
        }
    }

    std::atomic<SagaKeeper*> keeper_{nullptr};
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<saga::Key> keys_;
    std::jthread thread_{[this](const std::stop_token& stop) { serve(stop); }};
};

class SagaKeeperTest : public ::testing::Test {
protected:
    SagaKeeperTest() { open(); }

    ~SagaKeeperTest() override { close(); }

    void open() {
        services = std::make_unique<PromptServices>();
        auto started = SagaKeeper::start(
            {log, clock, *services, SagaBook::make({saga::test::checkout()}).value(), {}}
        );
        ASSERT_TRUE(started.has_value()) << started.error().message;
        keeper = std::move(started).value();
        services->answer_to(*keeper);
    }

    void close() {
        if (services) services->stop();
        keeper.reset();
        services.reset();
    }

    Result<saga::Instance> begin(const std::string& id) {
        return keeper->bring(BeginSaga{"checkout", id, "m", "{}"});
    }

    saga::Phase end_of(const std::string& id) {
        const auto ended = keeper->await_end(id, kLong);
        EXPECT_TRUE(ended.has_value()) << ended.error().message;
        return ended ? ended->phase : saga::Phase::kWaiting;
    }

    static std::unique_ptr<log::Log> open_log(const std::filesystem::path& directory) {
        auto embedded = log::test::test_options(directory);
        embedded.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(embedded);
    }

    log::test::ScratchDirectory scratch;
    SystemClock clock;
    runtime::test::FaultyLog log{open_log(scratch.path())};
    std::unique_ptr<PromptServices> services;
    std::unique_ptr<SagaKeeper> keeper;
};

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
