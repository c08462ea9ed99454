#pragma once

#include "base/clock.hpp"
#include "log/embedded/test_log.hpp"
#include "orchestrate/saga_keeper.hpp"
#include "orchestrate/saga_tables.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::orchestrate::test {

inline constexpr std::chrono::seconds kLong{30};

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

}  // namespace sluice::orchestrate::test
