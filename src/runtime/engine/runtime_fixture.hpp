#pragma once

#include <sluice/event.hpp>

#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/plan_fixture.hpp"
#include "runtime/engine/engine.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

using log::test::open_or_fail;
using log::test::ScratchDirectory;
using log::test::test_options;

/// What a subscription got, as its read model would: with the inbox's check of positions. It
/// outlives engines and restarts.
struct Seen {
    std::mutex mutex;
    std::map<std::string, std::vector<std::string>> by_subject;  ///< ids in order
    std::map<std::string, std::uint64_t> last_position;
    std::uint64_t repeated{0};  ///< below the last position: an inbox passes over it
    std::uint64_t holes{0};

    std::vector<std::string> of(const std::string& subject) {
        const std::lock_guard lock{mutex};
        return by_subject[subject];
    }

    std::size_t total() {
        const std::lock_guard lock{mutex};
        std::size_t sum = 0;
        for (const auto& [subject, ids] : by_subject) sum += ids.size();
        return sum;
    }
};

class RecordingSink final : public deliver::Sink {
public:
    explicit RecordingSink(Seen& seen) : seen_{seen} {}

    [[nodiscard]] bool wants(std::string_view type) const override {
        return types.empty() || types.contains(std::string{type});
    }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        std::vector<dispatch::RunOutcome> outcomes;
        const std::lock_guard lock{seen_.mutex};
        for (const deliver::RunWork& run : runs) {
            dispatch::RunOutcome& outcome = outcomes.emplace_back();
            for (const deliver::Outgoing& one : run.events) {
                const std::string id{one.record->header("ce_id").value_or("")};
                if (poison.contains(id)) {
                    outcome.failure = {dispatch::FailureKind::kDead, "poison " + id, std::nullopt};
                    break;
                }
                take(std::string{run.subject}, one.position.value, id);
                ++outcome.handled;
            }
        }
        return outcomes;
    }

    std::set<std::string> types;   ///< empty: all
    std::set<std::string> poison;  ///< ids

private:
    void take(const std::string& subject, std::uint64_t position, const std::string& id) {
        std::uint64_t& last = seen_.last_position[subject];
        if (position <= last) {
            ++seen_.repeated;
            return;
        }
        if (position != last + 1 && types.empty()) ++seen_.holes;
        last = position;
        seen_.by_subject[subject].push_back(id);
    }

    Seen& seen_;
};

inline EngineOptions fast_options(std::uint32_t threads = 1) {
    EngineOptions options;
    options.threads = threads;
    options.task.sweep_interval = Milliseconds{5};
    options.task.tick_interval = Milliseconds{5};
    options.commit_interval = Milliseconds{1};
    return options;
}

/// A log in a scratch directory with an engine over it, which can be stopped and opened again.
class Shop {
public:
    explicit Shop(DomainPlan plan = shop_plan(), EngineOptions options = fast_options())
        : plan_{std::move(plan)},
          options_{std::move(options)} {
        auto embedded = test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        log_ = std::make_unique<FaultyLog>(open_or_fail(embedded));
        make_engine();
    }

    void make_engine() {
        engine_ = std::make_unique<Engine>(*log_, clock_, options_);
        const Status added = engine_->add_domain(plan_);
        EXPECT_TRUE(added) << added.error().message;
    }

    RecordingSink& subscribe(const std::string& name, Seen& seen) {
        auto sink = std::make_unique<RecordingSink>(seen);
        RecordingSink& made = *sink;
        Subscription subscription;
        subscription.name = name;
        subscription.sink = std::move(sink);
        EXPECT_TRUE(engine_->add_subscription("shop", std::move(subscription)));
        return made;
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : engine_->publish(events)) {
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        }
    }

    void start() { ASSERT_TRUE(engine_->start().has_value()); }

    void settle() {
        ASSERT_TRUE(engine_->wait_until_idle(Milliseconds{30'000}))
            << (engine_->failure() ? "not idle in time" : engine_->failure().error().message);
    }

    void restart() {
        const Status stopped = engine_->stop();
        ASSERT_TRUE(stopped) << stopped.error().message;
        make_engine();
    }

    /// For the next engine.
    void set_threads(std::uint32_t threads) { options_.threads = threads; }

    /// For the next engine.
    void set_plan(DomainPlan plan) { plan_ = std::move(plan); }

    [[nodiscard]] Engine& engine() { return *engine_; }

    [[nodiscard]] FaultyLog& log() { return *log_; }

    [[nodiscard]] std::uint64_t count(Counter SequencingProbe::*counter) const {
        std::uint64_t sum = 0;
        for (const auto& probe : engine_->domains().front()->probes) sum += (*probe).*counter;
        return sum;
    }

private:
    ScratchDirectory scratch_;
    SystemClock clock_;
    DomainPlan plan_;
    EngineOptions options_;
    std::unique_ptr<FaultyLog> log_;
    std::unique_ptr<Engine> engine_;  ///< after the log: goes first
};

}  // namespace sluice::runtime::test
