#include "http/server.hpp"

#include "http/client.hpp"
#include "http/raw_connection.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sluice::http {
namespace {

using test::RawConnection;

Request get_request(std::string path) {
    return Request{"GET", std::move(path), {}, {}, {}};
}

class ServerTest : public testing::Test {
protected:
    void SetUp() override {
        server_.handle("GET", "/v1/status", [](const Request&) {
            return Response{200, "application/json", "{}"};
        });
        server_.handle("GET", "/v1/why/", [](const Request& request) {
            return Response{
                200,
                "text/plain",
                request.path.substr(8) + "|" + std::string{request.parameter("n")}};
        });
        server_.handle("POST", "/v1/echo", [this](const Request& request) {
            ++echoed_;
            return Response{201, request.content_type, request.body, {{"X-Test", "yes"}}};
        });
        server_.handle("GET", "/v1/header", [](const Request& request) {
            return Response{200, "text/plain", std::string{request.header("TraceParent")}};
        });
        server_.handle("GET", "/v1/bug", [](const Request&) -> Response {
            throw std::runtime_error{"a bug of ours"};
        });
        ASSERT_TRUE(server_.start());
    }

    [[nodiscard]] Client client() const { return Client{"127.0.0.1", server_.port()}; }

    /// A request as it goes over the wire; the answer as it comes.
    [[nodiscard]] std::string raw(std::string_view bytes) const {
        RawConnection connection{server_.port()};
        connection.send(bytes);
        return connection.read_answer();
    }

    std::atomic<int> echoed_{0};
    std::vector<std::string> failures_;
    Server server_{ServerOptions{
        .on_failure = [this](std::string_view what) { failures_.emplace_back(what); }}};
};

/// The problem in an answer's body, once its status line and type are as they should be.
nlohmann::json problem_in(const std::string& answer, int status) {
    EXPECT_EQ(answer.rfind(fmt::format("HTTP/1.1 {} ", status), 0), 0U) << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos)
        << answer;
    const std::size_t body = answer.find("\r\n\r\n");
    auto parsed = nlohmann::json::parse(answer.substr(body), nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << answer;
    EXPECT_EQ(parsed.value("status", 0), status) << answer;
    EXPECT_FALSE(parsed.value("detail", "").empty()) << answer;
    return parsed;
}

TEST_F(ServerTest, APathAndItsParametersAreDecoded) {
    EXPECT_EQ(client().send(get_request("/v1/status")).value().body, "{}");
    Request why = get_request("/v1/why/order%2017");
    why.query["n"] = "a b&c=\xC3\xA4";
    EXPECT_EQ(client().send(why).value().body, "order 17|a b&c=\xC3\xA4");
    EXPECT_EQ(client().send(get_request("/v1/why/a%2Fb?n=1&n=2")).value().body, "a/b|2");
}

TEST_F(ServerTest, ABodyPassesByteForByte) {
    const std::string bytes{"\0\r\n\xFF{}", 6};
    for (const std::string& body : {std::string{}, bytes, std::string(1U << 20, 'x')}) {
        const Response answer =
            client().send({"POST", "/v1/echo", {}, "application/x-test", body}).value();
        EXPECT_EQ(answer.status, 201);
        EXPECT_EQ(answer.body, body);
        EXPECT_EQ(answer.content_type, "application/x-test");
    }
}

TEST_F(ServerTest, EveryAnswerMayNotBeKeptOrGuessedAt) {
    for (const char* path : {"/v1/status", "/nothing", "/v1/bug"}) {
        const std::string answer = raw(fmt::format("GET {} HTTP/1.1\r\n\r\n", path));
        EXPECT_NE(answer.find("Cache-Control: no-store\r\n"), std::string::npos) << answer;
        EXPECT_NE(answer.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos) << answer;
    }
}

TEST_F(ServerTest, AHandlersHeadersAreSent) {
    const std::string answer = raw("POST /v1/echo HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_NE(answer.find("X-Test: yes\r\n"), std::string::npos) << answer;
}

TEST_F(ServerTest, ACallersHeadersArriveAndAHandlersComeBackInAnyLetters) {
    Request asked = get_request("/v1/header");
    asked.headers["traceparent"] = "00-1-2-01";
    EXPECT_EQ(client().send(asked).value().body, "00-1-2-01");
    EXPECT_EQ(client().send(get_request("/v1/header")).value().body, "");
    const Response echoed = client().exchange({"POST", "/v1/echo", {}, "a/b", "x"}).value();
    EXPECT_EQ(echoed.headers.at("x-test"), "yes");
}

TEST_F(ServerTest, AnExchangeGivesTheAnswerWhateverItsStatus) {
    EXPECT_EQ(client().exchange(get_request("/nothing")).value().status, 404);
    EXPECT_EQ(client().exchange(get_request("/v1/bug")).value().status, 500);
    server_.stop();
    EXPECT_EQ(client().exchange(get_request("/nothing")).error().code, ErrorCode::kUnavailable);
}

TEST_F(ServerTest, EveryMethodOfAnUnknownPathIsNotFound) {
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        problem_in(raw(fmt::format("{} /nothing HTTP/1.1\r\n\r\n", method)), 404);
    }
}

TEST_F(ServerTest, AnotherMethodIsNotAllowedAndNamesThoseThatAre) {
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
        const std::string answer = raw(fmt::format("{} /v1/status HTTP/1.1\r\n\r\n", method));
        const auto problem = problem_in(answer, 405);
        EXPECT_NE(answer.find("Allow: GET, HEAD, OPTIONS\r\n"), std::string::npos) << answer;
        EXPECT_NE(problem["detail"].get<std::string>().find(method), std::string::npos);
    }
}

TEST_F(ServerTest, HeadIsAsGetWithoutTheBody) {
    const std::string answer = raw("HEAD /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 ", 0), 0U) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(ServerTest, WhatIsNoRequestIsAProblem) {
    const std::string long_path(9'000, 'a');
    problem_in(raw("nonsense\r\n\r\n"), 400);
    problem_in(raw("FETCH /v1/status HTTP/1.1\r\n\r\n"), 400);
    problem_in(raw(fmt::format("GET /{} HTTP/1.1\r\n\r\n", long_path)), 414);
    problem_in(raw(fmt::format("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", long_path)), 400);
}

TEST_F(ServerTest, ABodyThatEndsEarlyReachesNoHandler) {
    RawConnection connection{server_.port()};
    connection.send("POST /v1/echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
    connection.finish();
    EXPECT_EQ(connection.read_answer(), "");
    EXPECT_EQ(echoed_, 0);
    EXPECT_TRUE(client().send(get_request("/v1/status")));
}

TEST_F(ServerTest, AnExceptionIsAProblemWithoutItsText) {
    const auto problem = problem_in(raw("GET /v1/bug HTTP/1.1\r\n\r\n"), 500);
    EXPECT_EQ(problem["detail"], "internal error; the daemon's log says more");
    EXPECT_EQ(failures_, std::vector<std::string>{"a bug of ours"});
    EXPECT_TRUE(client().send(get_request("/v1/status")));
}

TEST_F(ServerTest, ARefusalArrivesAsTheErrorThatItWas) {
    const auto missing = client().send(get_request("/v1/nothing"));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error(), (Error{ErrorCode::kNotFound, "no such resource: /v1/nothing"}));
    const auto refused = client().send({"POST", "/v1/status", {}, "text/plain", "x"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().message, "/v1/status takes no POST; it takes: GET, HEAD, OPTIONS");
}

TEST_F(ServerTest, ASecondServerOnThePortIsRefusedByName) {
    Server second{ServerOptions{.port = server_.port()}};
    const Status refused = second.start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(
        refused.error().message,
        fmt::format(
            "cannot listen on 127.0.0.1:{}: another process is there; stop it, or choose another "
            "port",
            server_.port()
        )
    );
}

TEST_F(ServerTest, AfterAStopNobodyAnswersAndTheClientSaysWhere) {
    server_.stop();
    server_.stop();
    const auto gone = client().send(get_request("/v1/status"));
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(
        gone.error().message.find(fmt::format("no answer from 127.0.0.1:{}", server_.port())),
        std::string::npos
    );
}

TEST(Server, ListensOnLoopbackOnly) {
    for (const char* host : {"127.0.0.1", "127.9.8.7", "::1", "localhost"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (const char* host :
         {"0.0.0.0",
          "::",
          "192.0.2.1",
          "128.0.0.1",
          "127.example.com",
          "127.0.0.1.example.com",
          "127.1",
          ""}) {
        const Status refused = Server{ServerOptions{.host = host}}.start();
        ASSERT_FALSE(refused) << host;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(refused.error().message.find("loopback"), std::string::npos);
        EXPECT_NE(refused.error().message.find("127.0.0.1"), std::string::npos);
    }
}

TEST(Server, AStopLetsARequestInFlightEnd) {
    std::latch entered{1};
    std::latch stopping{1};
    Server server{ServerOptions{}};
    server.handle("GET", "/slow", [&](const Request&) {
        entered.count_down();
        stopping.wait();
        return Response{200, "text/plain", "done"};
    });
    ASSERT_TRUE(server.start());
    RawConnection connection{server.port()};
    connection.send("GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n");
    entered.wait();
    std::jthread stopper{[&server] { server.stop(); }};
    stopping.count_down();
    EXPECT_TRUE(connection.read_answer().ends_with("done"));
}

TEST(Server, AnswersSeveralAtOnce) {
    constexpr int kCallers = 4;
    std::latch together{kCallers};  // none is answered before all are being answered
    Server server{ServerOptions{.threads = kCallers}};
    server.handle("GET", "/x", [&together](const Request&) {
        together.arrive_and_wait();
        return Response{200, "text/plain", "x"};
    });
    ASSERT_TRUE(server.start());
    std::vector<std::jthread> callers;
    callers.reserve(kCallers);
    for (int caller = 0; caller < kCallers; ++caller) {
        callers.emplace_back([&server] {
            EXPECT_EQ(Client("127.0.0.1", server.port()).send(get_request("/x")).value().body, "x");
        });
    }
}

}  // namespace
}  // namespace sluice::http
