// Checkouts at random through the whole shell: the log fails and is taken over, the process comes
// and goes, the network loses, doubles and delays. Each service keeps its own books, by key. At the
// end stock, coupons and money are where the sagas say, and each command has had one effect.

#include "base/test_seed.hpp"
#include "orchestrate/saga_session_fixture.hpp"

#include <map>
#include <optional>
#include <random>
#include <set>

namespace sluice::orchestrate::test {
namespace {

/// The books of one service: what each key has done.
struct Books {
    enum class Entry : std::uint8_t { kDone, kRefused, kUndone };

    std::map<std::string, Entry> by_saga;
    int left{};  ///< stock, coupons, money: one for each saga
};

class Shop {
public:
    explicit Shop(std::uint64_t seed)
        : random_{seed},
          rig_{{definition()}, SagaLimits{1'000, 1'000}} {
        for (const saga::StepSpec& step : definition().steps) books_[step.name].left = kPlenty;
    }

    void run(int checkouts) {
        for (int begun = 0; begun < checkouts && !::testing::Test::HasFatalFailure();) {
            const std::size_t move = pick(100);
            if (move < 20) {
                begin(begun++);
            } else if (move < 50) {
                serve_one();
            } else if (move < 85) {
                hear_some();
            } else if (move < 94) {
                bring({}, Milliseconds{static_cast<std::int64_t>(pick(700))});
            } else if (move < 97) {
                bring(TellSaga{some_id(begun), some_verb(), "x"});
            } else {
                trouble();
            }
        }
        calm_ = true;
        rig_.log().heal();
        reopen();
        for (int round = 0; round < 3'000 && rig_.session().open_sagas() > 0; ++round) {
            while (!commands_.empty()) serve_one();
            while (!answers_.empty()) hear_some();
            bring({}, Milliseconds{500});
            for (const auto& one : list_sagas(rig_.log(), false, "", 1'000).value()) {
                if (one.awaits == saga::Awaits::kPerson) {
                    bring(TellSaga{one.id, SagaVerb::kRetry, ""});
                }
            }
        }
    }

    void check_end(int checkouts) {
        ASSERT_EQ(rig_.session().open_sagas(), 0U);
        const auto ended = list_sagas(rig_.log(), true, "", 10'000).value();
        ASSERT_EQ(ended.size(), static_cast<std::size_t>(checkouts));
        int done = 0;
        for (const saga::Instance& one : ended) {
            const bool is_done = one.phase == saga::Phase::kDone;
            done += is_done ? 1 : 0;
            for (auto& [step, books] : books_) {
                const auto entry = books.by_saga.find(one.id);
                const bool stands =
                    entry != books.by_saga.end() && entry->second == Books::Entry::kDone;
                ASSERT_EQ(stands, is_done) << one.id << ' ' << step;
            }
        }
        for (auto& [step, books] : books_) ASSERT_EQ(books.left, kPlenty - done) << step;
        done_ = done;
    }

    [[nodiscard]] int done() const { return done_; }

    [[nodiscard]] int troubles() const { return troubles_; }

private:
    static constexpr int kPlenty = 1'000'000;

    static saga::Definition definition() {
        saga::Definition definition = saga::test::checkout();
        definition.lock = saga::LockSpec{"cart", saga::LockRule::kWait};
        for (saga::StepSpec& step : definition.steps) step.command.attempts_max = 4;
        return definition;
    }

    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    std::string some_id(int begun) {
        return "c-" + std::to_string(pick(static_cast<std::size_t>(begun) + 1));
    }

    SagaVerb some_verb() { return static_cast<SagaVerb>(pick(3)); }

    /// Until it is told that it began, the caller asks again.
    void begin(int number) {
        const BeginSaga begin{
            "checkout", "c-" + std::to_string(number), "m-" + std::to_string(pick(8)), "{}"};
        for (int attempt = 0; attempt < 10; ++attempt) {
            if (bring(begin)) return;
        }
        FAIL() << "does not begin: " << why_;
    }

    bool bring(std::optional<SagaInput> input, Milliseconds later = Milliseconds{1}) {
        rig_.clock.advance(later);
        std::vector<SagaInput> inputs;
        if (input) inputs.push_back(std::move(*input));
        const auto answers = rig_.session().step(inputs);
        for (std::string& key : rig_.port.take()) commands_.push_back(std::move(key));
        if (!answers) {
            why_ = answers.error().message;
            rig_.log().heal();
            reopen();
        } else if (!inputs.empty() && !answers->front()) {
            why_ = answers->front().error().message;
        }
        return answers.has_value() && (inputs.empty() || answers->front().has_value());
    }

    void reopen() {
        if (pick(2) == 0) {
            rig_.open();
        } else {
            rig_.restart_process();
        }
    }

    /// The next write fails: before it was done, or after; or another process takes over.
    void trouble() {
        ++troubles_;
        const std::size_t kind = pick(3);
        if (kind == 2) {
            static_cast<void>(rig_.log().take(kSagaGroup, {kSagaHome}));
            return;
        }
        rig_.log().fail(
            {runtime::test::Call::kWrite, {ErrorCode::kUnavailable, "x"}, pick(3), 1, kind == 0}
        );
    }

    template <class Message>
    std::optional<Message> take(std::vector<Message>& from) {
        if (from.empty()) return std::nullopt;
        std::swap(from[pick(from.size())], from.back());
        Message message = from.back();
        if (!calm_ && pick(6) == 0) return message;  // and it comes again
        from.pop_back();
        if (!calm_ && pick(8) == 0) return std::nullopt;
        return message;
    }

    void serve_one() {
        const auto text = take(commands_);
        if (!text) return;
        const saga::Key key = saga::parse_key(*text).value();
        if (!calm_ && pick(8) == 0) {
            answers_.push_back({key, saga::Verdict::kLater});
            return;
        }
        Books& books = books_.at(key.step);
        const auto entry = books.by_saga.find(key.saga);
        const bool is_new = entry == books.by_saga.end();
        if (key.direction == saga::Direction::kUndo) {
            if (is_new) books.by_saga[key.saga] = Books::Entry::kUndone;
            if (!is_new && entry->second == Books::Entry::kDone) {
                entry->second = Books::Entry::kUndone;
                ++books.left;
            }
            answers_.push_back({key, saga::Verdict::kDone});
            return;
        }
        if (is_new) {
            const bool refuses = key.step != "place" && pick(10) == 0;
            books.by_saga[key.saga] = refuses ? Books::Entry::kRefused : Books::Entry::kDone;
            if (!refuses) --books.left;
        }
        const bool yes = books.by_saga[key.saga] == Books::Entry::kDone;
        answers_.push_back({key, yes ? saga::Verdict::kDone : saga::Verdict::kRefused});
    }

    void hear_some() {
        const auto answer = take(answers_);
        if (!answer) return;
        const auto& [key, verdict] = *answer;
        bring(AnswerSaga{key.saga, {key.step, key.direction, verdict, "", "no"}});
    }

    std::mt19937_64 random_;
    SagaRig rig_;
    bool calm_{false};
    std::map<std::string, Books> books_;
    std::vector<std::string> commands_;
    std::vector<std::pair<saga::Key, saga::Verdict>> answers_;
    std::string why_;  ///< the last input was not taken
    int done_{0};
    int troubles_{0};
};

TEST(SagaSessionModel, StockAndMoneyAreConservedWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    int done = 0;
    int troubles = 0;
    constexpr int kRounds = 6;
    constexpr int kCheckouts = 100;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(sluice::test::rerun(seed + round) + " (its first round)");
        Shop shop{seed + round};
        shop.run(kCheckouts);
        if (HasFatalFailure()) return;
        shop.check_end(kCheckouts);
        if (HasFatalFailure()) return;
        done += shop.done();
        troubles += shop.troubles();
    }
    EXPECT_GT(done, 0);
    EXPECT_LT(done, kRounds * kCheckouts);
    EXPECT_GT(troubles, kRounds);
}

}  // namespace
}  // namespace sluice::orchestrate::test
