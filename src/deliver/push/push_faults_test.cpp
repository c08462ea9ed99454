// Receivers on bad days, on real sockets.

#include "deliver/push/push_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::push {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using dispatch::FailureKind;
using dispatch::RunOutcome;
using Then = Reaction::Then;

void expect_lost(const RunOutcome& outcome, std::string_view words) {
    EXPECT_EQ(outcome.handled, 0U);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kRetry);
    EXPECT_EQ(outcome.failure->error_class, "no-answer");
    EXPECT_NE(outcome.failure->reason.find(words), std::string::npos) << outcome.failure->reason;
}

void expect_not_tried(const RunOutcome& outcome, std::string_view words) {
    EXPECT_EQ(outcome.handled, 0U);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_NE(outcome.failure->reason.find(words), std::string::npos) << outcome.failure->reason;
}

TEST_F(PushTest, WhoeverCannotBeReachedIsLeftAloneAndFoundWhenTheyAreBack) {
    receive([](const Got&) { return answer(200); });
    const std::uint16_t port = receiver_->port();
    receiver_->stop();
    open(options_for(port));
    expect_not_tried(deliver_one(), "127.0.0.1: Connection refused");
    EXPECT_EQ(sink_->probe().not_sent, 1U);
    EXPECT_TRUE(comes_true([&] { return news().size() == 1; }));
    EXPECT_TRUE(comes_true([&] { return sink_->room() == PaceOptions{}.trials; }));
    expect_not_tried(deliver_one(), "Connection refused");
    EXPECT_EQ(news().size(), 1U) << "told once";
}

TEST_F(PushTest, AnAnswerOfAnyKindMeansThatTheyAreBack) {
    std::atomic<bool> closes{true};
    receive([&](const Got&) { return closes ? Reaction{"", Then::kReset} : answer(500); });
    open();
    closes = false;
    EXPECT_EQ(deliver_one().failure->error_class, "status");
    EXPECT_GT(sink_->room(), 4U);
    EXPECT_TRUE(news().empty());
}

TEST_F(PushTest, AResetOrAHalfAnswerIsAnAttempt) {
    const std::string large_head = "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
    const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    const std::vector<std::pair<Reaction, std::string_view>> rows{
        {{"", Then::kReset}, "the connection broke: "},
        {{"", Then::kClose}, "closed the connection without an answer"},
        {{"HTTP/1.1 200 OK\r\nContent-Le", Then::kClose}, "in the middle of its answer"},
        {{half, Then::kClose}, "in the middle of its answer"},
        {{half, Then::kReset}, ""},
        {{"SSH-2.0-OpenSSH_9.2\r\n\r\n", Then::kNext}, "the connection broke: "},
        {{large_head, Then::kNext}, "the connection broke: "}};
    std::atomic<std::size_t> turn{0};
    receive([&](const Got&) { return rows[turn].first; });
    open();
    for (; turn < rows.size(); ++turn) expect_lost(deliver_one(), rows[turn].second);
    EXPECT_EQ(sink_->probe().lost, rows.size());
}

TEST_F(PushTest, WhoNeverAnswersIsNotWaitedForForEver) {
    receive([this](const Got&) { return hold_back(); });
    PushOptions options = options_for(receiver_->port());
    options.courier.answer = Milliseconds{100};
    open(std::move(options));
    expect_lost(deliver_one(), "no whole answer within 100 ms");
    let_go();
}

TEST_F(PushTest, WhoDripsAnAnswerIsNotWaitedForForEver) {
    receive([](const Got&) {
        return Reaction{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", Then::kNext};
    });
    PushOptions options = options_for(receiver_->port());
    options.courier.answer = Milliseconds{100};
    open(std::move(options));
    expect_lost(deliver_one(), "no whole answer within 100 ms");
}

TEST_F(PushTest, WhoDoesNotReadIsNotWaitedForForEver) {
    receive([](const Got&) { return answer(200); });
    receiver_->reads = false;
    PushOptions options = options_for(receiver_->port());
    options.courier.answer = Milliseconds{200};
    options.limits.event_bytes_max = 32U << 20;
    open(std::move(options));
    Runs runs;
    runs.data = "\"" + std::string(16U << 20, 'x') + "\"";
    runs.add("s", 1, 1);
    expect_lost(sink_->deliver(runs.all()).front(), "no whole answer within 200 ms");
}

TEST_F(PushTest, AKeptConnectionThatWasClosedMeanwhileIsNoAttempt) {
    std::atomic<int> requests{0};
    receive([&](const Got&) {
        Reaction reaction = answer(200);
        reaction.then = ++requests % 2 == 1 ? Then::kClose : Then::kNext;
        return reaction;
    });
    open();
    for (int round = 0; round < 6; ++round) {
        EXPECT_EQ(deliver_one().handled, 1U) << round;
        std::this_thread::sleep_for(Milliseconds{10});  // the end of the connection arrives
    }
    EXPECT_EQ(requests, 6);
    EXPECT_EQ(receiver_->connections(), 4U);
}

TEST_F(PushTest, AConnectionThatIsNotToBeKeptIsNot) {
    receive([](const Got&) { return answer(200, "Connection: close\r\n"); });
    open();
    EXPECT_EQ(deliver_one(5).handled, 5U);
    EXPECT_EQ(receiver_->connections(), 5U);
}

TEST_F(PushTest, RedirectsAreNotFollowed) {
    Receiver elsewhere{[](const Got&) { return answer(200); }};
    receive([&](const Got&) {
        return answer(302, fmt::format("Location: http://127.0.0.1:{}/\r\n", elsewhere.port()));
    });
    open();
    const RunOutcome outcome = deliver_one();
    EXPECT_EQ(outcome.failure->kind, FailureKind::kRetry);
    EXPECT_EQ(outcome.failure->error_class, "status");
    EXPECT_TRUE(elsewhere.got().empty());
}

TEST_F(PushTest, ABusyReceiverIsLeftAloneAsLongAsItAsks) {
    receive([](const Got&) { return answer(429, "Retry-After: 60\r\n"); });
    PushOptions options = options_for(receiver_->port());
    options.courier.connections_max = 1;
    open(std::move(options));
    Runs runs;
    for (int s = 0; s < 20; ++s) runs.add(fmt::format("s{}", s), 1, 1);
    for (const RunOutcome& outcome : sink_->deliver(runs.all())) {
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    }
    EXPECT_EQ(receiver_->got().size(), 1U) << "what waited in line was not sent either";
    EXPECT_EQ(sink_->room(), 0U);
    EXPECT_EQ(sink_->probe().busy, 1U);
}

TEST_F(PushTest, WhoWantsNothingMoreGetsNothingMoreAndItIsToldOnce) {
    receive([](const Got&) { return answer(410); });
    open();
    expect_not_tried(deliver_one(3), "the receiver answered 410");
    EXPECT_EQ(sink_->refused_for_good(), "the receiver answered 410");
    EXPECT_EQ(sink_->refused_for_good(), std::nullopt);
    EXPECT_EQ(receiver_->got().size(), 1U);
    EXPECT_TRUE(comes_true([&] { return news().size() == 1; }));
}

TEST_F(PushTest, AnAnswerThatIsTooLongCountsByItsStatus) {
    receive([](const Got&) { return answer(200, "", std::string(1U << 20, 'x')); });
    open();
    EXPECT_EQ(deliver_one(2).handled, 2U);
    EXPECT_EQ(receiver_->connections(), 2U) << "what is left of it is not read";
}

TEST_F(PushTest, InterimAnswersAreNotTheAnswer) {
    receive([](const Got&) {
        Reaction reaction = answer(200);
        reaction.bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" +
                         reaction.bytes;
        return reaction;
    });
    open();
    EXPECT_EQ(deliver_one(3).handled, 3U);
    EXPECT_EQ(receiver_->connections(), 1U);
}

TEST_F(PushTest, MoreThanWasAskedForIsNotTakenForTheNextAnswer) {
    receive([](const Got&) {
        Reaction reaction = answer(200);
        reaction.bytes += answer(410).bytes;
        return reaction;
    });
    open();
    EXPECT_EQ(deliver_one(3).handled, 3U);
    EXPECT_EQ(sink_->refused_for_good(), std::nullopt);
}

TEST_F(PushTest, WhatIsGivenUpEndsSoonAndIsNoAttempt) {
    receive([this](const Got&) { return hold_back(); });
    open();
    Runs runs;
    for (int s = 0; s < 100; ++s) runs.add(fmt::format("s{}", s), 1, 2);
    std::vector<RunBegun> begun;
    for (const RunWork& run : runs.all()) begun.push_back({RunTicket{begun.size()}, run});
    sink_->begin(begun);
    EXPECT_TRUE(comes_true([&] { return receiver_->most_at_once() == 32; }));
    sink_->abandon();
    std::vector<RunEnded> ended;
    EXPECT_TRUE(comes_true([&] {
        for (RunEnded& one : sink_->ended()) ended.push_back(std::move(one));
        return ended.size() == 100;
    }));
    for (const RunEnded& one : ended) expect_not_tried(one.outcome, "");
    let_go();
    EXPECT_EQ(deliver_one(2).handled, 2U) << "it goes on afterwards";
}

TEST_F(PushTest, ADrainEndsWithTheEventThatIsUnderWay) {
    receive([this](const Got&) { return hold_back(); });
    PushOptions options = options_for(receiver_->port());
    options.courier.connections_max = 1;
    open(std::move(options));
    Runs runs;
    runs.add("a", 1, 3).add("b", 1, 1);
    std::vector<RunBegun> begun;
    for (const RunWork& run : runs.all()) begun.push_back({RunTicket{begun.size()}, run});
    sink_->begin(begun);
    EXPECT_TRUE(comes_true([&] { return receiver_->most_at_once() == 1; }));
    sink_->drain();
    let_go();
    std::vector<RunEnded> ended;
    EXPECT_TRUE(comes_true([&] {
        for (RunEnded& one : sink_->ended()) ended.push_back(std::move(one));
        return ended.size() == 2;
    }));
    EXPECT_EQ(ended[0].outcome.handled, 1U);
    EXPECT_EQ(ended[0].outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(ended[1].outcome.handled, 0U);
    EXPECT_EQ(receiver_->got().size(), 1U);
    EXPECT_EQ(deliver_one(2).handled, 2U) << "it goes on afterwards";
}

TEST_F(PushTest, ASinkMayGoWhileRequestsAreUnderWay) {
    receive([this](const Got&) { return hold_back(); });
    open();
    Runs runs;
    for (int s = 0; s < 50; ++s) runs.add(fmt::format("s{}", s), 1, 2);
    std::vector<RunBegun> begun;
    for (const RunWork& run : runs.all()) begun.push_back({RunTicket{begun.size()}, run});
    sink_->begin(begun);
    EXPECT_TRUE(comes_true([&] { return receiver_->most_at_once() > 0; }));
    sink_.reset();
    let_go();
}

TEST_F(PushTest, AddressesThatAreNotPublicAreNotConnectedTo) {
    receive([](const Got&) { return answer(200); });
    for (const char* host :
         {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "::1", "::ffff:127.0.0.1"}) {
        PushOptions options = options_for(receiver_->port());
        options.courier.target.host = host;
        options.courier.guard = AddressGuard{};
        open(std::move(options));
        const RunOutcome outcome = deliver_one();
        expect_not_tried(outcome, "push: {allow: [");
        expect_not_tried(outcome, "(loopback)");
    }
    EXPECT_EQ(receiver_->connections(), 0U);
}

TEST_F(PushTest, ANameWhoseAddressIsAllowedIsConnectedTo) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    options.courier.target.host = "localhost";
    open(std::move(options));
    EXPECT_EQ(deliver_one().handled, 1U);
    EXPECT_EQ(
        receiver_->got().at(0).header("host"), fmt::format("localhost:{}", receiver_->port())
    );
}

TEST_F(PushTest, ANameThatNobodyKnowsIsNobodyReached) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    options.courier.target.host = "no-such-host.invalid";
    open(std::move(options));
    expect_not_tried(deliver_one(), "no-such-host.invalid: ");
}

TEST_F(PushTest, AReceiverThatSpeaksNoTlsIsNobodyReached) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    options.courier.target.tls = true;
    options.courier.connect = Milliseconds{500};
    open(std::move(options));
    expect_not_tried(deliver_one(), "TLS: ");
}

TEST(PushSinkOpen, AFileOfAuthoritiesThatIsNoneIsRefused) {
    PushOptions options = options_for(1);
    options.courier.ca_file = "/nowhere/ca.pem";
    const FixedTime clock;
    const auto opened = PushSink::open(std::move(options), clock);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(opened.error().message.find("/nowhere/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace sluice::deliver::push
