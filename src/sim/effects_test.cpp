#include "sim/effects.hpp"

#include "sim/domain.hpp"

#include <gtest/gtest.h>

#include <list>
#include <string>
#include <vector>

namespace sluice::sim {
namespace {

class EffectsTest : public testing::Test {
protected:
    /// An event of order-1 with that number, which stands there.
    deliver::Outgoing event(
        std::uint64_t number, std::uint64_t position, Verdict verdict = Verdict::kDone
    ) {
        const EventSpec spec{Kind::kMade, 1, number, 0, 0, 0, false, verdict};
        records_.push_back(record_of(spec, Instant{0}));
        return {Position{position}, Offset{0}, &records_.back()};
    }

    dispatch::RunOutcome deliver(std::vector<deliver::Outgoing> events) {
        const std::vector<deliver::RunWork> runs{{"order-1", std::move(events), 1}};
        const auto outcomes = sink_.deliver(runs);
        EXPECT_EQ(outcomes.size(), 1U);
        return outcomes.at(0);
    }

    [[nodiscard]] std::vector<std::string> done() {
        std::vector<std::string> ids;
        for (const Effect& one : effects_.subjects["order-1"].done) ids.push_back(one.id);
        return ids;
    }

    Effects effects_;
    EffectSink sink_{effects_, ""};

private:
    std::list<Record> records_;
};

TEST_F(EffectsTest, WhatCameBeforeIsNotDoneAgain) {
    EXPECT_EQ(deliver({event(1, 1), event(2, 2)}).handled, 2U);
    const auto outcome = deliver({event(1, 1), event(2, 2), event(3, 3)});
    EXPECT_EQ(outcome.handled, 3U) << "a repeated one counts as handled";
    EXPECT_EQ(done(), (std::vector<std::string>{"order-1/a.1", "order-1/a.2", "order-1/a.3"}));
    EXPECT_EQ(effects_.redelivered, 2U);
    EXPECT_TRUE(effects_.violations.empty());
}

TEST_F(EffectsTest, AnotherEventUnderTheSamePositionIsAViolation) {
    deliver({event(1, 1)});
    deliver({event(7, 1)});
    ASSERT_EQ(effects_.violations.size(), 1U);
    EXPECT_EQ(effects_.violations[0], "order-1: position 1 was order-1/a.1 and is order-1/a.7");
    EXPECT_EQ(done(), std::vector<std::string>{"order-1/a.1"});
}

TEST_F(EffectsTest, AnInvalidEventShouldNeverGetHere) {
    deliver::Outgoing one = event(1, 1);
    Record invalid = *one.record;
    invalid.headers.push_back({"ce_subjectinvalid", "/broken is not allowed"});
    one.record = &invalid;
    deliver({one});
    ASSERT_EQ(effects_.violations.size(), 1U);
    EXPECT_EQ(effects_.violations[0], "order-1: order-1/a.1 is invalid");
}

TEST_F(EffectsTest, ADeadEventStopsItsRunWhereItStands) {
    const auto outcome = deliver({event(1, 1), event(2, 2, Verdict::kDead), event(3, 3)});
    EXPECT_EQ(outcome.handled, 1U);
    ASSERT_TRUE(outcome.failure.has_value());
    EXPECT_EQ(outcome.failure->kind, dispatch::FailureKind::kDead);
    EXPECT_EQ(done(), std::vector<std::string>{"order-1/a.1"});
    EXPECT_TRUE(effects_.subjects["order-1"].failures.empty()) << "no attempt will help";
}

TEST_F(EffectsTest, TwoAttemptsFailAndTheThirdSucceeds) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto outcome = deliver({event(1, 1, Verdict::kRetryTwice), event(2, 2)});
        EXPECT_EQ(outcome.handled, 0U);
        ASSERT_TRUE(outcome.failure.has_value());
        EXPECT_EQ(outcome.failure->kind, dispatch::FailureKind::kRetry);
    }
    const auto outcome = deliver({event(1, 1, Verdict::kRetryTwice), event(2, 2)});
    EXPECT_EQ(outcome.handled, 2U);
    EXPECT_FALSE(outcome.failure.has_value());
    EXPECT_EQ(effects_.subjects["order-1"].failures["order-1/a.1"], 2);
}

TEST_F(EffectsTest, ForEverIsForEver) {
    for (int attempt = 1; attempt <= 10; ++attempt) {
        EXPECT_TRUE(deliver({event(1, 1, Verdict::kRetryForEver)}).failure.has_value());
        EXPECT_EQ(effects_.subjects["order-1"].failures["order-1/a.1"], attempt);
    }
    EXPECT_TRUE(done().empty());
}

TEST_F(EffectsTest, ABusyDatabaseTriesNothingOnce) {
    sink_.be_busy();
    const auto outcome = deliver({event(1, 1, Verdict::kRetryTwice)});
    ASSERT_TRUE(outcome.failure.has_value());
    EXPECT_EQ(outcome.failure->kind, dispatch::FailureKind::kNotTried);
    EXPECT_EQ(effects_.busy_calls, 1U);
    EXPECT_TRUE(effects_.subjects["order-1"].failures.empty()) << "it was no attempt";
    EXPECT_EQ(deliver({event(2, 1)}).handled, 1U);
    EXPECT_EQ(effects_.busy_calls, 1U);
}

TEST_F(EffectsTest, ASinkThatWantsOneTypeWantsNoOther) {
    const EffectSink picky{effects_, "a.made"};
    EXPECT_TRUE(picky.wants("a.made"));
    EXPECT_FALSE(picky.wants("a.made.too"));
    EXPECT_TRUE(sink_.wants("anything"));
}

}  // namespace
}  // namespace sluice::sim
