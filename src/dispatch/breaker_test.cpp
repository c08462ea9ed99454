#include "dispatch/breaker.hpp"

#include "base/test_seed.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sluice::dispatch::test {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
using State = Breaker::State;

/// One call of a sink: "a" was handled, "a!" failed, "a-" could not be tried, "a+" is dead.
class BreakerTest : public ::testing::Test {
protected:
    std::vector<RunOutcome> call(const std::vector<std::string>& runs) {
        std::vector<std::string_view> subjects;
        std::vector<RunOutcome> outcomes;
        for (const std::string& run : runs) {
            const char mark = run.back();
            const bool failed = mark == '!' || mark == '-' || mark == '+';
            subjects.push_back(std::string_view{run}.substr(0, run.size() - (failed ? 1 : 0)));
            RunOutcome& outcome = outcomes.emplace_back();
            outcome.handled = failed ? 0 : 1;
            if (!failed) continue;
            const auto kind = mark == '!'   ? FailureKind::kRetry
                              : mark == '+' ? FailureKind::kDead
                                            : FailureKind::kNotTried;
            outcome.failure = Failure{kind, "no", Milliseconds{9'000}};
        }
        breaker_.judge(subjects, outcomes, now_);
        return outcomes;
    }

    static bool all_not_tried(const std::vector<RunOutcome>& outcomes) {
        return std::all_of(outcomes.begin(), outcomes.end(), [](const RunOutcome& outcome) {
            return outcome.failure && outcome.failure->kind == FailureKind::kNotTried;
        });
    }

    void pass(std::int64_t ms) { now_ = now_ + Milliseconds{ms}; }

    BreakerOptions options_{
        .subjects_max = 3,
        .trial_runs = 2,
        .pause_first = Milliseconds{100},
        .pause_max = Milliseconds{300}};
    Breaker breaker_{options_};
    Instant now_{1'000'000};
};

TEST_F(BreakerTest, ManySubjectsThatFailAndNoneHandledOpenIt) {
    EXPECT_FALSE(all_not_tried(call({"a!", "b!"})));
    EXPECT_EQ(breaker_.runs_allowed(now_), kAll);
    const auto last = call({"c!", "d+"});
    EXPECT_TRUE(all_not_tried(last));
    EXPECT_EQ(last[1].failure->reason, "no");
    EXPECT_FALSE(last[0].failure->after.has_value()) << "the pause says when";
    EXPECT_EQ(breaker_.state(), State::kOpen);
    EXPECT_EQ(breaker_.runs_allowed(now_), 0U);
}

TEST_F(BreakerTest, OneSubjectThatFailsForEverIsItsOwnMatter) {
    for (int times = 0; times < 1'000; ++times) EXPECT_FALSE(all_not_tried(call({"a!"})));
    EXPECT_FALSE(all_not_tried(call({"b+"})));
    EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(BreakerTest, OneHandledEventForgetsTheFailures) {
    static_cast<void>(call({"a!", "b!"}));
    static_cast<void>(call({"x"}));
    EXPECT_FALSE(all_not_tried(call({"c!", "d!"})));
    EXPECT_EQ(breaker_.state(), State::kClosed);
    const auto mixed = call({"e!", "x", "f!"});
    EXPECT_EQ(mixed[0].failure->kind, FailureKind::kRetry) << "the sink works: it is the event";
    EXPECT_EQ(mixed[2].failure->after, Milliseconds{9'000});
}

TEST_F(BreakerTest, APartOfARunIsASuccess) {
    std::vector<RunOutcome> outcomes{{1, Failure{FailureKind::kDead, "no", {}}}};
    const std::vector<std::string_view> subjects{"a"};
    static_cast<void>(call({"b!", "c!"}));
    breaker_.judge(subjects, outcomes, now_);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_FALSE(all_not_tried(call({"d!", "e!"})));
}

TEST_F(BreakerTest, WhatWasNotTriedSaysNothingAboutTheSink) {
    for (int times = 0; times < 100; ++times) static_cast<void>(call({"a-", "b-", "c-", "d-"}));
    EXPECT_EQ(breaker_.state(), State::kClosed);
    static_cast<void>(call({}));
    EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(BreakerTest, AfterThePauseSomeMayTryAndASuccessCloses) {
    static_cast<void>(call({"a!", "b!", "c!"}));
    EXPECT_EQ(breaker_.pause_left(now_), Milliseconds{100});
    pass(99);
    EXPECT_EQ(breaker_.runs_allowed(now_), 0U);
    EXPECT_EQ(breaker_.pause_left(now_), Milliseconds{1});
    pass(1);
    EXPECT_EQ(breaker_.runs_allowed(now_), 2U);
    EXPECT_EQ(breaker_.state(), State::kTrying);
    EXPECT_FALSE(breaker_.pause_left(now_).has_value());
    const auto trial = call({"a", "b!"});
    EXPECT_EQ(trial[1].failure->kind, FailureKind::kRetry);
    EXPECT_EQ(breaker_.runs_allowed(now_), kAll);
}

TEST_F(BreakerTest, ATrialThatFailsDoublesThePauseUpToItsLimit) {
    static_cast<void>(call({"a!", "b!", "c!"}));
    for (const std::int64_t pause : {100, 200, 300, 300}) {
        EXPECT_EQ(breaker_.pause_left(now_), Milliseconds{pause});
        pass(pause - 1);
        EXPECT_EQ(breaker_.runs_allowed(now_), 0U);
        pass(1);
        ASSERT_GT(breaker_.runs_allowed(now_), 0U);
        EXPECT_TRUE(all_not_tried(call({"a+", "b!"}))) << "no attempt: else each trial parks some";
    }
    pass(300);
    static_cast<void>(breaker_.runs_allowed(now_));
    EXPECT_TRUE(all_not_tried(call({"a-", "b-"})));
    EXPECT_EQ(breaker_.state(), State::kOpen) << "the sink is still away";
    pass(300);
    static_cast<void>(breaker_.runs_allowed(now_));
    static_cast<void>(call({"a"}));
    static_cast<void>(call({"a!", "b!", "c!"}));
    EXPECT_EQ(breaker_.pause_left(now_), Milliseconds{100}) << "from the beginning";
}

TEST_F(BreakerTest, AClockThatJumpsBackDoesNotKeepItOpen) {
    static_cast<void>(call({"a!", "b!", "c!"}));
    pass(-3'600'000);
    EXPECT_EQ(breaker_.pause_left(now_), Milliseconds{100});
    EXPECT_EQ(breaker_.runs_allowed(now_), 0U);
    pass(100);
    EXPECT_EQ(breaker_.runs_allowed(now_), 2U);
}

TEST_F(BreakerTest, NoneMeansItNeverOpens) {
    options_.subjects_max = 0;
    breaker_ = Breaker{options_};
    for (int subject = 0; subject < 1'000; ++subject) {
        EXPECT_FALSE(all_not_tried(call({std::to_string(subject) + "!"})));
    }
    EXPECT_EQ(breaker_.runs_allowed(now_), kAll);
}

TEST(BreakerOptions, ValidateNamesFieldValueAndRange) {
    EXPECT_TRUE(BreakerOptions{}.validate().has_value());
    EXPECT_TRUE((BreakerOptions{.subjects_max = 0}.validate().has_value()));
    EXPECT_TRUE((BreakerOptions{.subjects_max = 100'000}.validate().has_value()));
    const auto message = [](BreakerOptions options) {
        const Status status = options.validate();
        return status.has_value() ? std::string{"valid"} : status.error().message;
    };
    EXPECT_EQ(
        message({.subjects_max = 100'001}),
        "breaker.subjects_max: 100001 is out of range; allowed is 0 to 100000"
    );
    EXPECT_EQ(
        message({.trial_runs = 0}), "breaker.trial_runs: 0 is out of range; allowed is 1 to 10000"
    );
    EXPECT_EQ(
        message({.pause_first = Milliseconds{0}}),
        "breaker.pause_first: 0 ms is out of range; allowed is 1 ms to 3600000 ms"
    );
    EXPECT_EQ(
        message({.pause_max = Milliseconds{499}}),
        "breaker.pause_max: 499 ms is out of range; allowed is 500 ms to 3600000 ms"
    );
}

/// A dispatcher, a breaker and a sink that is away for a while: nobody is parked for that, and all
/// is handled in the end. Poisoned subjects are parked, and only they.
TEST(BreakerModel, AnAbsentSinkParksNobodyAndAPoisonedSubjectParksItself) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 40; ++round) {
        Bench bench;
        bench.options.retry.attempts_max = 3;
        bench.restart();
        Breaker breaker{{.subjects_max = 5, .trial_runs = 1 + random() % 4}};
        constexpr std::uint64_t kSubjects = 40;
        const std::uint64_t poisoned = random() % 8;
        for (std::uint64_t at = 0; at < kSubjects; ++at) bench.fetch("s" + std::to_string(at), 1);
        const Instant back_at = bench.now + Milliseconds{static_cast<int>(random() % 600'000)};
        std::uint64_t handled = 0;
        for (int call = 0; call < 20'000 && handled < kSubjects - poisoned; ++call) {
            bench.step();
            const auto allowed = std::min<std::size_t>(breaker.runs_allowed(bench.now), 10);
            const auto runs = bench.core.start(bench.now, allowed);
            bench.pass(50);
            std::vector<std::string_view> subjects;
            std::vector<RunOutcome> outcomes;
            for (const dispatch::Run& run : runs) {
                const bool poison = std::stoul(run.subject.substr(1)) < poisoned;
                const bool fails = poison || bench.now < back_at;
                subjects.emplace_back(run.subject);
                outcomes.push_back(RunOutcome{fails ? 0U : 1U, {}});
                if (fails) outcomes.back().failure = Failure{FailureKind::kRetry, "no", {}};
            }
            breaker.judge(subjects, outcomes, bench.now);
            for (std::size_t at = 0; at < runs.size(); ++at) {
                handled += outcomes[at].handled;
                bench.core.finished(runs[at].id, outcomes[at], bench.now);
            }
        }
        ASSERT_EQ(handled, kSubjects - poisoned);
        bench.step();
        for (const auto& [subject, line] : bench.store.lines) {
            ASSERT_LT(std::stoul(subject.substr(1)), poisoned) << "parked though it was the sink";
        }
    }
}

}  // namespace
}  // namespace sluice::dispatch::test
