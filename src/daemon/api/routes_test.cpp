#include "daemon/api/routes.hpp"

#include "daemon/api/shop_api.hpp"
#include "event/json.hpp"
#include "http/client.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class Routes : public test::ShopApi {
protected:
    [[nodiscard]] Result<http::Response> get(
        std::string path, std::map<std::string, std::string, std::less<>> query = {}
    ) {
        return client().send({"GET", std::move(path), std::move(query), {}, {}});
    }

    [[nodiscard]] Result<http::Response> post(
        std::string path, std::string content_type, std::string body
    ) {
        return client().send({"POST", std::move(path), {}, std::move(content_type), std::move(body)}
        );
    }

    /// The answers of a publishing that is well as a whole.
    [[nodiscard]] Json answers(const Result<http::Response>& response) {
        EXPECT_TRUE(response) << response.error().message;
        return response ? Json::parse(response.value().body)["events"] : Json{};
    }

private:
    [[nodiscard]] http::Client client() { return {"127.0.0.1", server().port()}; }
};

TEST_F(Routes, OneEventIsTakenOrIsAProblem) {
    const std::string path = "/v1/domains/shop/events";
    const std::string good = event::write_json(made_event("a", 1));
    for (const char* type : {"application/json", "application/cloudevents+json; charset=utf-8"}) {
        const Json taken = answers(post(path, type, good));
        ASSERT_EQ(taken.size(), 1U);
        EXPECT_EQ(taken[0]["accepted"], true);
        EXPECT_EQ(taken[0]["topic"], "order.placed");
    }
    Event nameless = made_event("a", 2);
    nameless.id = "";
    const auto refused = post(path, "application/json", event::write_json(nameless));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidEvent);
    EXPECT_NE(refused.error().message.find("id"), std::string::npos);
}

TEST_F(Routes, LinesAreAnsweredWithTheirNumbers) {
    const std::string body = event::write_json_line(made_event("a", 1)) + "\n\n{bad\n";
    const Json all = answers(post("/v1/events", "application/jsonl", body));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0]["line"], 1);
    EXPECT_EQ(all[1]["line"], 3);
    EXPECT_EQ(all[1]["accepted"], false);
}

TEST_F(Routes, AnotherContentTypeAndAForeignDomainAreRefused) {
    const auto type = post("/v1/events", "text/plain", "hello");
    EXPECT_EQ(type.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(type.error().message.find("application/jsonl"), std::string::npos);
    const auto domain =
        post("/v1/domains/shpo/events", "application/json", event::write_json(made_event("a", 1)));
    EXPECT_EQ(domain.error().code, ErrorCode::kNotFound);
    EXPECT_NE(domain.error().message.find("'shop'"), std::string::npos);
}

TEST_F(Routes, RecordsComePageByPage) {
    std::vector<Event> events;
    for (int n = 1; n <= 25; ++n) events.push_back(made_event(fmt::format("s{}", n % 5), n));
    ASSERT_TRUE(operations().publish(events));
    std::map<std::string, std::string, std::less<>> query{{"limit", "4"}};
    std::size_t found = 0;
    for (int pages = 0; pages < 20; ++pages) {
        const auto page = get("/v1/topics/order.placed/records", query);
        ASSERT_TRUE(page) << page.error().message;
        const Json json = Json::parse(page.value().body);
        found += json["records"].size();
        query["cursor"] = json["next"];
        if (json["end"] == true) break;
    }
    EXPECT_EQ(found, 25U);
    const auto one = get("/v1/topics/order.placed/records", {{"subject", "s1"}});
    const Json told = Json::parse(one.value().body);
    for (const Json& record : told["records"]) EXPECT_EQ(record["subject"], "s1");
    EXPECT_EQ(told["records"].size(), 5U);
}

TEST_F(Routes, AWrongParameterIsNamed) {
    struct Case {
        const char* path;
        std::map<std::string, std::string, std::less<>> query;
        const char* word;
    };

    const std::vector<Case> cases{
        {"/v1/stuck", {{"limt", "1"}}, "limit"},
        {"/v1/stuck", {{"limit", "0"}}, "limit='0'"},
        {"/v1/stuck", {{"limit", "many"}}, "many"},
        {"/v1/topics/order.placed", {{"from", "1"}}, "seen"},
        {"/v1/topics/order.placed/records", {{"from", "-1"}}, "from='-1'"},
        {"/v1/topics/order.placed/records", {{"cursor", "here"}}, "here"},
    };
    for (const Case& one : cases) {
        const auto refused = get(one.path, one.query);
        ASSERT_FALSE(refused) << one.path;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(refused.error().message.find(one.word), std::string::npos)
            << refused.error().message;
    }
}

TEST_F(Routes, WhatIsNotThereIsNotFound) {
    for (const char* path :
         {"/", "/v2/status", "/v1/why/", "/v1/topics/", "/v1/topics/nothing", "/v1/why/nobody"}) {
        const auto missing = get(path);
        ASSERT_FALSE(missing) << path;
        EXPECT_EQ(missing.error().code, ErrorCode::kNotFound) << path;
    }
    EXPECT_TRUE(get("/v1/version"));
    EXPECT_FALSE(post("/v1/status", "application/json", "{}"));
}

}  // namespace
}  // namespace sluice::daemon
