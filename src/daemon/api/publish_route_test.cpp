#include "daemon/api/publish_route.hpp"

#include "daemon/api/shop_api.hpp"
#include "event/json.hpp"
#include "http/client.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

constexpr const char* kBatch = "application/cloudevents-batch+json";

class Publishing : public test::ShopApi {
protected:
    http::Response send(
        const std::string& type, const std::string& body, const http::Headers& headers = {}
    ) {
        http::Request request{"POST", "/v1/domains/shop/events", {}, type, body, headers};
        auto answer = http::Client{"127.0.0.1", server().port()}.exchange(request);
        EXPECT_TRUE(answer.has_value()) << answer.error().message;
        return answer ? std::move(answer).value() : http::Response{};
    }

    static http::Headers binary(const std::string& id = "a-1") {
        return {
            {"ce-specversion", "1.0"},
            {"ce-id", id},
            {"ce-source", "/orders"},
            {"ce-type", "order.placed"},
            {"ce-subject", "a%20b"},
            {"ce-sourcesequence", "1"}};
    }

    /// Records in the channels of the shop.
    std::int64_t published() {
        std::int64_t count = 0;
        const Json all = operations().topics().value();
        for (const Json& topic : all["topics"]) {
            if (topic["name"].get<std::string>().starts_with("order.")) {
                count += topic["records"].get<std::int64_t>();
            }
        }
        return count;
    }
};

TEST_F(Publishing, ABinaryEventIsItsHeadersAndItsBody) {
    const http::Response answer = send("application/json", R"({"n": 1})", binary());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json told = Json::parse(answer.body)["events"][0];
    EXPECT_EQ(told["accepted"], true);
    EXPECT_EQ(told["id"], "a-1");
    EXPECT_EQ(told["source"], "/orders");
    const RecordQuery query{
        "order.placed", PartitionId{told["partition"].get<std::uint32_t>()}, Offset{0}, {}, 10};
    const auto page = operations().records(query);
    ASSERT_TRUE(page.has_value());
    const Json kept = Json::parse(page->lines.at(0));
    EXPECT_EQ(kept["subject"], "a b");
    EXPECT_EQ(kept["data"]["n"], 1);
}

TEST_F(Publishing, ABinaryEventThatIsNoneIsAProblemThatNamesTheAttribute) {
    http::Headers headers = binary();
    headers["ce-source"] = "";
    const http::Response answer = send("application/json", "{}", headers);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_NE(answer.body.find("'source'"), std::string::npos) << answer.body;
    EXPECT_EQ(published(), 0);
}

TEST_F(Publishing, OfAListEachThatIsRefusedIsAProblemAndTheOthersAreNamed) {
    std::vector<Event> events{made_event("a", 1), made_event("a", 2), made_event("b", 1)};
    events[1].type = "order.plcaed";
    std::string body = event::write_json_batch(events);
    body.insert(body.size() - 1, R"(,{"id":"x"})");
    const http::Response answer = send(kBatch, body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    const Json told = Json::parse(answer.body);
    EXPECT_EQ(told["code"], "invalid-event");
    EXPECT_NE(
        told["detail"].get<std::string>().find("2 of 4 events were refused"), std::string::npos
    );
    EXPECT_EQ(told["events"][0]["accepted"], true);
    EXPECT_EQ(told["events"][0]["id"], "a-1");
    EXPECT_EQ(told["events"][1]["accepted"], false);
    EXPECT_EQ(told["events"][1]["id"], "a-2");
    EXPECT_EQ(told["events"][1]["status"], 400);
    EXPECT_NE(
        told["events"][1]["detail"].get<std::string>().find("order.placed"), std::string::npos
    );
    EXPECT_EQ(told["events"][2]["id"], "b-1");
    EXPECT_EQ(told["events"][3]["title"], "Bad Request");
    EXPECT_EQ(published(), 2);
}

TEST_F(Publishing, AListThatIsTakenAsAWholeIsNoProblem) {
    const http::Response answer =
        send(kBatch, event::write_json_batch(std::vector{made_event("a", 1), made_event("b", 1)}));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(Json::parse(answer.body)["events"].size(), 2U);
    EXPECT_EQ(send(kBatch, "[]").status, 200);
}

TEST_F(Publishing, TheSameRequestUnderAKeyIsCarriedOutOnce) {
    http::Headers headers = binary();
    headers["Idempotency-Key"] = "8e03978e-40d5";
    const http::Response first = send("application/json", "{}", headers);
    const http::Response again = send("application/json", "{}", headers);
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(first.body, again.body);
    EXPECT_FALSE(first.headers.contains("sluice-repeated"));
    EXPECT_EQ(again.headers.at("sluice-repeated"), "true");
    EXPECT_EQ(published(), 1);
    headers["ce-id"] = "a-2";
    EXPECT_EQ(send("application/json", "{}", headers).status, 422);
    headers["Idempotency-Key"] = std::string(256, 'k');
    EXPECT_EQ(send("application/json", "{}", headers).status, 400);
    EXPECT_EQ(published(), 1);
}

TEST_F(Publishing, ManyAtOnceUnderOneKeyWriteOnce) {
    http::Headers headers = binary();
    headers["Idempotency-Key"] = "k";
    std::vector<std::jthread> callers;
    std::atomic<int> strange{0};
    for (int n = 0; n < 8; ++n) {
        callers.emplace_back([&] {
            const int status = send("application/json", "{}", headers).status;
            if (status != 200 && status != 409) ++strange;
        });
    }
    callers.clear();
    EXPECT_EQ(strange, 0);
    EXPECT_EQ(published(), 1);
}

TEST(PublishGate, LetsSoManyInAndTurnsOthersAway) {
    Gate gate{2};
    auto first = gate.enter();
    const auto second = gate.enter();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(gate.enter());
    first.reset();
    EXPECT_TRUE(gate.enter()) << "and out again";
    EXPECT_TRUE(gate.enter());
}

}  // namespace
}  // namespace sluice::daemon
