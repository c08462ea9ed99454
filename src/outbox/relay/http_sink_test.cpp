#include "outbox/relay/http_sink.hpp"

#include "http/server.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::outbox {
namespace {

std::string told(const Outcome& outcome) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        const char* scope = failure->scope == Failure::Scope::kAll      ? "all"
                            : failure->scope == Failure::Scope::kDomain ? "domain"
                                                                        : "request";
        const auto after = failure->after ? std::to_string(failure->after->count()) : "-";
        return std::string{scope} + " " + after + " " + failure->reason;
    }
    std::string text;
    for (const Answer& one : std::get<std::vector<Answer>>(outcome)) {
        text += one.verdict == Verdict::kTaken     ? "taken "
                : one.verdict == Verdict::kRefused ? "refused(" + one.reason + ") "
                                                   : "later(" + one.reason + ") ";
    }
    return text;
}

http::Response answered(int status, std::string body, http::Headers headers = {}) {
    return {status, "application/json", std::move(body), std::move(headers)};
}

TEST(PublishAnswer, OfEachEventWhatTheDaemonSays) {
    EXPECT_EQ(
        told(read_publish_answer(
            answered(200, R"({"events":[{"accepted":true},{"accepted":true}]})"), 2
        )),
        "taken taken "
    );
    EXPECT_EQ(
        told(read_publish_answer(
            answered(503, R"({"status":503,"events":[{"accepted":true},
                {"accepted":false,"status":400,"detail":"amount is missing"},
                {"accepted":false,"status":413},
                {"accepted":false,"status":503,"detail":"busy"},
                {"accepted":false,"status":429,"detail":"slower"},{"accepted":false}]})"),
            6
        )),
        "taken refused(amount is missing) refused(refused with status 413) later(busy) "
        "later(slower) later(refused with status 500) "
    );
}

TEST(PublishAnswer, WithoutAnswersTheStatusTellsWhatToDo) {
    struct Case {
        http::Response response;
        std::string_view told;
    };

    const std::vector<Case> cases{
        {answered(429, R"({"detail":"32 requests"})", {{"Retry-After", "3"}}),
         "all 3000 32 requests"},
        {answered(503, ""), "all - status 503"},
        {answered(507, R"({"detail":"the disk is full"})"), "all - the disk is full"},
        {answered(503, "", {{"Retry-After", "Fri, 31 Dec 1999"}}), "all - status 503"},
        {answered(401, R"({"detail":"no token"})"), "all - no token"},
        {answered(302, ""), "all - status 302"},
        {answered(404, R"({"detail":"no domain 'x'"})"), "domain - no domain 'x'"},
        {answered(400, R"({"detail":"not JSON"})"), "request - not JSON"},
        {answered(413, "too much"), "request - status 413"},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(told(read_publish_answer(one.response, 2)), one.told);
    }
}

TEST(PublishAnswer, WhatNoDaemonSaysIsNoAcknowledgement) {
    for (const char* body :
         {"",
          "{}",
          "[]",
          "hello",
          R"({"events":[]})",
          R"({"events":[{"accepted":true}]})",
          R"({"events":[1,2]})",
          R"({"events":{"a":1,"b":2}})"}) {
        const Outcome outcome = read_publish_answer(answered(200, body), 2);
        EXPECT_EQ(told(outcome), "all - the answer cannot be read: is this a Sluice daemon?")
            << body;
    }
    EXPECT_EQ(
        told(read_publish_answer(answered(200, R"({"events":[{"accepted":"true"}]})"), 1)),
        "later(refused with status 500) "
    );
}

TEST(ApiAddress, IsReadFromAUrl) {
    EXPECT_EQ(parse_api_address("http://127.0.0.1:8480").value(), (ApiAddress{"127.0.0.1", 8480}));
    EXPECT_EQ(parse_api_address("HTTP://sluice:80/").value(), (ApiAddress{"sluice", 80}));
    EXPECT_EQ(parse_api_address("http://[::1]:8480").value(), (ApiAddress{"::1", 8480}));
    for (const char* url :
         {"",
          "127.0.0.1:8480",
          "https://a:1",
          "http://a",
          "http://:1",
          "http://a:0",
          "http://a:b",
          "http://a:70000",
          "http://u@a:1",
          "http://a/v1:1"}) {
        const auto address = parse_api_address(url);
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument);
    }
}

TEST(HttpSink, PostsABatchAndReadsTheAnswers) {
    http::Server server{{}};
    http::Request seen;
    server.handle("POST", "/v1/domains/", [&seen](const http::Request& request) {
        seen = request;
        return answered(200, R"({"events":[{"accepted":true},{"accepted":true}]})");
    });
    ASSERT_TRUE(server.start());
    HttpSink sink{{"127.0.0.1", server.port()}, "secret"};
    Batch batch{"a b", {}};
    for (const char* id : {"1", "2"}) {
        Row row;
        row.event = Event{id, "/orders", "placed", "s", {}, {}, {}, {}, "{}"};
        batch.rows.push_back(row);
    }
    EXPECT_EQ(told(sink.publish(batch)), "taken taken ");
    EXPECT_EQ(seen.path, "/v1/domains/a b/events") << "as the server decodes it";
    EXPECT_EQ(seen.content_type, "application/cloudevents-batch+json");
    EXPECT_EQ(seen.header("Authorization"), "Bearer secret");
    EXPECT_TRUE(seen.body.starts_with("[{")) << seen.body;
    EXPECT_NE(seen.body.find(R"("id":"2")"), std::string::npos) << seen.body;
}

TEST(HttpSink, NobodyThereIsAFailureForAll) {
    std::uint16_t port = 0;
    {
        http::Server server{{}};
        ASSERT_TRUE(server.start());
        port = server.port();
    }
    HttpSink sink{{"127.0.0.1", port}, ""};
    Batch batch{"shop", {Row{}}};
    EXPECT_TRUE(told(sink.publish(batch)).starts_with("all - no answer from")) << "";
}

}  // namespace
}  // namespace sluice::outbox
