// A dispatcher that dies at each point of its work, its last step written or lost. The step is
// under way while runs go on, as in the shell.

#include "base/hash.hpp"
#include "base/test_seed.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sluice::dispatch::test {
namespace {

struct CrashEvent {
    std::string subject;
    Position position;
    bool wanted{};
    bool invalid{};
    std::uint32_t fails{};  ///< so many attempts fail; 99: dead at once
};

/// What the sinks have done: outlives all crashes, and knows what it has (an inbox).
class Receiver {
public:
    explicit Receiver(const std::vector<CrashEvent>& topic) {
        for (const CrashEvent& event : topic) {
            if (event.wanted) wanted_[event.subject].push_back(&event);
        }
    }

    std::optional<Failure> handle(const std::string& subject, Position position) {
        const auto& wanted = wanted_[subject];
        std::size_t& next = next_[subject];
        if (next > 0 && position <= wanted[next - 1]->position) return std::nullopt;  // a duplicate
        const CrashEvent& event = *wanted.at(next);
        EXPECT_EQ(event.position, position) << subject << ": overtaken";
        EXPECT_FALSE(event.invalid);
        if (event.fails == 99) return Failure{FailureKind::kDead, "dead", {}};
        if (tries_[&event]++ < event.fails) return Failure{FailureKind::kRetry, "not yet", {}};
        ++next;
        return std::nullopt;
    }

    /// All is handled, or parked from its first unhandled event on.
    void check(const Store& store) const {
        std::size_t copies = 0;
        for (const auto& [subject, wanted] : wanted_) {
            const auto found = next_.find(subject);
            const std::size_t next = found == next_.end() ? 0 : found->second;
            const auto line = store.lines.find(subject);
            if (next == wanted.size()) {
                ASSERT_EQ(line, store.lines.end()) << subject;
                continue;
            }
            ASSERT_NE(line, store.lines.end()) << subject << ": lost";
            ASSERT_EQ(line->second.state, LineState::kParked);
            ASSERT_EQ(line->second.head, wanted[next]->position);
            ASSERT_EQ(line->second.events, wanted.size() - next);
            for (std::size_t at = next; at < wanted.size(); ++at, ++copies) {
                ASSERT_TRUE(store.backlog.contains({subject, wanted[at]->position}));
            }
        }
        ASSERT_EQ(store.backlog.size(), copies) << "copies that nobody needs";
    }

private:
    std::map<std::string, std::vector<const CrashEvent*>> wanted_;
    std::map<std::string, std::size_t> next_;
    std::map<const CrashEvent*, std::uint32_t> tries_;
};

std::vector<CrashEvent> make_topic(std::mt19937_64& random) {
    std::vector<CrashEvent> topic;
    std::map<std::string, std::uint64_t> last;
    for (int at = 0; at < 30; ++at) {
        const std::string subject = "s" + std::to_string(random() % 3);
        CrashEvent event{
            subject, Position{++last[subject]}, random() % 5 != 0, random() % 25 == 0, 0};
        if (random() % 4 == 0) event.fails = static_cast<std::uint32_t>(random() % 4);
        if (random() % 20 == 0) event.fails = 99;
        topic.push_back(std::move(event));
    }
    return topic;
}

enum class LastStep : std::uint8_t { kLost, kWritten };

class CrashWorld {
public:
    CrashWorld(const std::vector<CrashEvent>& topic, std::uint64_t seed)
        : topic_{topic},
          receiver_{topic},
          random_{seed} {
        options_.run_events_max = 3;
        options_.in_place_events_max = 4;
        options_.retry.attempts_max = 3;
        options_.retry.in_place_max = Milliseconds{150};
        core_.emplace(options_, store_.restored());
    }

    void move() {
        switch (random_() % 6) {
            case 0:
            case 1: fetch(1 + random_() % 4); break;
            case 2: start(); break;
            case 3: finish(); break;
            case 4: take_step(); break;
            default:
                write_step();
                now_ = now_ + Milliseconds{static_cast<std::int64_t>(random_() % 120)};
        }
    }

    void crash(LastStep last) {
        if (last == LastStep::kWritten) write_step();
        under_way_.reset();
        runs_.clear();
        auto restored = store_.restored();
        for (auto& [subject, events] : restored.backlog) {
            for (RunEvent& event : events) {
                if (at(event.offset).invalid) event.invalid = "invalid";
            }
        }
        core_.emplace(options_, std::move(restored));
    }

    void finish_all() {
        const auto end = static_cast<std::int64_t>(topic_.size());
        for (int round = 0; round < 500; ++round) {
            fetch(topic_.size());
            start();
            while (!runs_.empty()) finish();
            take_step();
            write_step();
            const auto due = core_->next_due();
            const bool settled =
                store_.progress.next.value == end && !due && core_->counts().retrying_now == 0;
            if (settled) break;
            if (due && *due > now_) now_ = *due;
        }
        ASSERT_EQ(store_.progress.next.value, end);
        ASSERT_TRUE(store_.progress.done_above.empty());
        receiver_.check(store_);
    }

private:
    [[nodiscard]] const CrashEvent& at(Offset offset) const {
        return topic_.at(static_cast<std::size_t>(offset.value));
    }

    void fetch(std::size_t most) {
        for (; most > 0 && core_->wants_more(); --most) {
            const Offset offset = core_->read_from();
            if (offset.value == static_cast<std::int64_t>(topic_.size())) return;
            const CrashEvent& event = at(offset);
            core_->fetched(
                {offset,
                 event.subject,
                 event.position,
                 10,
                 event.wanted,
                 event.invalid ? "invalid" : ""},
                now_
            );
        }
    }

    void start() {
        for (Run& run : core_->start(now_, 2)) runs_.push_back(std::move(run));
    }

    void finish() {
        if (runs_.empty()) return;
        const Run run = std::move(runs_.back());
        runs_.pop_back();
        RunOutcome outcome;
        for (const RunEvent& event : run.events) {
            outcome.failure = receiver_.handle(run.subject, event.position);
            if (outcome.failure) break;
            ++outcome.handled;
        }
        core_->finished(run.id, outcome, now_);
    }

    void take_step() {  // one step at a time
        if (!under_way_) under_way_ = core_->take_changes();
    }

    void write_step() {
        if (under_way_) store_.apply(*under_way_);
        under_way_.reset();
    }

    const std::vector<CrashEvent>& topic_;
    Receiver receiver_;
    std::mt19937_64 random_;
    DispatcherOptions options_;
    Store store_;
    std::optional<Dispatcher> core_;
    std::optional<Changes> under_way_;
    std::vector<Run> runs_;
    Instant now_{1'000'000};
};

TEST(DispatcherCrash, AtEachPointWithItsLastStepWrittenOrLost) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    constexpr int kMoves = 80;
    for (std::uint64_t round = 0; round < 12; ++round) {
        std::mt19937_64 random{seed + round};
        const std::vector<CrashEvent> topic = make_topic(random);
        for (int point = 0; point <= kMoves; ++point) {
            for (const LastStep last : {LastStep::kLost, LastStep::kWritten}) {
                CrashWorld world{topic, seed + round};  // the same moves up to the point
                for (int move = 0; move < point; ++move) world.move();
                world.crash(last);
                world.finish_all();
                ASSERT_FALSE(HasFailure()) << "round " << round << ", point " << point
                                           << (last == LastStep::kLost ? ", lost" : ", written");
            }
        }
    }
}

TEST(DispatcherCrash, AgainAndAgain) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t round = 0; round < 200; ++round) {
        std::mt19937_64 random{seed + round};
        const std::vector<CrashEvent> topic = make_topic(random);
        CrashWorld world{topic, seed + round};
        for (auto crashes = random() % 12; crashes > 0; --crashes) {
            for (auto moves = random() % 40; moves > 0; --moves) world.move();
            world.crash(random() % 2 == 0 ? LastStep::kLost : LastStep::kWritten);
        }
        world.finish_all();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::dispatch::test
