#include "orchestrate/http_saga_port.hpp"

#include "deliver/push/receiver_fixture.hpp"
#include "orchestrate/keeper_fixture.hpp"
#include "orchestrate/saga_json.hpp"

#include <set>

namespace sluice::orchestrate::test {
namespace {

namespace push = deliver::push;
using push::test::Got;
using push::test::Reaction;
using push::test::Receiver;

TEST(SagaHttpAnswer, MeansDoneNoOrNotNow) {
    const saga::Key key{"c-1", "reserve", saga::Direction::kUndo};
    const auto verdict = [&](int status, std::string word = "") {
        return reply_of(key, {status, std::move(word)}, Instant{0}).verdict;
    };
    EXPECT_EQ(verdict(200), saga::Verdict::kDone);
    EXPECT_EQ(verdict(204), saga::Verdict::kDone);
    EXPECT_EQ(verdict(409), saga::Verdict::kRefused);
    EXPECT_EQ(verdict(422), saga::Verdict::kRefused);
    for (const int status : {301, 400, 401, 404, 408, 429, 500, 503}) {
        EXPECT_EQ(verdict(status), saga::Verdict::kLater) << status;
    }
    EXPECT_EQ(verdict(500, "done"), saga::Verdict::kDone) << "its word goes before its status";
    EXPECT_EQ(verdict(200, "dead"), saga::Verdict::kRefused);
    EXPECT_EQ(verdict(200, "retry"), saga::Verdict::kLater);

    push::Answer busy{503};
    busy.retry_after = "7";
    busy.content_type = "application/problem+json";
    busy.body = R"({"detail":"out of paper"})";
    const saga::Reply reply = reply_of(key, busy, Instant{0});
    EXPECT_EQ(reply.step, "reserve");
    EXPECT_EQ(reply.direction, saga::Direction::kUndo);
    EXPECT_EQ(reply.after, Milliseconds{7'000});
    EXPECT_EQ(reply.reason, "503: out of paper");
    EXPECT_EQ(reply_of(key, {500}, Instant{0}).reason, "500");
    push::Answer done{200};
    done.body = "{}";
    EXPECT_EQ(reply_of(key, done, Instant{0}).result, "{}");
}

saga::Definition posted_to(std::uint16_t port) {
    saga::Definition definition = saga::test::checkout();
    const auto post = [port](saga::CommandSpec& command) {
        command.via = saga::Via::kHttp;
        command.to = fmt::format("http://127.0.0.1:{}/{}", port, command.to);
        command.answer_within = Milliseconds{20'000};
        command.attempts_max = 50;
        command.wait_first = Milliseconds{1};
        command.wait_max = Milliseconds{5};
    };
    for (saga::StepSpec& step : definition.steps) {
        post(step.command);
        if (step.undo) post(*step.undo);
    }
    return definition;
}

HttpSagaPort::Options loopback() {
    return {push::AddressGuard{{push::IpRange::parse("127.0.0.0/8").value()}}};
}

/// A keeper whose services are a receiver on real sockets.
class HttpSagas {
public:
    explicit HttpSagas(Receiver::Act act) : services{std::move(act)} {
        const saga::Definition definition = posted_to(services.port());
        port = HttpSagaPort::open(loopback(), {definition}, clock).value();
        keeper = SagaKeeper::start({*log, clock, *port, SagaBook::make({definition}).value(), {}}
        ).value();
        port->connect(*keeper);
    }

    ~HttpSagas() {
        keeper->stop();
        port->disconnect();
    }

    HttpSagas(const HttpSagas&) = delete;

    saga::Instance run(const std::string& id) {
        EXPECT_TRUE(keeper->bring(BeginSaga{"checkout", id, "m-1", R"({"sku":"x"})"}).has_value());
        return keeper->await_end(id, kLong).value();
    }

    log::test::ScratchDirectory scratch;
    SystemClock clock;
    std::unique_ptr<log::EmbeddedLog> log{
        log::test::open_or_fail(log::test::test_options(scratch.path()))};
    Receiver services;
    std::unique_ptr<HttpSagaPort> port;
    std::unique_ptr<SagaKeeper> keeper;
};

TEST(HttpSagaPort, PostsCommandsWithTheirKeys) {
    HttpSagas sagas{[](const Got&) {
        return push::test::answer(200, "Content-Type: application/json\r\n", R"({"ok":1})");
    }};
    const saga::Instance ended = sagas.run("c-1");
    EXPECT_EQ(ended.phase, saga::Phase::kDone);
    EXPECT_EQ(ended.steps[0].result, R"({"ok":1})");
    const std::vector<Got> got = sagas.services.got();
    ASSERT_EQ(got.size(), 4U);
    EXPECT_EQ(got[1].line, "POST /redeem.wanted HTTP/1.1");
    EXPECT_EQ(got[1].header("idempotency-key"), "c-1/redeem/do");
    const Json body = Json::parse(got[1].body);
    EXPECT_EQ(body["input"]["sku"], "x");
    EXPECT_EQ(body["results"]["reserve"]["ok"], 1);
}

TEST(HttpSagaPort, ARefusalTurnsItRound) {
    HttpSagas sagas{[](const Got& got) {
        const bool no = got.header("idempotency-key").ends_with("authorize/do");
        return push::test::answer(no ? 409 : 200, "", no ? "card declined" : "");
    }};
    const saga::Instance ended = sagas.run("c-1");
    EXPECT_EQ(ended.phase, saga::Phase::kCompensated);
    EXPECT_EQ(ended.reason, "409: card declined");
    EXPECT_EQ(sagas.services.got().back().header("idempotency-key"), "c-1/reserve/undo");
}

TEST(HttpSagaPort, WhatFailsIsPostedAgainWithTheSameKey) {
    std::atomic<int> calls{0};
    HttpSagas sagas{[&](const Got&) -> Reaction {
        const int call = ++calls;
        if (call % 3 == 1) return push::test::answer(503);
        if (call % 3 == 2) return {"", Reaction::Then::kReset};
        return push::test::answer(200);
    }};
    EXPECT_EQ(sagas.run("c-1").phase, saga::Phase::kDone);
    std::multiset<std::string> keys;
    for (const Got& got : sagas.services.got()) keys.insert(got.header("idempotency-key"));
    for (const char* step : {"reserve", "redeem", "authorize", "place"}) {
        EXPECT_GE(keys.count(fmt::format("c-1/{}/do", step)), 3U) << step;
    }
}

TEST(HttpSagaPort, WhereNothingMayBePostedItDoesNotOpen) {
    const SystemClock clock;
    const auto closed = HttpSagaPort::open({}, {posted_to(80)}, clock);
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().code, ErrorCode::kBadConfig);
    EXPECT_TRUE(closed.error().message.starts_with("saga checkout, step reserve: "))
        << closed.error().message;
    saga::Definition bad = posted_to(80);
    bad.steps[1].undo->to = "http://";
    EXPECT_FALSE(HttpSagaPort::open(loopback(), {bad}, clock).has_value());
    EXPECT_TRUE(HttpSagaPort::open({}, {saga::test::checkout()}, clock).has_value())
        << "of events it knows nothing";
}

}  // namespace
}  // namespace sluice::orchestrate::test
