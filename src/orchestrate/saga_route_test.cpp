#include "orchestrate/saga_route.hpp"

#include "orchestrate/keeper_fixture.hpp"

namespace sluice::orchestrate::test {
namespace {

using http::Request;
using http::Response;

class SagaRouteTest : public SagaKeeperTest {
protected:
    SagaRouteTest() : route{*keeper, log} {}

    Response post(
        const std::string& path,
        const std::string& body = "{}",
        const std::string& key = "",
        std::map<std::string, std::string, std::less<>> query = {}
    ) {
        Request request{"POST", path, std::move(query), "application/json", body};
        if (!key.empty()) request.headers.emplace("Idempotency-Key", key);
        return route.answer(request);
    }

    Response get(
        const std::string& path, std::map<std::string, std::string, std::less<>> query = {}
    ) {
        return route.answer(Request{"GET", path, std::move(query), "", ""});
    }

    Response begin(const std::string& id, const std::string& wait) {
        return post("/v1/sagas/checkout", R"({"sku":"x"})", id, {{"wait", wait}});
    }

    static Json body(const Response& response) { return Json::parse(response.body); }

    static std::string detail(const Response& response) { return body(response)["detail"]; }

    SagaRoute route;
};

TEST_F(SagaRouteTest, ACallerGetsTheOutcome) {
    const Response done = begin("c-1", "60s");
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(body(done)["phase"], "done");
    EXPECT_EQ(body(done)["id"], "c-1");
    EXPECT_EQ(body(done)["subject"], "c-1") << "its own, if nothing else is said";
    EXPECT_EQ(begin("c-1", "0").status, 200) << "the same key is the same saga";
    services->refuse_authorize = true;
    const Response back = post("/v1/sagas/checkout", "{}", "c-2", {{"subject", "member-17"}});
    EXPECT_EQ(body(back)["phase"], "compensated");
    EXPECT_EQ(body(back)["reason"], "no");
    EXPECT_EQ(body(back)["subject"], "member-17");
}

TEST_F(SagaRouteTest, OrALinkWhenItTakesLonger) {
    services->silent = true;
    const Response accepted = begin("c-1", "0");
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(accepted.headers.at("Location"), "/v1/sagas/c-1");
    EXPECT_EQ(body(accepted)["awaits"], "answer");
    const Response shown = get("/v1/sagas/c-1", {{"wait", "5ms"}});
    EXPECT_EQ(shown.status, 200);
    EXPECT_FALSE(shown.headers.contains("Location"));
    EXPECT_EQ(body(shown)["phase"], "forward");
}

TEST_F(SagaRouteTest, WithoutAKeyEachIsAnother) {
    services->silent = true;
    const auto fresh = [&] {
        return body(post("/v1/sagas/checkout", "", "", {{"wait", "0"}}))["id"].get<std::string>();
    };
    const std::string first = fresh();
    EXPECT_EQ(first.size(), 32U);
    EXPECT_NE(first, fresh());
}

TEST_F(SagaRouteTest, RefusesWhatIsNoBeginning) {
    EXPECT_EQ(detail(post("/v1/sagas/chekout")), "chekout: no such saga; there are: checkout");
    EXPECT_EQ(post("/v1/sagas/chekout").status, 404);
    EXPECT_EQ(detail(post("/v1/sagas/checkout", "{")), "the body is no JSON");
    EXPECT_EQ(detail(begin("c-1", "61s")), "wait: '61s' is no duration up to 60s, such as 10s");
    EXPECT_EQ(
        detail(post("/v1/sagas/checkout", "{}", "a b")),
        "a saga's id is 1 to 128 of a-z, A-Z, 0-9 and ._:-"
    );
    EXPECT_EQ(
        detail(post("/v1/sagas/checkout", "{}", "", {{"sbject", "x"}})),
        "sbject: there is no such parameter here"
    );
    const Request plain{"POST", "/v1/sagas/checkout", {}, "text/plain", "x"};
    EXPECT_EQ(route.answer(plain).status, 415);
    services->silent = true;
    begin("c-1", "0");
    EXPECT_EQ(post("/v1/sagas/checkout", "[]", "c-1").status, 409);
}

TEST_F(SagaRouteTest, ListsPageByPage) {
    services->silent = true;
    for (const char* id : {"a", "b", "c"}) begin(id, "0");
    const Json first = body(get("/v1/sagas", {{"limit", "2"}}));
    ASSERT_EQ(first["sagas"].size(), 2U);
    EXPECT_EQ(first["sagas"][0]["id"], "a");
    EXPECT_EQ(first["next"], "c");
    const Json second = body(get("/v1/sagas", {{"limit", "2"}, {"from", "c"}}));
    EXPECT_EQ(second["sagas"].size(), 1U);
    EXPECT_TRUE(second["next"].is_null());
    EXPECT_EQ(body(get("/v1/sagas", {{"ended", "true"}}))["sagas"].size(), 0U);
    EXPECT_EQ(detail(get("/v1/sagas", {{"limit", "0"}})), "limit: '0' is not 1 to 1000");
    EXPECT_EQ(detail(get("/v1/sagas", {{"ended", "x"}})), "ended: is true or false");
}

TEST_F(SagaRouteTest, PeopleTellItWhatToDo) {
    services->silent = true;
    begin("c-1", "0");
    const Response turned = post("/v1/sagas/c-1/compensate", R"({"why":"by bob"})");
    EXPECT_EQ(turned.status, 202);
    EXPECT_EQ(body(turned)["phase"], "backward");
    EXPECT_EQ(body(turned)["reason"], "by bob");
    EXPECT_EQ(post("/v1/sagas/c-1/retry").status, 409);
    EXPECT_EQ(post("/v1/sagas/c-9/cancel").status, 404);
    EXPECT_EQ(
        detail(post("/v1/sagas/c-1/restart")),
        "restart: a saga can be told cancel, compensate or retry"
    );
}

TEST_F(SagaRouteTest, ServicesAnswer) {
    services->silent = true;
    begin("c-1", "0");
    const std::string done = R"({"key":"c-1/reserve/do","verdict":"done","result":{"bin":7}})";
    EXPECT_EQ(body(post("/v1/saga-answers", done)), (Json{{"under_way", true}}));
    const Json shown = body(get("/v1/sagas/c-1"));
    EXPECT_EQ(shown["step"], "redeem");
    EXPECT_EQ(shown["steps"][0]["result"]["bin"], 7);
    EXPECT_EQ(post("/v1/saga-answers", done).status, 200) << "double";
    const Response late =
        post("/v1/saga-answers", R"({"key":"c-9/reserve/do","verdict":"later","after_ms":50})");
    EXPECT_EQ(late.status, 200);
    EXPECT_EQ(body(late)["under_way"], false);
    EXPECT_EQ(
        detail(post("/v1/saga-answers", R"({"key":"c-1/reserve/do","verdict":"yes"})")),
        "verdict: is done, refused or later"
    );
    EXPECT_EQ(post("/v1/saga-answers", R"({"key":"x","verdict":"done"})").status, 400);
    EXPECT_EQ(post("/v1/saga-answers", "[]").status, 400);
    EXPECT_EQ(
        post("/v1/saga-answers", R"({"key":"c-1/redeem/do","verdict":"later","after_ms":-1})")
            .status,
        400
    );
}

TEST_F(SagaRouteTest, NothingElseIsThere) {
    EXPECT_EQ(get("/v1/sagas/c-9").status, 404);
    EXPECT_EQ(post("/v1/sagas").status, 404);
    EXPECT_EQ(get("/v1/sagas/a/b").status, 404);
    EXPECT_EQ(get("/v1/saga-answers").status, 404);
}

}  // namespace
}  // namespace sluice::orchestrate::test
