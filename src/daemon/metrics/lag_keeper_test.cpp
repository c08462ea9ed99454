// What is told of every consumer of an engine, under a clock set by hand.
#include "daemon/metrics/lag_keeper.hpp"

#include "log/embedded/test_log.hpp"
#include "runtime/dispatching/dispatch_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

namespace sluice::daemon {
namespace {

using runtime::test::dead;
using runtime::test::event;
using runtime::test::Judge;

class LagKeeperTest : public testing::Test {
protected:
    static constexpr int kWindow = 12;

    /// An engine of the domain `shop` with one subscription, `model`.
    void start(Judge judge) {
        ASSERT_TRUE(engine_.add_domain(runtime::test::shop_plan()));
        runtime::Subscription model;
        model.name = "model";
        model.sink = std::make_unique<runtime::test::JudgedSink>(seen_, std::move(judge));
        ASSERT_TRUE(engine_.add_subscription("shop", std::move(model)));
        ASSERT_TRUE(engine_.start());
    }

    void publish(const std::string& subject, std::uint64_t number) {
        for (const auto& placed :
             engine_.publish(std::vector{event("a.made", subject, "/a", number)}))
            ASSERT_TRUE(placed);
    }

    void settle() { ASSERT_TRUE(engine_.wait_until_idle(Milliseconds{30'000})); }

    void observe(int times) {
        for (int i = 0; i < times; ++i) {
            clock_.advance(LagKeeper::kInterval);
            ASSERT_TRUE(keeper_.observe(clock_.now()));
        }
    }

    /// What is done shows when it is written.
    void observe_until_left(std::int64_t of_model) {
        do {
            observe(1);
        } while (consumer("").lag != 0 || consumer("model").lag != of_model);
    }

    /// Both have looked for work since the clock was moved.
    void wait_for_heartbeats() {
        const auto beat = [this] {
            const auto all = keeper_.consumers();
            return std::all_of(all.begin(), all.end(), [this](const auto& one) {
                return one.alive_at == clock_.now();
            });
        };
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!beat()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "no heartbeat";
            std::this_thread::yield();
        }
    }

    [[nodiscard]] LagKeeper::Consumer consumer(const std::string& subscription) const {
        for (auto& one : keeper_.consumers()) {
            if (one.domain == "shop" && one.subscription == subscription) return one;
        }
        ADD_FAILURE() << "no consumer " << subscription;
        return {};
    }

    [[nodiscard]] std::string verdicts() const {
        return std::string{to_string(consumer("").verdict)} + " " +
               std::string{to_string(consumer("model").verdict)};
    }

    runtime::Engine& engine() { return engine_; }

    log::Log& log() { return *log_; }

    const LagKeeper& keeper() const { return keeper_; }

private:
    static std::unique_ptr<log::Log> open(const log::test::ScratchDirectory& at) {
        auto options = log::test::test_options(at.path());
        options.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(options);
    }

    log::test::ScratchDirectory scratch_;
    runtime::test::SharedClock clock_;
    runtime::test::Seen seen_;
    std::unique_ptr<log::Log> log_{open(scratch_)};
    runtime::Engine engine_{*log_, clock_, runtime::test::fast_options()};
    LagKeeper keeper_{engine_, *log_};
};

TEST_F(LagKeeperTest, EveryConsumerIsThereBeforeTheFirstSample) {
    start(runtime::test::fine);
    EXPECT_EQ(verdicts(), "ok ok");
    EXPECT_EQ(keeper().consumers().size(), 2U);
    EXPECT_EQ(keeper().sampled_at(), std::nullopt);
}

TEST_F(LagKeeperTest, AnIdleTopicIsOkHoweverLong) {
    start(runtime::test::fine);
    publish("s1", 1);
    settle();  // before, a sample may lie between the sequencer's end and the model's beginning
    observe_until_left(0);
    observe(3 * kWindow);
    EXPECT_EQ(verdicts(), "ok ok");
    EXPECT_EQ(consumer("").lag + consumer("model").lag, 0);
}

TEST_F(LagKeeperTest, ASinkThatTakesNothingStallsItsSubscriptionAlone) {
    start([](const std::string&, std::uint32_t) {
        return std::optional{
            dispatch::Failure{dispatch::FailureKind::kNotTried, "the database is away", {}}};
    });
    publish("s1", 1);
    publish("s2", 1);
    observe_until_left(2);
    observe(kWindow - 1);
    wait_for_heartbeats();
    observe(1);
    EXPECT_EQ(verdicts(), "ok stalled");
    EXPECT_EQ(consumer("model").lag, 2);
}

TEST_F(LagKeeperTest, WhatRunsNoMoreHasStoppedOnceThereIsSomethingToDo) {
    start(runtime::test::fine);
    publish("s1", 1);
    settle();
    ASSERT_TRUE(engine().stop());
    observe(kWindow);
    EXPECT_EQ(verdicts(), "ok ok") << "nothing is left to do";
    publish("s1", 2);
    observe(kWindow);
    EXPECT_EQ(verdicts(), "stopped ok");
    EXPECT_EQ(consumer("").lag, 1);
}

TEST_F(LagKeeperTest, WaitingAndParkedAreToldAtOnce) {
    start([](const std::string& id, std::uint32_t) {
        return id == "s1/a.1" ? std::optional{dead("no such order")} : std::nullopt;
    });
    publish("s1", 1);
    publish("s2", 2);  // without its first
    settle();
    observe(1);
    EXPECT_EQ(verdicts(), "waiting parked");
    publish("s2", 1);
    settle();
    EXPECT_EQ(verdicts(), "ok parked") << "the subject stands until somebody chooses";
}

TEST_F(LagKeeperTest, SamplesAreTakenNoMoreOftenThanTheInterval) {
    start(runtime::test::fine);
    LagKeeper other{engine(), engine().log()};
    for (const std::int64_t at : {0, 1, 4'999}) ASSERT_TRUE(other.observe(Instant{at}));
    EXPECT_EQ(other.sampled_at(), Instant{0});
    ASSERT_TRUE(other.observe(Instant{5'000}));
    EXPECT_EQ(other.sampled_at(), Instant{5'000});
    ASSERT_TRUE(other.observe(Instant{1'000})) << "a clock that jumps back";
    EXPECT_EQ(other.sampled_at(), Instant{1'000});
}

TEST_F(LagKeeperTest, WhatLiesAsideIsCounted) {
    start(runtime::test::fine);
    observe(1);
    EXPECT_EQ(keeper().aside("shop"), 0);
    Record nothing;  // no event at all
    nothing.value = "?";
    ASSERT_TRUE(log().publish({{{"shop.a", PartitionId{0}}, {nothing}}}));
    settle();
    observe(1);
    EXPECT_EQ(keeper().aside("shop"), 1);
    EXPECT_EQ(keeper().aside("nobody"), 0);
}

}  // namespace
}  // namespace sluice::daemon
