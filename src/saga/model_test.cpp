// Many sagas at random over services that fail, a network that loses, doubles and delays, and a
// process that dies between any two acts. The reference: of every saga all or nothing has had an
// effect, each effect once; what the accounts hold says the same.

#include "base/test_seed.hpp"
#include "saga/locks.hpp"
#include "saga/saga_fixture.hpp"
#include "saga/state_codec.hpp"

#include <map>
#include <optional>
#include <random>
#include <set>

namespace sluice::saga::test {
namespace {

class Market {
public:
    explicit Market(std::uint64_t seed) : random_{seed}, rules_{some_definition()}, locks_{50} {}

    void run() {
        for (int made = 0; made < 25; ++made) make();
        for (int move = 0; move < 3'000; ++move) {
            random_move();
            if (::testing::Test::HasFatalFailure()) return;
        }
        faults_ = false;
        for (int round = 0; round < 20'000 && !all_ended(); ++round) {
            calm_move();
            if (::testing::Test::HasFatalFailure()) return;
        }
    }

    void check_end() const {
        ASSERT_TRUE(all_ended());
        std::map<std::string, int> expected;
        for (const auto& [id, bytes] : stored_) {
            const Instance saga = decode_instance(bytes).value();
            for (const StepSpec& step : rules_.definition().steps) {
                const bool stays =
                    saga.phase == Phase::kDone || (step.nothing_to_undo && stands(id, step.name));
                if (stays) ++expected[step.name];
                ASSERT_EQ(stands(id, step.name), stays) << id << ' ' << step.name;
            }
        }
        std::map<std::string, int> accounts = accounts_;
        std::erase_if(accounts, [](const auto& one) { return one.second == 0; });
        ASSERT_EQ(accounts, expected);
        ASSERT_EQ(locks_.size(), 0U);
    }

    [[nodiscard]] bool some_done() const { return ends_.contains(Phase::kDone); }

    [[nodiscard]] bool some_compensated() const { return ends_.contains(Phase::kCompensated); }

private:
    enum class Effect : std::uint8_t { kNone, kStands, kRefused, kTakenBack };

    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    Definition some_definition() {
        Definition definition;
        definition.name = "some";
        definition.lock = LockSpec{"cart", LockRule::kWait};
        const std::size_t steps = 1 + pick(8);
        const std::size_t pivot_at = pick(steps + 1);
        for (std::size_t at = 0; at < steps; ++at) {
            const std::string name = "s" + std::to_string(at);
            StepSpec step = at < pivot_at ? undoable(name) : kept(name);
            if (at < pivot_at && pick(5) == 0) step = nothing_to_undo(name);
            step.pivot = at == pivot_at;
            step.command.attempts_max = static_cast<std::uint32_t>(1 + pick(4));
            definition.steps.push_back(step);
        }
        return definition;
    }

    [[nodiscard]] bool stands(const std::string& id, const std::string& step) const {
        const auto found = services_.find(id + "/" + step);
        return found != services_.end() && found->second == Effect::kStands;
    }

    [[nodiscard]] static LockKey lock_of(const Instance& saga) { return {"cart", saga.subject}; }

    // ---- the shell: store, then send --------------------------------------------------------

    void make() {
        const std::string id = "c-" + std::to_string(sagas_.size());
        Instance saga =
            rules_.make(id, "m" + std::to_string(pick(6)), "", sagas_.size() + 1, now_).value();
        sagas_[id] = saga;
        stored_[id] = encode(saga);
        const LockAnswer answer = locks_.take(lock_of(saga), id, saga.ticket, LockRule::kWait);
        ASSERT_NE(answer, LockAnswer::kFull);
        if (answer == LockAnswer::kYours) start(id);
    }

    void start(const std::string& id) {
        const auto under_way = [&](const auto& other) {
            const Phase phase = other.second.phase;
            return other.second.subject == sagas_[id].subject &&
                   (phase == Phase::kForward || phase == Phase::kBackward);
        };
        ASSERT_TRUE(std::none_of(sagas_.begin(), sagas_.end(), under_way)) << "two have the lock";
        took(id, rules_.start(sagas_[id], now_));
    }

    void took(const std::string& id, const Decision& decision) {
        if (!decision.changed) return;
        const Instance& saga = sagas_[id];
        if (dies()) return come_back();  // before it is stored
        stored_[id] = encode(saga);
        if (dies()) return come_back();  // stored, not sent
        if (decision.send) commands_.push_back(to_string(decision.send->key));
        if (!saga.ended()) return;
        ends_.insert(saga.phase);
        if (const auto next = locks_.give_back(lock_of(saga), id)) start(*next);
    }

    bool dies() { return faults_ && pick(40) == 0; }

    /// A process that knows nothing but what is stored.
    void come_back() {
        sagas_.clear();
        locks_ = Locks{50};
        for (const auto& [id, bytes] : stored_) {
            const Instance& saga = sagas_[id] = decode_instance(bytes).value();
            if (saga.phase == Phase::kWaiting) {
                locks_.restore_waiting(lock_of(saga), id, saga.ticket);
            } else if (!saga.ended()) {
                locks_.restore_holder(lock_of(saga), id);
            }
            if (const auto again = rules_.under_way(saga)) {
                commands_.push_back(to_string(again->key));
            }
        }
        while (const auto next = locks_.next_without_holder()) start(*next);
    }

    // ---- services ---------------------------------------------------------------------------

    void serve(const std::string& text) {
        const Key key = parse_key(text).value();
        Effect& effect = services_[key.saga + "/" + key.step];
        if (faults_ && pick(6) == 0) return answer(key, Verdict::kLater);
        if (key.direction == Direction::kUndo) {
            if (effect == Effect::kStands) --accounts_of(key.step);
            if (effect != Effect::kRefused) effect = Effect::kTakenBack;
            return answer(key, Verdict::kDone);
        }
        if (effect == Effect::kNone) {
            const auto at = *rules_.definition().index_of(key.step);
            const bool may_refuse = at <= rules_.definition().pivot().value_or(at);
            const bool refuses = may_refuse && pick(12) == 0;
            effect = refuses ? Effect::kRefused : Effect::kStands;
            if (!refuses) ++accounts_of(key.step);
        }
        answer(key, effect == Effect::kStands ? Verdict::kDone : Verdict::kRefused);
    }

    int& accounts_of(const std::string& step) { return accounts_[step]; }

    void answer(const Key& key, Verdict verdict) {
        answers_.emplace_back(
            key.saga, Reply{key.step, key.direction, verdict, "r", "no", Milliseconds{50}}
        );
    }

    // ---- moves ------------------------------------------------------------------------------

    /// One of what is on its way: lost, doubled, or taken.
    template <class Message>
    std::optional<Message> take(std::vector<Message>& from) {
        if (from.empty()) return std::nullopt;
        std::swap(from[pick(from.size())], from.back());
        Message message = from.back();
        if (faults_ && pick(5) == 0) return message;  // and it comes again
        from.pop_back();
        if (faults_ && pick(6) == 0) return std::nullopt;
        return message;
    }

    void random_move() {
        const std::size_t move = pick(100);
        if (move < 40) {
            if (const auto command = take(commands_)) serve(*command);
        } else if (move < 80) {
            hear();
        } else if (move < 95) {
            tick();
        } else if (move < 97) {
            come_back();
        } else {
            somebody_says();
        }
    }

    void calm_move() {
        while (const auto command = take(commands_)) serve(*command);
        while (!answers_.empty()) hear();
        tick();
        for (const auto& [id, bytes] : stored_) {
            if (sagas_[id].awaits != Awaits::kPerson) continue;
            took(id, rules_.retry(sagas_[id], now_).value());
        }
    }

    void hear() {
        const auto reply = take(answers_);
        if (!reply) return;
        const auto& [id, text] = *reply;
        took(id, rules_.reply(sagas_.at(id), text, now_));
    }

    void tick() {
        now_ = now_ + Milliseconds{static_cast<std::int64_t>(pick(800))};
        for (const auto& [id, bytes] : stored_) {
            if (const auto due = Saga::due(sagas_[id]); due && *due <= now_) {
                took(id, rules_.tick(sagas_[id], now_));
            }
        }
    }

    void somebody_says() {
        const std::string id = "c-" + std::to_string(pick(stored_.size()));
        Instance& saga = sagas_.at(id);
        const bool waited = saga.phase == Phase::kWaiting;
        const std::size_t verb = pick(3);
        const auto decision = verb == 0   ? rules_.cancel(saga, "c", now_)
                              : verb == 1 ? rules_.compensate(saga, "c", now_)
                                          : rules_.retry(saga, now_);
        if (!decision) return;
        ASSERT_FALSE(waited && decision->send.has_value());
        took(id, *decision);
    }

    [[nodiscard]] bool all_ended() const {
        return std::all_of(sagas_.begin(), sagas_.end(), [](const auto& one) {
            return one.second.ended();
        });
    }

    std::mt19937_64 random_;
    bool faults_{true};
    Instant now_{1'000'000};
    Saga rules_;
    Locks locks_;
    std::map<std::string, Instance> sagas_;      ///< the process
    std::map<std::string, std::string> stored_;  ///< what it finds when it comes back
    std::map<std::string, Effect> services_;     ///< by saga and step
    std::map<std::string, int> accounts_;        ///< by step
    std::vector<std::string> commands_;          ///< on their way
    std::vector<std::pair<std::string, Reply>> answers_;
    std::set<Phase> ends_;
};

TEST(SagaModel, AllOrNothingAndEachEffectOnce) {
    const std::uint64_t seed = sluice::test::seed();
    int done = 0;
    int compensated = 0;
    for (std::uint64_t round = 0; round < 150; ++round) {
        SCOPED_TRACE(sluice::test::rerun(seed + round) + " (its first round)");
        Market market{seed + round};
        market.run();
        if (HasFatalFailure()) return;
        market.check_end();
        if (HasFatalFailure()) return;
        done += market.some_done() ? 1 : 0;
        compensated += market.some_compensated() ? 1 : 0;
    }
    EXPECT_GT(done, 50);
    EXPECT_GT(compensated, 100);
}

}  // namespace
}  // namespace sluice::saga::test
