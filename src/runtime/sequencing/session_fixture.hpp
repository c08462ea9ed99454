#pragma once

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/plan_fixture.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/publisher.hpp"
#include "runtime/sequencing/sequencing_session.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

inline constexpr Milliseconds kHour{std::chrono::hours{1}};
inline constexpr Milliseconds kDay{std::chrono::hours{24}};

/// The shop, where a cancellation closes an order.
inline DomainPlan closing() {
    DomainPlan plan = shop_plan();
    plan.types["a.cancelled"].closes = true;
    plan.closed_kept = 7 * kDay;
    plan.tombstone_kept = 400 * kDay;
    return plan;
}

class ManualClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }

    void advance(Milliseconds by) { now_ = now_ + by; }

private:
    Instant now_{1'800'000'000'000};
};

/// Sequencing sessions over a log, stepped by hand under a clock set by hand: one for all homes,
/// or several that share them as tasks would.
class SessionRig {
public:
    explicit SessionRig(DomainPlan plan, const trace::Tracer* tracer = nullptr)
        : plan_{std::move(plan)},
          sequencer_{plan_.sequencer},
          log_{open_log()},
          tracer_{tracer},
          publisher_{log_, clock_, tracer} {
        probes_.push_back(std::make_unique<SequencingProbe>());
        for (HomeId home{0}; home.value < plan_.homes; home = home.next()) {
            options_.homes.push_back(home);
        }
        EXPECT_TRUE(ensure_topics(log_, plan_.name, plan_.homes, plan_.channel_topics()));
        publisher_.add(plan_);
    }

    /// Ends the sessions and opens `tasks` new ones, home h in session h % tasks.
    void open(std::size_t tasks = 1) {
        close();
        for (std::size_t task = 0; task < tasks; ++task) {
            const Status opened = try_open(task, tasks);
            ASSERT_TRUE(opened) << opened.error().message;
        }
    }

    /// Opens one more session, of `tasks`.
    Status try_open(std::size_t task = 0, std::size_t tasks = 1) {
        TaskOptions options = options_;
        std::erase_if(options.homes, [&](HomeId home) { return home.value % tasks != task; });
        while (probes_.size() <= task) probes_.push_back(std::make_unique<SequencingProbe>());
        auto opened = SequencingSession::open(
            {log_, clock_, plan_, sequencer_, *probes_[task], tracer_}, options
        );
        if (!opened) return opened.error();
        sessions_.push_back(std::move(opened.value()));
        return ok();
    }

    /// As a crash would: what is not stored yet is in the ordered topic only.
    void close() { sessions_.clear(); }

    /// As a stop does.
    void stop() {
        for (const auto& session : sessions_) ASSERT_TRUE(session->close());
        close();
    }

    /// As another process would find it: sessions, leases and the log go, the directory stays.
    void restart_process(std::size_t tasks = 1) {
        close();
        log_.reopen([this] { return open_log(); });
        open(tasks);
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : publisher_.publish(events)) {
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        }
    }

    /// Into that partition, whatever key or partitioner says.
    void publish_to(const std::string& topic, std::uint32_t partition, Record record) {
        std::vector<log::Append> appends{{{topic, PartitionId{partition}}, {std::move(record)}}};
        ASSERT_TRUE(log_.publish(std::move(appends)).has_value());
    }

    Result<bool> step(std::size_t task = 0) { return sessions_.at(task)->step(); }

    /// Steps until nothing moves any more.
    void settle() {
        for (int quiet = 0; quiet < 3; ++quiet) {
            for (const auto& session : sessions_) {
                const auto moved = session->step();
                ASSERT_TRUE(moved.has_value()) << moved.error().message;
                if (moved.value()) quiet = -1;
            }
        }
    }

    /// Settles again and again while time goes on, a second each: sweeps and clocks of gaps run.
    void settle_for(Milliseconds time) {
        for (; time.count() > 0; time -= kSecond) {
            clock_.advance(kSecond);
            ASSERT_NO_FATAL_FAILURE(settle());
        }
    }

    /// Ids in the ordered topic, per subject in order; positions are checked on the way.
    std::vector<std::string> ordered(const std::string& subject) const {
        std::vector<std::string> ids;
        const HomeId home = home_of(subject, plan_.homes);
        for (const log::StoredRecord& stored : records(ordered_topic(plan_.name), home.value)) {
            if (stored.record.key != subject) continue;
            ids.emplace_back(stored.record.header("ce_id").value_or(""));
            EXPECT_EQ(stored.record.header("ce_subjectposition"), fmt::to_string(ids.size()));
        }
        return ids;
    }

    /// All that a partition holds.
    [[nodiscard]] log::Records records(const std::string& topic, std::uint32_t partition) const {
        const log::PartitionRef from{topic, PartitionId{partition}};
        const log::ReadLimits all{1'000'000, std::size_t{1} << 30};
        auto read = log_.read(from, log_.ends(from).value().first, all);
        EXPECT_TRUE(read.has_value());
        return read ? std::move(read.value()) : log::Records{};
    }

    [[nodiscard]] std::size_t entries(log::Table table) const {
        std::size_t sum = 0;
        for (const HomeId home : options_.homes) {
            const auto found = log_.peek(sequencer_group(plan_.name), home, table, "", 100'000);
            EXPECT_TRUE(found.has_value());
            sum += found.value().size();
        }
        return sum;
    }

    /// Over all tasks that there have been.
    [[nodiscard]] std::uint64_t count(Counter SequencingProbe::*counter) const {
        std::uint64_t sum = 0;
        for (const auto& probe : probes_) sum += (*probe).*counter;
        return sum;
    }

    [[nodiscard]] SequencingProbe& probe(std::size_t task = 0) { return *probes_.at(task); }

    [[nodiscard]] ManualClock& clock() { return clock_; }

    [[nodiscard]] FaultyLog& log() { return log_; }

    [[nodiscard]] const Publisher& publisher() const { return publisher_; }

    /// Of the sessions to come, but for what the sequencer and the publisher have taken of it.
    [[nodiscard]] DomainPlan& plan() { return plan_; }

    /// Of the sessions to come.
    [[nodiscard]] TaskOptions& options() { return options_; }

    /// In the sessions to come a history is stored with the step that changes it: for tests that
    /// look at what is stored.
    void store_histories_at_once() { options_.histories.records_max = 0; }

private:
    static constexpr Milliseconds kSecond{1'000};

    std::unique_ptr<log::Log> open_log() {
        auto embedded = log::test::test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(embedded);
    }

    log::test::ScratchDirectory scratch_;
    ManualClock clock_;
    DomainPlan plan_;
    sequence::Sequencer sequencer_;
    FaultyLog log_;
    const trace::Tracer* tracer_;
    Publisher publisher_;
    TaskOptions options_;
    std::vector<std::unique_ptr<SequencingProbe>> probes_;  ///< by task; they stay
    std::vector<std::unique_ptr<SequencingSession>>
        sessions_;  ///< last: their leases go before the log
};

/// A subject whose home is `home`, of P = `homes`: the `which`th of them.
inline std::string subject_of_home(HomeId home, std::uint32_t homes, int which = 0) {
    for (int i = 0;; ++i) {
        std::string subject = fmt::format("s{}", i);
        if (home_of(subject, homes) == home && which-- == 0) return subject;
    }
}

}  // namespace sluice::runtime::test
