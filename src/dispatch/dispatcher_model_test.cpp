#include "base/test_seed.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

namespace sluice::dispatch::test {
namespace {

struct Event {
    std::string subject;
    Position position;
    bool wanted{};
    bool invalid{};
};

using Key = std::pair<std::string, Position>;

/// A random topic, a sink that fails at random, restarts at any moment. The reference: per subject,
/// the wanted events in order; which have been handled; how often each has failed.
class World {
public:
    explicit World(std::uint64_t seed) : random_{seed} {
        options_.in_flight_events_max = 1 + pick(60);
        options_.run_events_max = 1 + pick(6);
        options_.in_place_events_max = 1 + pick(10);
        options_.subjects_checked_max = pick(2) == 0 ? 4 : 1'024;
        options_.retry.attempts_max = static_cast<std::uint32_t>(1 + pick(6));
        options_.retry.in_place_max = Milliseconds{pick(2) == 0 ? 300 : 30'000};
        failures_percent_ = pick(70);
        const std::size_t subjects = 1 + pick(12);
        std::map<std::string, std::uint64_t> last;
        for (std::size_t at = 0; at < 400; ++at) {
            const std::string subject = "s" + std::to_string(pick(subjects));
            Event event{subject, Position{++last[subject]}, pick(4) != 0, pick(150) == 0};
            if (event.wanted) wanted_[subject].push_back(event.position);
            topic_.push_back(std::move(event));
        }
        core_.emplace(options_, store_.restored());
    }

    void random_moves(int moves) {
        for (; moves > 0; --moves) {
            const std::size_t move = pick(100);
            if (move < 40)
                fetch();
            else if (move < 60)
                start();
            else if (move < 85)
                finish_one();
            else if (move < 93)
                step();
            else if (move < 95)
                restart();
            else
                now_ = now_ + Milliseconds{static_cast<std::int64_t>(pick(400))};
            if (::testing::Test::HasFatalFailure()) return;
        }
    }

    /// No failure from here on.
    void calm_down() {
        failures_percent_ = 0;
        step();
        for (int round = 0; round < 3'000 && !settled(); ++round) {
            fetch();
            start();
            while (!runs_.empty()) finish_one();
            step();
            if (::testing::Test::HasFatalFailure()) return;
            if (const auto due = core_->next_due(); due.has_value() && *due > now_) now_ = *due;
        }
    }

    void check_end() {
        ASSERT_TRUE(core_->caught_up());
        ASSERT_EQ(store_.progress.next.value, static_cast<std::int64_t>(topic_.size()));
        std::uint64_t parked = 0;
        std::optional<Instant> oldest;
        for (const auto& [subject, positions] : wanted_) {
            const auto line = store_.lines.find(subject);
            for (const Position position : positions) {
                const bool behind = line != store_.lines.end() && position >= line->second.head;
                const bool stored = store_.backlog.contains({subject, position});
                ASSERT_EQ(stored, behind) << subject << ' ' << position.value;
                // Handled, then redelivered after a restart and failed: both.
                ASSERT_TRUE(behind || handled_.contains({subject, position}));
            }
            if (line == store_.lines.end()) continue;
            ++parked;
            const Line& at = line->second;
            ASSERT_EQ(at.state, LineState::kParked);
            oldest = std::min(oldest.value_or(at.since), at.since);
            const Key head{subject, at.head};
            ASSERT_EQ(at.attempts, durable_failures_[head]);
            const bool given_up = at.attempts == options_.retry.attempts_max;
            ASSERT_TRUE(given_up || died_.contains(head) || at.reason == "invalid");
        }
        const DispatcherCounts counts = core_->counts();
        ASSERT_EQ(counts.parked_now, parked);
        ASSERT_EQ(counts.parked_since, oldest);
        ASSERT_EQ(counts.retrying_now, 0U);
        ASSERT_EQ(counts.backlog_events, store_.backlog.size());
        ASSERT_EQ(counts.in_flight_bytes, 0U);
        if (store_.backlog.empty()) {
            ASSERT_EQ(counts.backlog_bytes, 0U);
        }
    }

private:
    [[nodiscard]] bool settled() const {
        const auto size = static_cast<std::int64_t>(topic_.size());
        return store_.progress.next.value == size && core_->counts().retrying_now == 0;
    }

    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    void fetch() {
        for (std::size_t left = 1 + pick(20); left > 0 && core_->wants_more(); --left) {
            const auto at = static_cast<std::size_t>(core_->read_from().value);
            if (at == topic_.size()) return;
            const Event& event = topic_[at];
            core_->fetched(
                {core_->read_from(),
                 event.subject,
                 event.position,
                 10 + at % 7,
                 event.wanted,
                 event.invalid ? "invalid" : ""},
                now_
            );
        }
    }

    void start() {
        for (Run& run : core_->start(now_, 1 + pick(5))) {
            ASSERT_LE(run.events.size(), options_.run_events_max);
            for (const Run& other : runs_) ASSERT_NE(other.subject, run.subject);
            const Key head{run.subject, run.events.front().position};
            ASSERT_EQ(run.attempt, failures_[head] + 1);
            for (const RunEvent& event : run.events) {
                ASSERT_FALSE(topic_[index(event.offset)].invalid);
                ASSERT_EQ(run.from_backlog, store_.backlog.contains({run.subject, event.position}))
                    << "a copy that is not on disk";
            }
            runs_.push_back(std::move(run));
        }
    }

    void handle(const Run& run, const RunEvent& event) {
        const Event& there = topic_[index(event.offset)];
        ASSERT_EQ(there.subject, run.subject);
        ASSERT_EQ(there.position, event.position);
        for (const Position before : wanted_[run.subject]) {
            if (before >= event.position) break;
            ASSERT_TRUE(handled_.contains({run.subject, before})) << "overtaken";
        }
        handled_.insert({run.subject, event.position});
    }

    void finish_one() {
        if (runs_.empty()) return;
        std::swap(runs_[pick(runs_.size())], runs_.back());
        const Run run = std::move(runs_.back());
        runs_.pop_back();
        RunOutcome outcome;
        for (const RunEvent& event : run.events) {
            if (pick(100) < failures_percent_) {
                const std::size_t kind = pick(10);
                outcome.failure =
                    Failure{kind < 6 ? FailureKind::kRetry : FailureKind::kNotTried, "r", {}};
                if (kind == 9) outcome.failure->kind = FailureKind::kDead;
                if (pick(10) == 0)
                    outcome.failure->after = Milliseconds{static_cast<std::int64_t>(pick(2'000))};
                const Key key{run.subject, event.position};
                if (outcome.failure->kind != FailureKind::kNotTried) ++failures_[key];
                if (outcome.failure->kind == FailureKind::kDead) died_.insert(key);
                break;
            }
            handle(run, event);
            ++outcome.handled;
        }
        core_->finished(run.id, outcome, now_);
    }

    void step() {
        store_.apply(core_->take_changes());
        durable_failures_ = failures_;
        for (std::size_t at = 0; at < topic_.size(); ++at) {
            const Event& event = topic_[at];
            if (!store_.is_done(Offset{static_cast<std::int64_t>(at)}) || !event.wanted) continue;
            const Key key{event.subject, event.position};
            ASSERT_TRUE(handled_.contains(key) || store_.backlog.contains(key))
                << "lost: offset " << at;
        }
    }

    void restart() {
        runs_.clear();
        failures_ = durable_failures_;
        core_.emplace(options_, with_invalid(store_.restored()));
    }

    Dispatcher::Restored with_invalid(Dispatcher::Restored restored) {
        for (auto& [subject, events] : restored.backlog) {
            for (RunEvent& event : events) {
                if (topic_[index(event.offset)].invalid) event.invalid = "invalid";
                if (pick(2) == 0) event.bytes = 10 + index(event.offset) % 7;
            }
        }
        return restored;
    }

    static std::size_t index(Offset offset) { return static_cast<std::size_t>(offset.value); }

    std::mt19937_64 random_;
    DispatcherOptions options_;
    std::size_t failures_percent_{};
    std::vector<Event> topic_;
    std::map<std::string, std::vector<Position>> wanted_;
    std::set<Key> handled_;
    std::set<Key> died_;
    std::map<Key, std::uint32_t> failures_;
    std::map<Key, std::uint32_t> durable_failures_;
    Store store_;
    std::optional<Dispatcher> core_;
    std::vector<Run> runs_;
    Instant now_{1'000'000};
};

TEST(DispatcherModel, OrderHoldsAndNothingIsLostWhateverHappens) {
    const std::uint64_t seed = sluice::test::seed();
    for (std::uint64_t round = 0; round < 200; ++round) {
        SCOPED_TRACE(sluice::test::rerun(seed + round) + " (its first round)");
        World world{seed + round};
        world.random_moves(1'200);
        if (HasFatalFailure()) return;
        world.calm_down();
        if (HasFatalFailure()) return;
        world.check_end();
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace sluice::dispatch::test
