#pragma once

#include "base/hash.hpp"
#include "dispatch/state_codec.hpp"
#include "event/kafka.hpp"
#include "runtime/dispatching/subscription_runner.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/plan_fixture.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// Set by hand, read by many threads.
class SharedClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return Instant{now_ms_.load()}; }

    void advance(Milliseconds by) { now_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
};

/// What becomes of an event, by its id; nothing: it is handled.
using Judge =
    std::function<std::optional<dispatch::Failure>(const std::string& id, std::uint32_t attempt)>;

inline std::optional<dispatch::Failure> fine(const std::string&, std::uint32_t) {
    return std::nullopt;
}

inline dispatch::Failure dead(std::string reason) {
    return {dispatch::FailureKind::kDead, std::move(reason), {}};
}

inline dispatch::Failure retry(std::string reason, std::optional<Milliseconds> after = {}) {
    return {dispatch::FailureKind::kRetry, std::move(reason), after};
}

/// Events with one of these ids are dead.
inline Judge poison(std::set<std::string> ids) {
    return [ids = std::move(ids)](const std::string& id, std::uint32_t) {
        return ids.contains(id) ? std::optional{dead("poison " + id)} : std::nullopt;
    };
}

/// Asks its judge before each event; what it says ends the run there.
class JudgedSink final : public deliver::Sink {
public:
    JudgedSink(Seen& seen, Judge judge) : inner_{seen}, judge_{std::move(judge)} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        std::vector<dispatch::RunOutcome> outcomes;
        for (const deliver::RunWork& run : runs) outcomes.push_back(deliver_run(run));
        return outcomes;
    }

private:
    dispatch::RunOutcome deliver_run(const deliver::RunWork& run) {
        dispatch::RunOutcome outcome;
        for (const deliver::Outgoing& one : run.events) {
            const std::string id{one.record->header("ce_id").value_or("")};
            const std::uint32_t attempt = outcome.handled == 0 ? run.attempt : 1;
            if (auto failure = judge_(id, attempt)) {
                outcome.failure = std::move(failure);
                break;
            }
            const deliver::RunWork single{run.subject, {one}, attempt};
            outcome.handled += inner_.deliver(std::span{&single, 1}).front().handled;
        }
        return outcome;
    }

    RecordingSink inner_;
    Judge judge_;
};

/// Subscriptions of the domain `shop` over an ordered topic that a test writes by hand, under a
/// clock set by hand; the runner can be stopped and started anew, and the log made to fail.
class RunnerRig {
public:
    struct Ordered {
        std::string subject;
        std::uint64_t position{};
        std::string invalid{};  ///< why it breaks its contract
        std::string data{"{}"};
        std::string type{"a.made"};
        std::string traceparent{};  ///< of the hop; empty: none
    };

    explicit RunnerRig(std::uint32_t homes = 1) : homes_{homes}, log_{open_log()} {
        EXPECT_TRUE(ensure_topics(log_, "shop", homes_, {}));
        // What a sequencer leaves about its domain: whoever looks from outside asks for it.
        DomainPlan plan = shop_plan();
        plan.homes = homes_;
        plan.channels.clear();
        write(
            sequencer_group("shop"),
            {HomeId{0}, table::kDomain, std::string{kFactsKey}, encode_facts(facts_of(plan))}
        );
        restart();
    }

    ~RunnerRig() { static_cast<void>(stop()); }

    RunnerRig(const RunnerRig&) = delete;
    RunnerRig& operator=(const RunnerRig&) = delete;

    /// Ids are "subject/position".
    void append(const Ordered& one) {
        Event made = event(one.type, one.subject, "/a", one.position);
        made.id = fmt::format("{}/{}", one.subject, one.position);
        made.data = one.data;
        made.extensions["subjectposition"] = fmt::to_string(one.position);
        if (!one.invalid.empty()) made.extensions["subjectinvalid"] = one.invalid;
        const PartitionId partition{home_of(one.subject, homes_).value};
        Record record = event::to_record(made, one.subject);
        if (!one.traceparent.empty()) record.headers.push_back({"traceparent", one.traceparent});
        std::vector<log::Append> appends{{{ordered_topic("shop"), partition}, {std::move(record)}}};
        ASSERT_TRUE(log_.publish(std::move(appends)).has_value());
    }

    void append(const std::string& subject, std::uint64_t first, std::uint64_t last) {
        for (; first <= last; ++first) append(Ordered{subject, first});
    }

    /// One state entry, as another process would write it: it takes the homes.
    void write(const std::string& group, log::StateChange change) {
        auto lease = log_.take(group, {change.home});
        ASSERT_TRUE(lease.has_value()) << lease.error().message;
        log::Step step;
        step.homes = {change.home};
        step.changes.push_back(std::move(change));
        const auto written = lease.value()->commit(std::move(step));
        ASSERT_TRUE(written.has_value()) << written.error().message;
    }

    /// Another owner says how far the subscription has come in home 0.
    void write_progress(const std::string& subscription, std::int64_t next) {
        const std::string value = encode(dispatch::Progress{Offset{next}, {}});
        write(
            runner_group("shop"),
            {HomeId{0}, table::kProgress, subscription_key(subscription), value}
        );
    }

    void subscribe(
        const std::string& name,
        Seen& seen,
        Judge judge = fine,
        dispatch::DispatcherOptions options = {},
        dispatch::BreakerOptions breaker = {}
    ) {
        auto sink = std::make_unique<JudgedSink>(seen, std::move(judge));
        runner_->add({name, std::move(sink), options, breaker});
    }

    void subscribe_sink(
        const std::string& name,
        std::unique_ptr<deliver::Sink> sink,
        dispatch::DispatcherOptions options = {},
        dispatch::BreakerOptions breaker = {.subjects_max = 0}
    ) {
        runner_->add({name, std::move(sink), options, breaker});
    }

    void start() {
        thread_ = std::jthread{[this](const std::stop_token& stop) {
            Status ended = runner_->run(stop);
            const std::lock_guard lock{mutex_};
            ended_ = std::move(ended);
        }};
    }

    /// What `run` answered.
    Status stop() {
        if (thread_.joinable()) {
            thread_.request_stop();
            thread_.join();
        }
        return ended().value_or(ok());
    }

    /// Ends the runner and makes the next; subscriptions have to be added to it.
    void restart() {
        const Status stopped = stop();
        EXPECT_TRUE(stopped) << stopped.error().message;
        ended_.reset();
        RunnerOptions options;
        options.name = "shop";
        options.domain = "shop";
        options.homes = homes_;
        options.commit_interval = Milliseconds{1};
        options.tracer = tracer_;
        runner_ = std::make_unique<SubscriptionRunner>(log_, clock_, activity_, options);
    }

    /// Of the runners to come.
    void trace_with(const trace::Tracer* tracer) { tracer_ = tracer; }

    /// What `run` has answered, once it has.
    std::optional<Status> ended() {
        const std::lock_guard lock{mutex_};
        return ended_;
    }

    template <class Holds>
    void wait_for(Holds holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            log_.wait_for_change(log_.version(), Milliseconds{2});
        }
        ASSERT_TRUE(holds());
    }

    /// All that was appended is handled or lies in a backlog, and that is written.
    void settle() {
        wait_for([this] {
            for (HomeId home{0}; home.value < homes_; home = home.next()) {
                const auto end = log_.ends(ordered_at(home)).value().committed;
                for (const auto& entry : runner_->entries()) {
                    if (progress(entry->subscription.name, home).next < end) return false;
                }
            }
            return true;
        });
    }

    [[nodiscard]] const SubscriptionProbe& probe(std::size_t at = 0) const {
        return runner_->entries().at(at)->probe;
    }

    dispatch::Progress progress(const std::string& subscription, HomeId home = HomeId{0}) {
        const std::string key = subscription_key(subscription);
        for (const auto& [found, value] : entries(table::kProgress, home)) {
            if (found == key) return dispatch::decode_progress(value).value();
        }
        return {};
    }

    std::optional<dispatch::Line> line(
        const std::string& subscription, const std::string& subject
    ) {
        const std::string key = line_key(subscription, subject);
        for (const auto& [found, value] : entries(table::kLines, home_of(subject, homes_))) {
            if (found == key) return dispatch::decode_line(value).value();
        }
        return std::nullopt;
    }

    /// Positions of the copies that lie in a subject's backlog.
    std::vector<std::uint64_t> backlog(
        const std::string& subscription, const std::string& subject
    ) {
        std::vector<std::uint64_t> positions;
        for (const auto& [key, value] : entries(table::kBacklogIndex, home_of(subject, homes_))) {
            const auto entry = decode_entry(key, value);
            EXPECT_TRUE(entry.has_value());
            if (subscription_of(key) != subscription || entry->subject != subject) continue;
            positions.push_back(entry->event.position.value);
        }
        return positions;
    }

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> entries(
        log::Table table, HomeId home = HomeId{0}
    ) const {
        auto found = log_.peek(runner_group("shop"), home, table, "", 100'000);
        EXPECT_TRUE(found.has_value());
        return found.value();
    }

    [[nodiscard]] static log::PartitionRef ordered_at(HomeId home) {
        return {ordered_topic("shop"), PartitionId{home.value}};
    }

    [[nodiscard]] FaultyLog& log() { return log_; }

    [[nodiscard]] SharedClock& clock() { return clock_; }

private:
    std::unique_ptr<log::Log> open_log() {
        auto embedded = test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        return open_or_fail(embedded);
    }

    ScratchDirectory scratch_;
    std::uint32_t homes_;
    const trace::Tracer* tracer_{nullptr};
    SharedClock clock_;
    Activity activity_;
    FaultyLog log_;
    std::unique_ptr<SubscriptionRunner> runner_;
    std::mutex mutex_;
    std::optional<Status> ended_;
    std::jthread thread_;  ///< last: joins before what it uses goes
};

}  // namespace sluice::runtime::test
