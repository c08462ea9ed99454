#include "daemon/api/pull_route.hpp"

#include "daemon/api/shop_api.hpp"
#include "event/kafka.hpp"
#include "http/client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

namespace sluice::daemon {
namespace {

using deliver::RunBegun;
using deliver::RunTicket;
using deliver::pull::PullSink;
using test::made_event;

class Pulling : public test::ShopApi {
protected:
    Pulling() { pulled().add("shop", "billing", held_); }

    http::Response post(
        const std::string& what,
        std::map<std::string, std::string, std::less<>> query = {},
        const Json& body = nullptr,
        const std::string& name = "billing"
    ) {
        http::Request request{
            "POST",
            "/v1/subscriptions/" + name + "/" + what,
            std::move(query),
            "application/json",
            body.is_null() ? "" : to_text(body)};
        auto answer = http::Client{"127.0.0.1", server().port()}.exchange(request);
        EXPECT_TRUE(answer.has_value()) << answer.error().message;
        return answer ? std::move(answer).value() : http::Response{};
    }

    Json pull(std::map<std::string, std::string, std::less<>> query = {{"wait", "0ms"}}) {
        const http::Response answer = post("pull", std::move(query));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return Json::parse(answer.body)["leases"];
    }

    void offer(const std::string& subject, int count) {
        subjects_.push_back(subject);
        RunBegun begun{ticket_, {subjects_.back(), {}, 1}};
        ticket_ = ticket_.next();
        for (int n = 1; n <= count; ++n) {
            records_.push_back(event::to_record(made_event(subject, n), subject));
            begun.work.events.push_back(
                {Position{static_cast<std::uint64_t>(n)}, Offset{n}, &records_.back()}
            );
        }
        sink_.begin(std::vector{begun});
    }

    static Json says(const Json& lease, std::uint64_t position, const std::string& word) {
        return Json{{"lease", lease}, {"position", position}, {"answer", word}};
    }

    RunTicket ticket_{1};
    std::deque<std::string> subjects_;
    std::deque<Record> records_;
    PullDirectory::SinkPtr held_{std::make_shared<PullSink>(PullSink::Options{})};
    PullSink& sink_{*held_};
};

TEST_F(Pulling, EventsComeWithTheirLeaseAndAreAnswered) {
    offer("a", 2);
    offer("b", 1);
    const Json leases = pull();
    ASSERT_EQ(leases.size(), 2U);
    EXPECT_EQ(leases[0]["subject"], "a");
    EXPECT_EQ(leases[0]["attempt"], 1);
    EXPECT_EQ(leases[0]["lease_ms"], 30'000);
    EXPECT_EQ(leases[0]["events"][1]["id"], "a-2");
    EXPECT_EQ(leases[0]["events"][1]["subjectposition"], "2");
    const Json answers{
        {"answers",
         {says(leases[0]["lease"], 1, "done"),
          {{"lease", leases[0]["lease"]},
           {"position", 2},
           {"answer", "retry"},
           {"reason", "busy"},
           {"after", "5s"}},
          {{"lease", leases[1]["lease"]}, {"position", 1}}}}};
    const http::Response told = post("ack", {}, answers);
    EXPECT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(Json::parse(told.body)["answers"].size(), 3U);
    const auto ended = sink_.ended();
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].outcome.failure->reason, "busy");
    EXPECT_EQ(ended[0].outcome.failure->after, Milliseconds{5'000});
    EXPECT_FALSE(ended[1].outcome.failure);
}

TEST_F(Pulling, AnAnswerThatComesTooLateIsAConflictAndTheOthersCount) {
    offer("a", 2);
    const Json lease = pull()[0]["lease"];
    const Json answers{
        {"answers", {says(lease, 1, "done"), says(lease, 1, "done"), says("gone-1", 1, "dead")}}};
    const http::Response told = post("ack", {}, answers);
    EXPECT_EQ(told.status, 409);
    EXPECT_EQ(told.content_type, "application/problem+json");
    const Json body = Json::parse(told.body);
    EXPECT_NE(
        body["detail"].get<std::string>().find("2 of 3 answers were refused"), std::string::npos
    );
    EXPECT_EQ(body["answers"][0]["accepted"], true);
    EXPECT_EQ(body["answers"][1]["accepted"], false);
    EXPECT_NE(
        body["answers"][1]["detail"].get<std::string>().find("which is 2"), std::string::npos
    );
    EXPECT_EQ(body["answers"][2]["code"], "conflict");
}

TEST_F(Pulling, ALeaseMayBeExtended) {
    offer("a", 1);
    const Json lease = pull({{"wait", "0ms"}, {"lease", "100ms"}})[0]["lease"];
    EXPECT_EQ(post("extend", {}, {{"lease", lease}, {"for", "1h"}}).status, 200);
    std::this_thread::sleep_for(Milliseconds{120});
    EXPECT_EQ(post("ack", {}, {{"answers", {says(lease, 1, "done")}}}).status, 200);
    EXPECT_EQ(post("extend", {}, {{"lease", lease}, {"for", "1h"}}).status, 409);
    EXPECT_EQ(post("extend", {}, {{"lease", lease}, {"for", "1"}}).status, 400);
    EXPECT_EQ(post("extend", {}, {{"lease", lease}}).status, 400);
}

TEST_F(Pulling, APullWaitsForEvents) {
    std::jthread later{[this] {
        std::this_thread::sleep_for(Milliseconds{50});
        offer("a", 1);
    }};
    EXPECT_EQ(pull({{"wait", "20s"}}).size(), 1U);
    EXPECT_EQ(pull({{"wait", "10ms"}}).size(), 0U);
}

TEST_F(Pulling, SoManyEventsAsAreAskedFor) {
    offer("a", 5);
    EXPECT_EQ(pull({{"wait", "0ms"}, {"max", "2"}})[0]["events"].size(), 2U);
}

TEST_F(Pulling, BytesAreAlsoALimitAndOneEventGoesAlways) {
    offer("a", 5);
    EXPECT_EQ(pull({{"wait", "0ms"}, {"bytes", "1B"}})[0]["events"].size(), 1U);
}

TEST_F(Pulling, WhatIsReturnedIsTheNextClients) {
    offer("a", 2);
    const Json first = pull()[0];
    EXPECT_EQ(post("ack", {}, {{"answers", {says(first["lease"], 1, "return")}}}).status, 200);
    const Json second = pull()[0];
    EXPECT_EQ(second["events"], first["events"]);
    EXPECT_EQ(second["attempt"], first["attempt"]) << "it was none";
    EXPECT_EQ(post("ack", {}, {{"answers", {says(first["lease"], 1, "done")}}}).status, 409);
}

TEST_F(Pulling, WhatIsWrongIsNamed) {
    const auto refused = [&](const http::Response& answer, int status, std::string_view words) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.content_type, "application/problem+json");
        EXPECT_NE(answer.body.find(words), std::string::npos) << answer.body;
    };
    refused(post("pull", {{"max", "0"}}), 400, "max=");
    refused(post("pull", {{"max", "1001"}}), 400, "from 1 to 1000");
    refused(post("pull", {{"wait", "2m"}}), 400, "wait: '2m' is not a duration from 0ms to 1m");
    refused(post("pull", {{"lease", "1"}}), 400, "lease: '1' is not a duration");
    refused(post("pull", {{"bytes", "1"}}), 400, "bytes: '1' is not a size from 1B to 64MiB");
    refused(post("pull", {{"bytes", "1GiB"}}), 400, "bytes: '1GiB' is not a size");
    refused(post("pull", {{"waits", "1s"}}), 400, "did you mean 'wait'?");
    refused(post("pull", {}, nullptr, "biling"), 404, "did you mean 'billing'?");
    refused(post("pull", {{"domain", "other"}}), 404, "no subscription 'billing'");
    refused(post("push"), 404, "no such resource");
    refused(post("ack", {}, Json::array()), 400, "no JSON object");
    refused(post("ack", {}, {{"answer", 1}}), 400, "the body is");
    for (const auto& [one, words] : std::vector<std::pair<Json, const char*>>{
             {1, "answers/0: is no object"},
             {{{"lease", "x"}}, "needs a lease"},
             {{{"lease", 1}, {"position", 1}}, "lease: is a text"},
             {{{"lease", "x"}, {"position", -1}}, "needs a lease"},
             {{{"lease", "x"}, {"position", 1}, {"answer", "ok"}},
              "none of done, retry, dead, return"},
             {{{"lease", "x"}, {"position", 1}, {"after", "5s"}}, "goes with answer: retry"},
             {{{"lease", "x"}, {"position", 1}, {"answer", "retry"}, {"after", "8d"}},
              "after: '8d'"},
             {{{"lease", "x"}, {"position", 1}, {"offset", 1}}, "'offset' is no member"}}) {
        refused(post("ack", {}, {{"answers", Json::array({one})}}), 400, words);
    }
}

TEST_F(Pulling, ANameOfTwoDomainsNeedsItsDomain) {
    const auto other = std::make_shared<PullSink>(PullSink::Options{});
    pulled().add("stock", "billing", other);
    EXPECT_EQ(post("pull", {{"wait", "0ms"}}).status, 400);
    const http::Response pulled_there = post("pull", {{"wait", "0ms"}, {"domain", "stock"}});
    EXPECT_EQ(pulled_there.status, 200);
    EXPECT_EQ(Json::parse(pulled_there.body)["domain"], "stock");
}

TEST_F(Pulling, AClosedDoorGivesNothingMoreAndTakesAnswers) {
    offer("17", 1);
    const std::string lease = pull()[0]["lease"];
    offer("18", 1);
    pulled().close();
    const http::Response late = post("pull", {{"wait", "30s"}});
    EXPECT_EQ(late.status, 503) << late.body;
    EXPECT_EQ(Json::parse(late.body)["code"], "unavailable");
    const Json answers{{"answers", {{{"lease", lease}, {"position", 1}}}}};
    EXPECT_EQ(post("ack", {}, answers).status, 200);
    pulled().wait_for_answers(Milliseconds{60'000});  // comes back: there is none left
}

}  // namespace
}  // namespace sluice::daemon
