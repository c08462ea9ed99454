#include "daemon/api/shop_api.hpp"
#include "event/json.hpp"
#include "http/client.hpp"
#include "http/raw_connection.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

struct WireAnswer {
    int status;
    std::string head;
    Json body;
};

/// The API as it goes over the wire: status line, headers and body of what it refuses.
class RoutesErrors : public test::ShopApi {
protected:
    [[nodiscard]] WireAnswer ask(
        const std::string& method,
        const std::string& target,
        const std::string& type = "",
        const std::string& body = ""
    ) {
        http::test::RawConnection connection{server().port()};
        connection.send(fmt::format(
            "{} {} HTTP/1.1\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
            method,
            target,
            type.empty() ? "" : "Content-Type: " + type + "\r\n",
            body.size(),
            body
        ));
        const std::string answer = connection.read_answer();
        const std::size_t end = answer.find("\r\n\r\n");
        EXPECT_NE(end, std::string::npos) << target;
        if (end == std::string::npos) return {};
        return {
            std::stoi(answer.substr(answer.find(' '))),
            answer.substr(0, end),
            Json::parse(answer.substr(end), nullptr, false)};
    }

    /// Once it is a problem in every respect; its detail.
    [[nodiscard]] static std::string detail(
        const WireAnswer& answer, int status, std::string_view code
    ) {
        EXPECT_EQ(answer.status, status) << answer.head;
        EXPECT_NE(answer.head.find("Content-Type: application/problem+json"), std::string::npos)
            << answer.head;
        std::vector<std::string> members;
        for (const auto& [name, value] : answer.body.items()) members.push_back(name);
        EXPECT_EQ(members, (std::vector<std::string>{"type", "title", "status", "detail", "code"}));
        EXPECT_EQ(answer.body.value("status", 0), status);
        EXPECT_EQ(answer.body.value("code", ""), code);
        return answer.body.value("detail", "");
    }
};

TEST_F(RoutesErrors, EachResourceTakesItsOwnParametersOnly) {
    struct Case {
        const char* path;
        const char* takes;
    };

    for (const Case& one : {
             Case{"/v1/version", "none"},
             Case{"/v1/status", "none"},
             Case{"/v1/topics", "none"},
             Case{"/v1/why/a", "none"},
             Case{"/v1/stuck", "cursor, limit, domain, subscription, cause, type, subject, before"},
             Case{"/v1/topics/order.placed", "seen"},
             Case{"/v1/topics/order.placed/records", "from, subject, limit, partition, cursor"},
         }) {
        EXPECT_EQ(
            detail(ask("GET", std::string{one.path} + "?verbose=1"), 400, "invalid-argument"),
            fmt::format("'verbose' is no parameter of {}; it takes: {}", one.path, one.takes)
        );
    }
    EXPECT_EQ(
        detail(ask("POST", "/v1/events?dry=1", "application/json", "{}"), 400, "invalid-argument"),
        "'dry' is no parameter of /v1/events; it takes: none"
    );
}

TEST_F(RoutesErrors, EachCountIsHeldToItsRange) {
    struct Case {
        const char* query;
        const char* said;
    };

    for (const Case& one : {
             Case{"limit=0", "limit='0' is not a number from 1 to 10000"},
             Case{"limit=10001", "limit='10001' is not a number from 1 to 10000"},
             Case{"limit=1e3", "limit='1e3' is not a number from 1 to 10000"},
             Case{"from=-1", "from='-1' is not a number from 0 to 9223372036854775807"},
             Case{
                 "from=9223372036854775808",
                 "from='9223372036854775808' is not a number from 0 to 9223372036854775807"},
             Case{"partition=-1", "partition='-1' is not a number from 0 to 1048576"},
             Case{"cursor=1-x", "'1-x' is no cursor that an answer has given"},
         }) {
        EXPECT_EQ(
            detail(
                ask("GET", std::string{"/v1/topics/order.placed/records?"} + one.query),
                400,
                "invalid-argument"
            ),
            one.said
        );
    }
    const WireAnswer last =
        ask("GET", "/v1/topics/order.placed/records?limit=10000&from=9223372036854775807");
    EXPECT_EQ(last.status, 200) << last.head;
}

TEST_F(RoutesErrors, WhatIsNotThereIsNamedWithWhatIs) {
    EXPECT_EQ(
        detail(ask("GET", "/v1/topics/order.plcaed"), 404, "not-found"),
        "no topic 'order.plcaed'; did you mean 'order.placed'?; there are: order.cancelled, "
        "order.placed, shop.aside, shop.audit, shop.commands, shop.ordered, shop.repartition"
    );
    EXPECT_EQ(
        detail(
            ask("POST",
                "/v1/domains/shpo/events",
                "application/json",
                event::write_json(made_event("a", 1))),
            404,
            "not-found"
        ),
        "no domain 'shpo'; did you mean 'shop'?; there are: shop"
    );
    EXPECT_EQ(
        detail(ask("GET", "/v1/topics/order.placed/records?cursor=7-0"), 404, "not-found"),
        "partition 7 of order.placed: it has 2"
    );
    EXPECT_EQ(
        detail(ask("GET", "/v1/why/a%20b"), 404, "not-found"),
        "no domain has seen the subject 'a b'"
    );
    for (const char* path : {"/v1", "/v1/", "/v1/domains/shop", "/v2/status"}) {
        EXPECT_EQ(
            detail(ask("POST", path), 404, "not-found"), std::string{"no such resource: "} + path
        );
    }
    EXPECT_EQ(
        detail(ask("POST", "/v1/domains//events"), 404, "not-found"),
        "no such resource: /v1/domains//events"
    );
    EXPECT_EQ(
        detail(ask("GET", "/v1/why/"), 404, "not-found"), "no domain has seen the subject ''"
    );
}

TEST_F(RoutesErrors, ASubjectThatIsPublishedButNotReadIsToldApart) {
    ASSERT_TRUE(operations().publish(std::vector<Event>{made_event("a", 1)}));
    EXPECT_EQ(
        detail(ask("GET", "/v1/why/a"), 404, "not-found"),
        "no domain has seen the subject 'a'; 1 published record not read yet: a running daemon "
        "(sluice serve) reads them"
    );
}

TEST_F(RoutesErrors, AnotherMethodIsRefusedOnEveryResource) {
    for (const char* path : {"/v1/version", "/v1/status", "/v1/topics", "/v1/why/a", "/v1/stuck"}) {
        for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
            const WireAnswer refused = ask(method, path, "application/json", "{}");
            EXPECT_EQ(
                detail(refused, 405, "invalid-argument"),
                fmt::format("{} takes no {}; it takes: GET, HEAD, OPTIONS", path, method)
            );
            EXPECT_NE(refused.head.find("Allow: GET, HEAD, OPTIONS"), std::string::npos);
        }
    }
    for (const char* path : {"/v1/events", "/v1/domains/shop/events"}) {
        EXPECT_EQ(
            detail(ask("GET", path), 405, "invalid-argument"),
            fmt::format("{} takes no GET; it takes: OPTIONS, POST", path)
        );
    }
}

TEST_F(RoutesErrors, AnotherContentTypeIsUnsupportedAndThoseTakenAreNamed) {
    for (const char* type :
         {"", "text/plain", "application/x-www-form-urlencoded", "application/xml"}) {
        EXPECT_EQ(
            detail(ask("POST", "/v1/events", type, "x=1"), 415, "unsupported"),
            fmt::format(
                "the content type '{}' is not taken; these are: application/cloudevents+json, "
                "application/cloudevents-batch+json, application/json, application/jsonl",
                type
            )
        );
    }
}

TEST_F(RoutesErrors, ASingleEventIsRefusedWithTheStatusOfItsFault) {
    const std::string type = "application/cloudevents+json";
    const auto post = [&](const Event& event) {
        return ask("POST", "/v1/events", type, event::write_json(event));
    };
    Event nameless = made_event("a", 1);
    nameless.id = "";
    EXPECT_NE(
        detail(post(nameless), 400, "invalid-event").find("attribute 'id' is empty"),
        std::string::npos
    );
    Event large = made_event("a", 1);
    large.data = '"' + std::string(std::size_t{1} << 20, 'x') + '"';
    EXPECT_NE(
        detail(post(large), 413, "too-large").find("at most 1048576 are taken"), std::string::npos
    );
    EXPECT_EQ(
        detail(ask("POST", "/v1/events", type, ""), 400, "invalid-event"),
        "byte 0: expected '{', found the end"
    );
    EXPECT_EQ(
        detail(post(made_event("a", 1, "order.plcaed")), 400, "invalid-event"),
        "no channel carries the type 'order.plcaed'; did you mean 'order.placed'?; there are: "
        "order.cancelled, order.placed"
    );
}

TEST_F(RoutesErrors, AListOfTooManyIsRefusedWholeAndNothingOfItIsKept) {
    std::string body = "[";
    const std::string one = event::write_json(made_event("a", 1));
    for (int n = 0; n <= 10'000; ++n) body += (n == 0 ? "" : ",") + one;
    EXPECT_EQ(
        detail(ask("POST", "/v1/events", "application/json", body + "]"), 413, "too-large"),
        "more than 10000 events in one request"
    );
    const auto topics = operations().topics();
    for (const Json& topic : topics.value()["topics"]) EXPECT_EQ(topic["records"], 0);
}

}  // namespace
}  // namespace sluice::daemon
