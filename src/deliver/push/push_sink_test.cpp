#include "deliver/push/push_sink.hpp"

#include "deliver/push/push_fixture.hpp"
#include "event/base64.hpp"
#include "event/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sys/resource.h>

namespace sluice::deliver::push {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using dispatch::FailureKind;

TEST_F(PushTest, AnEventIsOneRequestWithItsAttributesInHeaders) {
    receive([](const Got&) { return answer(204); });
    open();
    Runs runs;
    runs.add("o 17", 5, 1, 3);
    const auto outcome = sink_->deliver(runs.all()).front();
    EXPECT_EQ(outcome.handled, 1U);
    EXPECT_FALSE(outcome.failure);
    const Got got = receiver_->got().at(0);
    EXPECT_EQ(got.line, "POST /events?key=1 HTTP/1.1");
    EXPECT_EQ(got.body, R"({"n": 5})");
    const std::map<std::string, std::string> expected{
        {"host", fmt::format("127.0.0.1:{}", receiver_->port())},
        {"ce-specversion", "1.0"},
        {"ce-id", "o%2017-5"},
        {"ce-source", "/orders"},
        {"ce-type", "order.placed"},
        {"ce-subject", "o%2017"},
        {"ce-subjectposition", "5"},
        {"content-type", "application/json"},
        {"content-length", "8"},
        {"user-agent", "sluice"},
        {"sluice-domain", "shop"},
        {"sluice-subscription", "billing"},
        {"sluice-position", "5"},
        {"sluice-attempt", "3"},
        {"webhook-id", webhook_id({"/orders", "o 17-5"})},
        {"webhook-timestamp", "1614265330"}};
    EXPECT_EQ(got.headers, expected);
}

TEST_F(PushTest, EventsOfASubjectGoOneAfterAnotherAndOnlyTheFirstHasItsAttempt) {
    receive([](const Got&) { return answer(200); });
    open();
    Runs runs;
    runs.add("s", 1, 20, 4);
    EXPECT_EQ(sink_->deliver(runs.all()).front().handled, 20U);
    std::uint64_t position = 0;
    for (const Got& got : receiver_->got()) {
        EXPECT_EQ(got.header("sluice-position"), fmt::to_string(++position));
        EXPECT_EQ(got.header("sluice-attempt"), position == 1 ? "4" : "1");
    }
    EXPECT_EQ(position, 20U);
    EXPECT_EQ(receiver_->most_at_once(), 1U);
    EXPECT_EQ(receiver_->connections(), 1U) << "the connection is kept";
}

TEST_F(PushTest, SubjectsGoAtOnceOverAsManyConnectionsAsThereMayBe) {
    receive([this](const Got&) {
        while (receiver_->most_at_once() < 8) std::this_thread::yield();
        return answer(200);
    });
    PushOptions options = options_for(receiver_->port());
    options.courier.connections_max = 8;
    open(std::move(options));
    Runs runs;
    for (int s = 0; s < 100; ++s) runs.add(fmt::format("s{}", s), 1, 3);
    for (const auto& outcome : sink_->deliver(runs.all())) EXPECT_EQ(outcome.handled, 3U);
    EXPECT_EQ(receiver_->connections(), 8U);
    EXPECT_EQ(receiver_->got().size(), 300U);
}

TEST_F(PushTest, AFailureEndsItsOwnRunOnly) {
    receive([](const Got& got) {
        if (got.header("ce-id") == "a-2") return answer(422, "Content-Type: text/plain\r\n", "no");
        if (got.header("ce-id") == "b-1") return answer(500, "Retry-After: 7\r\n");
        return answer(200);
    });
    open();
    Runs runs;
    runs.add("a", 1, 3).add("b", 1, 1).add("c", 1, 2);
    const auto outcomes = sink_->deliver(runs.all());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[0].failure->reason, "the receiver answered 422: no");
    EXPECT_EQ(outcomes[1].handled, 0U);
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kRetry);
    EXPECT_EQ(outcomes[1].failure->after, Milliseconds{7'000});
    EXPECT_EQ(outcomes[2].handled, 2U);
    EXPECT_EQ(sink_->probe().failed, 2U);
    std::map<std::string, double, std::less<>> figures;
    for (const Figure& one : sink_->figures()) {
        figures[fmt::format("{} {}", one.name, one.result)] = one.value;
    }
    EXPECT_EQ(figures.at("sluice_push_requests_total taken"), 3);
    EXPECT_EQ(figures.at("sluice_push_requests_total failed"), 2);
    EXPECT_EQ(figures.at("sluice_push_requests_total lost"), 0);
    EXPECT_EQ(figures.at("sluice_push_runs "), 0);
    EXPECT_EQ(figures.at("sluice_push_resting "), 0);
}

TEST_F(PushTest, StructuredIsOneEventAsJson) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    options.mode = Mode::kStructured;
    open(std::move(options));
    EXPECT_EQ(deliver_one(2).handled, 2U);
    const auto read = event::parse_json(receiver_->got().at(1).body, {});
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->id, "s-2");
    EXPECT_EQ(read->extension("subjectposition"), "2");
    EXPECT_EQ(receiver_->got().at(1).header("sluice-position"), "2");
}

TEST_F(PushTest, ABatchIsTheEventsOfARunWithinItsBytes) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    options.mode = Mode::kBatch;
    options.batch_bytes_max = 40;
    open(std::move(options));
    EXPECT_EQ(deliver_one(9).handled, 9U);  // 8 bytes of data each
    std::vector<std::size_t> sizes;
    for (const Got& got : receiver_->got()) {
        const auto read = event::parse_json_batch(got.body, {});
        ASSERT_TRUE(read.has_value()) << read.error().message;
        sizes.push_back(read->size());
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 4}));
    EXPECT_EQ(receiver_->got().at(1).header("sluice-position"), "6");
}

TEST_F(PushTest, OfABatchThatIsRefusedEachEventGoesAloneToShowWhichItWas) {
    receive([](const Got& got) {
        return answer(got.body.find("\"s-3\"") == std::string::npos ? 200 : 422);
    });
    PushOptions options = options_for(receiver_->port());
    options.mode = Mode::kBatch;
    open(std::move(options));
    const auto outcome = deliver_one(5);
    EXPECT_EQ(outcome.handled, 2U);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kDead);
    EXPECT_EQ(receiver_->got().size(), 4U);  // all five, 1, 2, 3
}

TEST_F(PushTest, ABatchThatFailsForNowGoesAgainAsAWhole) {
    receive([](const Got&) { return answer(500); });
    PushOptions options = options_for(receiver_->port());
    options.mode = Mode::kBatch;
    open(std::move(options));
    const auto outcome = deliver_one(5);
    EXPECT_EQ(outcome.handled, 0U);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kRetry);
    EXPECT_EQ(receiver_->got().size(), 1U);
}

TEST_F(PushTest, RequestsAreSignedWithEverySecret) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    for (const char key : {'a', 'b'}) {
        options.secrets.push_back(
            Secret::parse("whsec_" + event::to_base64(std::string(24, key))).value()
        );
    }
    options.authorization = "Bearer t";
    const auto secrets = options.secrets;
    open(std::move(options));
    EXPECT_EQ(deliver_one().handled, 1U);
    const Got got = receiver_->got().at(0);
    EXPECT_EQ(
        got.header("webhook-signature"),
        signatures(secrets, got.header("webhook-id"), 1'614'265'330, got.body)
    );
    EXPECT_NE(got.header("webhook-signature").find(" v1,"), std::string::npos);
    EXPECT_EQ(got.header("authorization"), "Bearer t");
}

TEST_F(PushTest, WhatIsNoEventIsDeadAndNothingIsSentForIt) {
    receive([](const Got&) { return answer(200); });
    open();
    Runs runs;
    runs.add("a", 1, 3);
    runs.last_record().headers.push_back({"ce_subjectinvalid", "/amount: missing"});
    runs.add("b", 1, 1);
    runs.last_record().headers.clear();
    const auto outcomes = sink_->deliver(runs.all());
    EXPECT_EQ(outcomes[0].handled, 2U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[0].failure->reason, "/amount: missing");
    EXPECT_EQ(outcomes[1].handled, 0U);
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kDead);
    EXPECT_EQ(receiver_->got().size(), 2U);
    EXPECT_TRUE(sink_->deliver({}).empty());
}

TEST_F(PushTest, TypesChoose) {
    receive([](const Got&) { return answer(200); });
    PushOptions options = options_for(receiver_->port());
    EXPECT_TRUE(open(std::move(options)).wants("anything"));
    PushOptions chosen = options_for(receiver_->port());
    chosen.types = {"order.placed"};
    EXPECT_TRUE(open(std::move(chosen)).wants("order.placed"));
    EXPECT_FALSE(sink_->wants("order.cancelled"));
}

TEST_F(PushTest, ATrialIsForReceiversThatKnowIt) {
    receive([](const Got& got) {
        return answer(got.header("sluice-dry-run") == "true" ? 422 : 200);
    });
    open();
    Runs runs;
    runs.add("s", 1, 2);
    const auto refused = sink_->try_out(runs.all().front());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
    EXPECT_TRUE(receiver_->got().empty());
    PushOptions options = options_for(receiver_->port());
    options.dry_run = true;
    open(std::move(options));
    const auto tried = sink_->try_out(runs.all().front());
    ASSERT_TRUE(tried.has_value());
    EXPECT_EQ(tried->failure->kind, FailureKind::kDead);
    EXPECT_EQ(sink_->deliver(runs.all()).front().handled, 2U);
}

TEST_F(PushTest, AReceiverThatIsToAgreeIsAskedFirst) {
    std::atomic<bool> agrees{false};
    receive([&](const Got& got) {
        if (!got.line.starts_with("OPTIONS")) return answer(200);
        return answer(200, agrees ? "WebHook-Allowed-Origin: shop.example\r\n" : "Allow: POST\r\n");
    });
    PushOptions options = options_for(receiver_->port());
    options.consent = {"shop.example", 120, Milliseconds{20}};
    open(std::move(options));
    EXPECT_EQ(sink_->room(), 0U);
    EXPECT_TRUE(comes_true([&] { return !news().empty(); }));
    EXPECT_EQ(deliver_one().failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(deliver_one().failure->reason, "the receiver has not agreed to be sent events");
    agrees = true;
    for (int look = 0; look < 3'000 && sink_->room() == 0; ++look) {
        std::this_thread::sleep_for(Milliseconds{5});
    }
    EXPECT_EQ(deliver_one().handled, 1U);
    EXPECT_EQ(
        news().front(),
        "the receiver answered 200 without WebHook-Allowed-Origin: that is no consent"
    );
    EXPECT_TRUE(comes_true([&] { return news().back() == "the receiver agrees to be sent events"; })
    );
    const Got asked = receiver_->got().front();
    EXPECT_EQ(asked.line, "OPTIONS /events?key=1 HTTP/1.1");
    EXPECT_EQ(asked.header("webhook-request-origin"), "shop.example");
    EXPECT_EQ(asked.header("webhook-request-rate"), "120");
    EXPECT_EQ(receiver_->got().back().header("webhook-request-origin"), "shop.example");
}

TEST_F(PushTest, TheRateThatAReceiverAllowsIsKept) {
    receive([](const Got& got) {
        const bool asks = got.line.starts_with("OPTIONS");
        return answer(200, asks ? "WebHook-Allowed-Origin: *\r\nWebHook-Allowed-Rate: 1\r\n" : "");
    });
    PushOptions options = options_for(receiver_->port());
    options.consent.origin = "shop.example";
    open(std::move(options));
    for (int look = 0; look < 3'000 && sink_->room() == 0; ++look) {
        std::this_thread::sleep_for(Milliseconds{5});
    }
    const auto outcome = deliver_one(3);
    EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_GT(outcome.failure->after, Milliseconds{50'000});
    EXPECT_EQ(sink_->room(), 0U);
}

TEST_F(PushTest, ThousandsOfSubjectsAreWithTheReceiverAtOnce) {
#if defined(__SANITIZE_THREAD__)
    constexpr std::size_t kSubjects = 100;  // it slows two thousand threads down too much
#else
    constexpr std::size_t kSubjects = 2'000;
#endif
    constexpr rlim_t kFiles = 2 * kSubjects + 200;  // both ends are ours
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_max < kFiles) GTEST_SKIP() << "only " << files.rlim_max << " files may be open";
    files.rlim_cur = std::max(files.rlim_cur, kFiles);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    receive([this](const Got&) { return hold_back(); });
    PushOptions options = options_for(receiver_->port());
    options.courier.connections_max = kSubjects;
    options.courier.answer = Milliseconds{60'000};
    open(std::move(options));
    Runs runs;
    for (std::size_t s = 0; s < kSubjects; ++s) runs.add(fmt::format("s{}", s), 1, 1);
    std::vector<RunBegun> begun;
    for (const RunWork& run : runs.all()) begun.push_back({RunTicket{begun.size()}, run});
    sink_->begin(begun);
    for (int look = 0; look < 3'000 && receiver_->most_at_once() < kSubjects; ++look) {
        std::this_thread::sleep_for(Milliseconds{10});
    }
    EXPECT_EQ(receiver_->most_at_once(), kSubjects);
    let_go();
    std::size_t handled = 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (handled < kSubjects && std::chrono::steady_clock::now() < until) {
        sink_->wait(Milliseconds{100});
        for (const RunEnded& one : sink_->ended()) handled += one.outcome.handled;
    }
    EXPECT_EQ(handled, kSubjects);
}

}  // namespace
}  // namespace sluice::deliver::push
