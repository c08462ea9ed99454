// Operators who choose at random, twice and too late, among failures, restarts and takeovers. The
// reference: each subject's events, in order, each with one effect, unless it was skipped.

#include "base/test_seed.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>

namespace sluice::dispatch::test {
namespace {

using Key = std::pair<std::string, Position>;

class OperatorWorld {
public:
    explicit OperatorWorld(std::uint64_t seed) : random_{seed} {
        options_.in_flight_events_max = 1 + pick(40);
        options_.run_events_max = 1 + pick(6);
        options_.in_place_events_max = 1 + pick(10);
        options_.retry.attempts_max = static_cast<std::uint32_t>(1 + pick(4));
        options_.retry.in_place_max = Milliseconds{pick(2) == 0 ? 300 : 30'000};
        subjects_ = 1 + pick(8);
        for (std::size_t at = 0; at < 200; ++at) {
            const std::string subject = name(pick(subjects_));
            const Position position{++last_[subject]};
            if (pick(12) == 0) broken_.insert({subject, position});
            topic_.emplace_back(subject, position);
        }
        core_.emplace(options_, store_.restored());
    }

    void random_moves(int moves) {
        for (; moves > 0; --moves) {
            const std::size_t move = pick(100);
            if (move < 30) {
                fetch();
            } else if (move < 50) {
                start();
            } else if (move < 70) {
                finish_one();
            } else if (move < 80) {
                step();
            } else if (move < 92) {
                commands_.push_back(pick(5) == 0 && !commands_.empty() ? commands_.back() : some());
            } else if (move < 95) {
                restart();
            } else {
                now_ = now_ + Milliseconds{static_cast<std::int64_t>(pick(400))};
            }
            obey();
            if (::testing::Test::HasFatalFailure()) return;
        }
    }

    /// Nothing fails any more but what is broken; a person goes on until nothing stands.
    void end_well() {
        failing_ = false;
        give("", ResumeAll{});
        for (std::size_t s = 0; s < subjects_; ++s) give(name(s), ResumeSubject{});
        for (int round = 0; round < 5'000 && !settled(); ++round) {
            step();
            for (const auto& [subject, line] : store_.lines) {
                if (line.state != LineState::kParked) continue;
                const bool broken = broken_.contains({subject, line.head}) &&
                                    !store_.edited.contains({subject, line.head});
                if (broken && pick(2) == 0) give(subject, EditHead{line.head, mended()});
                give(
                    subject,
                    broken && pick(2) == 0 ? Act{SkipHead{line.head}} : Act{Redrive{line.head, {}}}
                );
            }
            obey();
            fetch();
            start();
            while (!runs_.empty()) finish_one();
            if (const auto due = core_->next_due(); due && *due > now_) now_ = *due;
            if (::testing::Test::HasFatalFailure()) return;
        }
        step();
    }

    void check_end() const {
        ASSERT_EQ(store_.progress.next.value, static_cast<std::int64_t>(topic_.size()));
        ASSERT_TRUE(store_.lines.empty());
        ASSERT_TRUE(store_.backlog.empty());
        for (const Key& key : topic_) {
            const auto effect = effects_.find(key);
            const int times = effect == effects_.end() ? 0 : effect->second;
            ASSERT_LE(times, 1) << key.first << ' ' << key.second.value;
            ASSERT_TRUE(times == 1 || skipped_.contains(key)) << "lost: " << key.second.value;
        }
        const DispatcherCounts counts = core_->counts();
        ASSERT_EQ(counts.parked_now + counts.retrying_now + counts.paused_now, 0U);
        ASSERT_EQ(counts.backlog_events + counts.backlog_bytes + counts.in_flight_bytes, 0U);
    }

private:
    static std::string name(std::size_t subject) { return "s" + std::to_string(subject); }

    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    static Record mended() {
        Record copy;
        copy.value = "mended, and of another size";
        return copy;
    }

    [[nodiscard]] bool settled() const {
        const auto size = static_cast<std::int64_t>(topic_.size());
        return store_.progress.next.value == size && store_.lines.empty() &&
               command_ == commands_.size();
    }

    void give(const std::string& subject, Act act) {
        commands_.push_back({"sales", subject, "c", "bob", "so", now_, std::move(act)});
    }

    /// Sensible or not: of what was seen some steps ago.
    Command some() {
        Command command{"sales", name(pick(subjects_)), "c", "alice", "so", now_, PauseSubject{}};
        Position head{1 + pick(5)};
        if (const auto line = store_.lines.find(command.subject);
            line != store_.lines.end() && pick(8) != 0) {
            head = line->second.head;
        }
        switch (pick(10)) {
            case 0: command.act = SkipHead{head}; break;
            case 1: command.act = EditHead{head, mended()}; break;
            case 2: command.act = PauseSubject{}; break;
            case 3:
            case 4: command.act = ResumeSubject{}; break;
            case 5: command.act = TryOut{head}; break;
            case 6:
                command.subject.clear();
                command.act = pick(3) == 0 ? Act{PauseAll{}} : Act{ResumeAll{}};
                break;
            default:
                command.act =
                    Redrive{head, now_ + Milliseconds{static_cast<std::int64_t>(pick(300))}};
        }
        return command;
    }

    /// As the shell does: in order, and only between steps that hold copies.
    void obey() {
        while (command_ < commands_.size() && core_->takes_commands()) {
            const Command& command = commands_[command_];
            ++command_;
            const Answer answer = core_->command(command, now_);
            ASSERT_FALSE(answer.text.empty());
            if (!answer.done) continue;
            if (const auto* skip = std::get_if<SkipHead>(&command.act)) {
                skipped_.insert({command.subject, skip->head});
            }
            if (std::holds_alternative<EditHead>(command.act)) continue;
            if (std::holds_alternative<TryOut>(command.act)) continue;
            stands_.erase(command.subject);
            if (std::holds_alternative<PauseSubject>(command.act)) paused_.insert(command.subject);
            if (std::holds_alternative<ResumeSubject>(command.act)) {
                paused_.erase(command.subject);
                redriven_.erase(command.subject);  // it may have been another backlog
            }
            if (std::holds_alternative<Redrive>(command.act)) redriven_.insert(command.subject);
            if (std::holds_alternative<SkipHead>(command.act)) redriven_.erase(command.subject);
        }
    }

    void fetch() {
        for (std::size_t left = 1 + pick(20); left > 0 && core_->wants_more(); --left) {
            const auto at = static_cast<std::size_t>(core_->read_from().value);
            if (at == topic_.size()) return;
            core_->fetched(
                {core_->read_from(), topic_[at].first, topic_[at].second, 10, true, ""}, now_
            );
        }
    }

    void start() {
        for (Run& run : core_->start(now_, 1 + pick(5))) {
            ASSERT_FALSE(core_->counts().paused);
            ASSERT_FALSE(paused_.contains(run.subject)) << "paused by hand";
            ASSERT_FALSE(stands_.contains(run.subject)) << "a redrive goes on after a failure";
            runs_.push_back(std::move(run));
        }
    }

    /// What a handler with an inbox does.
    void handle(const Key& key) {
        Position& last = inbox_[key.first];
        if (key.second <= last) return;
        for (Position before = last.next(); before < key.second; before = before.next()) {
            ASSERT_TRUE(skipped_.contains({key.first, before})) << "overtaken";
        }
        last = key.second;
        ++effects_[key];
    }

    [[nodiscard]] bool fails(const Run& run, const Key& key) {
        const bool is_broken =
            broken_.contains(key) && !(run.from_backlog && store_.edited.contains(key));
        return is_broken || (failing_ && pick(4) == 0);
    }

    void finish_one() {
        if (runs_.empty()) return;
        std::swap(runs_[pick(runs_.size())], runs_.back());
        const Run run = std::move(runs_.back());
        runs_.pop_back();
        RunOutcome outcome;
        for (const RunEvent& event : run.events) {
            if (fails(run, {run.subject, event.position})) {
                const std::size_t kind = pick(4);
                outcome.failure =
                    Failure{kind < 2 ? FailureKind::kRetry : FailureKind::kDead, "r", {}};
                if (kind == 3 && failing_) outcome.failure->kind = FailureKind::kNotTried;
                break;
            }
            handle({run.subject, event.position});
            ++outcome.handled;
        }
        const bool failed = outcome.failure && outcome.failure->kind != FailureKind::kNotTried;
        core_->finished(run.id, outcome, now_);
        const bool redriven = redriven_.contains(run.subject) && run.from_backlog;
        if (failed && redriven) stands_.insert(run.subject);
        if (failed || !run.from_backlog) redriven_.erase(run.subject);
    }

    void step() {
        store_.apply(core_->take_changes());
        durable_command_ = command_;
        for (std::size_t at = 0; at < topic_.size(); ++at) {
            if (!store_.is_done(Offset{static_cast<std::int64_t>(at)})) continue;
            const Key& key = topic_[at];
            ASSERT_TRUE(
                effects_.contains(key) || store_.backlog.contains(key) || skipped_.contains(key)
            ) << "lost: offset "
              << at;
        }
    }

    /// Another owner takes over: what was not written never was, and commands are read again.
    void restart() {
        runs_.clear();
        stands_.clear();
        redriven_.clear();
        command_ = durable_command_;
        paused_.clear();
        for (const auto& [subject, line] : store_.lines) {
            if (line.hold) paused_.insert(subject);
        }
        core_.emplace(options_, store_.restored());
    }

    std::mt19937_64 random_;
    DispatcherOptions options_;
    bool failing_{true};
    std::size_t subjects_{};
    std::vector<Key> topic_;
    std::map<std::string, std::uint64_t> last_;
    std::set<Key> broken_;  ///< cannot be handled unless edited
    std::map<std::string, Position> inbox_;
    std::map<Key, int> effects_;
    std::set<Key> skipped_;  ///< at some time, maybe in a step that was lost
    std::set<std::string> paused_;
    std::set<std::string> redriven_;
    std::set<std::string> stands_;  ///< a redrive has failed
    std::vector<Command> commands_;
    std::size_t command_{0};
    std::size_t durable_command_{0};
    Store store_;
    std::optional<Dispatcher> core_;
    std::vector<Run> runs_;
    Instant now_{1'000'000};
};

TEST(OperatorModel, EachEventHasOneEffectInOrderWhateverOperatorsDo) {
    const std::uint64_t seed = sluice::test::seed();
    for (std::uint64_t round = 0; round < 300; ++round) {
        SCOPED_TRACE(sluice::test::rerun(seed + round) + " (its first round)");
        OperatorWorld world{seed + round};
        world.random_moves(1'000);
        if (HasFatalFailure()) return;
        world.end_well();
        if (HasFatalFailure()) return;
        world.check_end();
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace sluice::dispatch::test
