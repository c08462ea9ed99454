#include "outbox/send_window.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

dispatch::RetryPolicy steady() {
    dispatch::RetryPolicy retry;
    retry.first = Milliseconds{100};
    retry.jitter = 0.0;
    return retry;
}

Row row(const std::string& subject, std::uint64_t number, std::string domain = "shop") {
    Row made;
    made.key = {Slot{1}, {std::move(domain), subject}, {Epoch{1}, SourceNumber{number}}};
    made.event.id = subject + "-" + std::to_string(number);
    made.bytes = 100;
    return made;
}

class SendWindowTest : public testing::Test {
protected:
    std::vector<std::string> send() {
        batch_ = window_.next(now_);
        std::vector<std::string> ids;
        if (!batch_) return ids;
        for (const Row& one : batch_->rows) ids.push_back(one.event.id);
        return ids;
    }

    Landed land(std::vector<Verdict> verdicts) {
        std::vector<Answer> answers;
        for (const Verdict verdict : verdicts) answers.push_back({verdict, "why"});
        return window_.landed(*std::move(batch_), std::move(answers), now_);
    }

    Landed fail(Failure::Scope scope, std::optional<Milliseconds> after = std::nullopt) {
        return window_.landed(*std::move(batch_), Failure{scope, "why", after}, now_);
    }

    void pass(std::int64_t ms) { now_ = now_ + Milliseconds{ms}; }

    using Ids = std::vector<std::string>;

    SendWindow window_{WindowLimits{}, steady()};
    std::optional<Batch> batch_;
    Instant now_{1'000};
};

TEST_F(SendWindowTest, OfALineOneIsOnItsWayAtATime) {
    window_.take({row("a", 1), row("a", 2), row("b", 1)}, now_);
    EXPECT_EQ(send(), (Ids{"a-1", "b-1"}));
    EXPECT_FALSE(window_.next(now_)) << "a-2 waits for the answer of a-1";
    const Landed landed = land({Verdict::kTaken, Verdict::kTaken});
    EXPECT_EQ(landed.taken.size(), 2U);
    EXPECT_EQ(send(), Ids{"a-2"});
    static_cast<void>(land({Verdict::kTaken}));
    EXPECT_EQ(window_.rows(), 0U);
    EXPECT_FALSE(window_.due());
}

TEST_F(SendWindowTest, OneTwoThreeNeverArriveAsTwoThreeOne) {
    window_.take({row("a", 1), row("a", 2), row("a", 3), row("b", 1)}, now_);
    EXPECT_EQ(send(), (Ids{"a-1", "b-1"}));
    static_cast<void>(land({Verdict::kLater, Verdict::kTaken}));
    EXPECT_EQ(window_.fenced_lines(), 1U);
    EXPECT_FALSE(window_.next(now_)) << "what follows a-1 waits with it";
    EXPECT_EQ(window_.due(), Instant{1'100});
    window_.take({row("b", 2)}, now_);
    EXPECT_EQ(send(), Ids{"b-2"}) << "others go on";
    static_cast<void>(land({Verdict::kTaken}));
    pass(100);
    std::vector<Row> table{row("a", 1), row("a", 2), row("a", 3)};
    for (const char* id : {"a-1", "a-2", "a-3"}) {
        window_.take(table, now_);
        ASSERT_EQ(send(), Ids{id});
        static_cast<void>(land({Verdict::kTaken}));
        table.erase(table.begin());
    }
}

TEST_F(SendWindowTest, WhatWasReadBeforeIsKnown) {
    window_.take({row("a", 1), row("a", 2)}, now_);
    EXPECT_EQ(send(), Ids{"a-1"});
    window_.take({row("a", 1), row("a", 2), row("a", 3)}, now_);
    EXPECT_EQ(window_.rows(), 3U) << "a-1 is on its way, a-2 is held";
}

TEST_F(SendWindowTest, ARefusedRowIsToldAndItsLineForgotten) {
    window_.take({row("a", 1), row("a", 2), row("b", 1)}, now_);
    static_cast<void>(send());
    const Landed landed = land({Verdict::kRefused, Verdict::kTaken});
    ASSERT_EQ(landed.refused.size(), 1U);
    EXPECT_EQ(landed.refused[0].key.line.subject, "a");
    EXPECT_EQ(landed.refused[0].reason, "why");
    EXPECT_EQ(window_.rows(), 0U);
    window_.take({row("a", 1)}, now_);
    EXPECT_EQ(send(), Ids{"a-1"}) << "the table shows it again: somebody wants it to be tried";
}

TEST_F(SendWindowTest, NobodyAnswersNothingIsCountedAgainstARow) {
    window_.take({row("a", 1), row("b", 1)}, now_);
    static_cast<void>(send());
    EXPECT_TRUE(fail(Failure::Scope::kAll).taken.empty());
    EXPECT_EQ(window_.fenced_lines(), 0U);
    EXPECT_FALSE(window_.next(now_));
    EXPECT_EQ(window_.due(), Instant{1'100});
    pass(100);
    EXPECT_EQ(send(), (Ids{"a-1", "b-1"})) << "in the order they had";
    static_cast<void>(fail(Failure::Scope::kAll));
    EXPECT_EQ(window_.due(), Instant{1'300}) << "longer and longer";
    pass(200);
    static_cast<void>(send());
    static_cast<void>(land({Verdict::kTaken, Verdict::kTaken}));
    window_.take({row("a", 2)}, now_);
    EXPECT_EQ(send(), Ids{"a-2"}) << "an answer ends the pause";
}

TEST_F(SendWindowTest, AWaitThatIsAskedForIsKept) {
    window_.take({row("a", 1)}, now_);
    static_cast<void>(send());
    static_cast<void>(fail(Failure::Scope::kAll, Milliseconds{7'000}));
    EXPECT_EQ(window_.due(), Instant{8'000});
    pass(7'000);
    static_cast<void>(send());
    static_cast<void>(fail(Failure::Scope::kAll, Milliseconds{86'400'000}));
    EXPECT_EQ(window_.due(), Instant{68'000}) << "nobody is silenced for a day";
}

TEST_F(SendWindowTest, ADomainThatIsNotThereHoldsUpNoOther) {
    const std::vector<Row> nowhere{
        row("a", 1, "nowhere"), row("a", 2, "nowhere"), row("b", 1, "nowhere")};
    window_.take(nowhere, now_);
    window_.take({row("a", 1, "shop")}, now_);
    EXPECT_EQ(send(), (Ids{"a-1", "b-1"}));
    EXPECT_EQ(batch_->domain, "nowhere");
    static_cast<void>(fail(Failure::Scope::kDomain));
    EXPECT_EQ(window_.paused_domains(now_), std::vector<std::string>{"nowhere"});
    EXPECT_EQ(window_.rows(), 1U) << "it takes nobody's room";
    EXPECT_EQ(window_.take(nowhere, now_), 0U);
    EXPECT_EQ(send(), Ids{"a-1"});
    EXPECT_EQ(batch_->domain, "shop");
    static_cast<void>(land({Verdict::kTaken}));
    pass(100);
    EXPECT_TRUE(window_.paused_domains(now_).empty());
    EXPECT_EQ(window_.take(nowhere, now_), 3U);
    EXPECT_EQ(send(), (Ids{"a-1", "b-1"}));
}

TEST_F(SendWindowTest, AFencedLineKeepsOneRowAndTakesNoRoom) {
    WindowLimits limits;
    limits.rows_max = 3;
    window_ = SendWindow{limits, steady()};
    window_.take({row("a", 1), row("a", 2), row("a", 3)}, now_);
    EXPECT_FALSE(window_.has_room());
    static_cast<void>(send());
    static_cast<void>(land({Verdict::kLater}));
    EXPECT_TRUE(window_.has_room());
    EXPECT_EQ(window_.rows(), 1U);
    EXPECT_EQ(window_.take({row("a", 1), row("a", 2)}, now_), 0U) << "not while it is fenced";
    pass(100);
    EXPECT_EQ(send(), Ids{"a-1"});
    window_.take({row("a", 1), row("a", 2)}, now_);
    static_cast<void>(land({Verdict::kTaken}));
    EXPECT_EQ(send(), Ids{"a-2"});
}

TEST_F(SendWindowTest, WhenVeryManyAreFencedNothingIsSentForAWhile) {
    WindowLimits limits;
    limits.fenced_max = 1;
    window_ = SendWindow{limits, steady()};
    window_.take({row("a", 1), row("b", 1)}, now_);
    static_cast<void>(send());
    static_cast<void>(land({Verdict::kLater, Verdict::kLater}));
    window_.take({row("c", 1)}, now_);
    EXPECT_FALSE(window_.next(now_));
    pass(100);
    EXPECT_EQ(send().size(), 3U);
}

TEST_F(SendWindowTest, ARequestThatCannotBeTakenIsHalvedUntilOneRowIsLeft) {
    std::vector<Row> page;
    for (const char* subject : {"a", "b", "c", "d"}) page.push_back(row(subject, 1));
    window_.take(std::move(page), now_);
    for (const std::size_t rows : {4U, 2U}) {
        EXPECT_EQ(send().size(), rows);
        EXPECT_TRUE(fail(Failure::Scope::kRequest).refused.empty());
    }
    EXPECT_EQ(send(), Ids{"a-1"});
    const Landed landed = fail(Failure::Scope::kRequest);
    ASSERT_EQ(landed.refused.size(), 1U);
    EXPECT_EQ(landed.refused[0].key.line.subject, "a");
    EXPECT_EQ(send(), Ids{"b-1"});
    static_cast<void>(land({Verdict::kTaken}));
    EXPECT_EQ(send(), (Ids{"c-1", "d-1"})) << "what is taken makes the next one larger";
}

TEST_F(SendWindowTest, ALongLineIsHeldInPart) {
    std::vector<Row> page;
    for (std::uint64_t number = 1; number <= 100; ++number) page.push_back(row("a", number));
    window_.take(page, now_);
    EXPECT_EQ(window_.rows(), 64U);
    for (int sent = 0; sent < 64; ++sent) {
        ASSERT_EQ(send().size(), 1U);
        static_cast<void>(land({Verdict::kTaken}));
    }
    page.erase(page.begin(), page.begin() + 64);
    window_.take(std::move(page), now_);
    EXPECT_EQ(send(), Ids{"a-65"});
}

TEST_F(SendWindowTest, ABatchHasALimitOfBytesButForASingleRow) {
    Row large = row("a", 1);
    large.bytes = std::size_t{5} << 20;
    window_.take({large, row("b", 1)}, now_);
    EXPECT_EQ(send(), Ids{"a-1"});
    static_cast<void>(land({Verdict::kTaken}));
    EXPECT_EQ(send(), Ids{"b-1"});
}

TEST_F(SendWindowTest, ASlotThatIsGivenBackIsForgotten) {
    Row other = row("b", 1);
    other.key.slot = Slot{2};
    window_.take({row("a", 1), row("a", 2), other}, now_);
    static_cast<void>(send());
    EXPECT_TRUE(window_.in_flight(Slot{1}));
    static_cast<void>(land({Verdict::kLater, Verdict::kTaken}));
    EXPECT_FALSE(window_.in_flight(Slot{1}));
    window_.drop(Slot{1});
    EXPECT_EQ(window_.rows(), 0U);
    EXPECT_EQ(window_.fenced_lines(), 0U);
    EXPECT_FALSE(window_.due());
}

TEST_F(SendWindowTest, TheWindowSaysWhenItIsFull) {
    WindowLimits limits;
    limits.rows_max = 2;
    SendWindow few{limits, steady()};
    EXPECT_TRUE(few.has_room());
    EXPECT_EQ(few.take({row("a", 1), row("a", 2)}, now_), 2U);
    EXPECT_FALSE(few.has_room());
    limits = {};
    limits.bytes_max = 100;
    SendWindow small{limits, steady()};
    small.take({row("a", 1)}, now_);
    EXPECT_FALSE(small.has_room());
    limits = {};
    limits.batch_rows_max = 2;
    SendWindow busy{limits, steady()};
    busy.take({row("a", 1), row("b", 1)}, now_);
    EXPECT_FALSE(busy.has_room()) << "the next batch is full already";
}

TEST_F(SendWindowTest, ANewEpochFollowsTheOldOne) {
    Row next = row("a", 1);
    next.key.place.epoch = Epoch{2};
    next.event.id = "a;2-1";
    window_.take({row("a", 7), next}, now_);
    EXPECT_EQ(send(), Ids{"a-7"});
    static_cast<void>(land({Verdict::kTaken}));
    EXPECT_EQ(send(), Ids{"a;2-1"});
}

}  // namespace
}  // namespace sluice::outbox
