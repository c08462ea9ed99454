#include "http/client.hpp"
#include "http/message.hpp"
#include "http/metrics.hpp"
#include "http/server.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace sluice::http {
namespace {

Request get(std::string path) {
    return Request{"GET", std::move(path), {}, {}, {}};
}

TEST(Problem, RoundTripsEveryCode) {
    for (const ErrorCode code :
         {ErrorCode::kInvalidArgument,
          ErrorCode::kInvalidEvent,
          ErrorCode::kTooLarge,
          ErrorCode::kNotFound,
          ErrorCode::kAlreadyExists,
          ErrorCode::kConflict,
          ErrorCode::kUnavailable,
          ErrorCode::kFenced,
          ErrorCode::kFull,
          ErrorCode::kCorrupt,
          ErrorCode::kIo,
          ErrorCode::kBadConfig,
          ErrorCode::kCancelled,
          ErrorCode::kUnsupported}) {
        const Error error{code, "what, where, what to do"};
        const Response response = problem(error);
        EXPECT_GE(response.status, 400);
        EXPECT_EQ(response.content_type, "application/problem+json");
        EXPECT_EQ(error_of(response), error);
    }
}

TEST(Problem, SaysWhatAForeignAnswerWas) {
    const Error error = error_of(Response{502, "text/html", "<h1>Bad Gateway</h1>"});
    EXPECT_EQ(error.code, ErrorCode::kUnavailable);
    EXPECT_NE(error.message.find("502"), std::string::npos);
}

TEST(Problem, ReplacesBytesThatAreNoUtf8) {
    EXPECT_NE(problem(Error{ErrorCode::kIo, "bad \xFF byte"}).body.find("bad"), std::string::npos);
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
        server_.handle("POST", "/v1/echo", [](const Request& request) {
            return Response{201, request.content_type, request.body};
        });
        ASSERT_TRUE(server_.start());
    }

    [[nodiscard]] Client client() const { return Client{"127.0.0.1", server_.port()}; }

    Server server_{ServerOptions{.body_bytes_max = 1'000}};
};

TEST_F(ServerTest, AnswersAPathAndAPrefix) {
    EXPECT_EQ(client().send(get("/v1/status")).value().body, "{}");
    Request why = get("/v1/why/order%2017");
    why.query["n"] = "a b&c";
    EXPECT_EQ(client().send(why).value().body, "order 17|a b&c");
}

TEST_F(ServerTest, EchoesBodies) {
    const Request post{"POST", "/v1/echo", {}, "application/x-test", std::string(900, 'x')};
    const Response answer = client().send(post).value();
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body.size(), 900U);
    EXPECT_EQ(answer.content_type, "application/x-test");
}

TEST_F(ServerTest, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(client().send(get("/v1/nothing")).error().code, ErrorCode::kNotFound);
    const Request wrong_method{"POST", "/v1/status", {}, "text/plain", "x"};
    EXPECT_EQ(client().send(wrong_method).error().code, ErrorCode::kInvalidArgument);
    const Request large{"POST", "/v1/echo", {}, "text/plain", std::string(2'000, 'x')};
    EXPECT_FALSE(client().send(large).has_value());
}

TEST_F(ServerTest, ASecondServerOnThePortIsRefused) {
    Server second{ServerOptions{.port = server_.port()}};
    EXPECT_EQ(second.start().error().code, ErrorCode::kUnavailable);
}

TEST_F(ServerTest, StopsTwice) {
    server_.stop();
    server_.stop();
    EXPECT_EQ(client().send(get("/v1/status")).error().code, ErrorCode::kUnavailable);
}

TEST(Server, ListensOnLoopbackOnly) {
    Server open{ServerOptions{.host = "0.0.0.0"}};
    const Status refused = open.start();
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("loopback"), std::string::npos);
}

TEST(Server, AnswersSeveralAtOnce) {
    Server server{ServerOptions{}};
    server.handle("GET", "/x", [](const Request&) { return Response{200, "text/plain", "x"}; });
    ASSERT_TRUE(server.start());
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&server] {
            for (int round = 0; round < 10; ++round) {
                EXPECT_EQ(Client("127.0.0.1", server.port()).send(get("/x")).value().body, "x");
            }
        });
    }
}

TEST(Metrics, AreInPrometheusTextFormat) {
    Metrics metrics;
    metrics.counter("sluice_released_total", "Events released.", 3, {{"domain", "order"}});
    metrics.counter("sluice_released_total", "Events released.", 4, {{"domain", "calendar"}});
    metrics.gauge("sluice_waiting", "Events that wait.", 2);
    metrics.histogram(
        "sluice_wal_fsync_seconds",
        "Syncs.",
        {{0.001, 5}, {std::numeric_limits<double>::infinity(), 1}},
        0.5
    );
    const Response response = metrics.response();
    EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    for (const char* line :
         {"# TYPE sluice_released_total counter",
          "sluice_released_total{domain=\"order\"} 3",
          "sluice_released_total{domain=\"calendar\"} 4",
          "sluice_waiting 2",
          "sluice_wal_fsync_seconds_bucket{le=\"0.001\"} 5",
          "sluice_wal_fsync_seconds_bucket{le=\"+Inf\"} 6",
          "sluice_wal_fsync_seconds_count 6"}) {
        EXPECT_NE(response.body.find(line), std::string::npos) << line << " in\n" << response.body;
    }
}

}  // namespace
}  // namespace sluice::http
