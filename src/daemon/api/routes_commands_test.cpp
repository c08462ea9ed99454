// Commands, what is stuck and what stands still, as they go over the wire.

#include "daemon/api/shop_api.hpp"
#include "daemon/daemon.hpp"
#include "event/json.hpp"
#include "http/client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

namespace sluice::daemon {
namespace {

using test::made_event;
using Query = std::map<std::string, std::string, std::less<>>;

Json skip(const std::string& subject) {
    return Json{{"verb", "skip"}, {"subject", subject}, {"reason", "it is lost"}, {"by", "alice"}};
}

struct Answer {
    int status{};
    Json body;

    [[nodiscard]] std::string detail() const { return body.value("detail", ""); }
};

/// One request to whoever listens there.
Answer exchange(std::uint16_t port, const http::Request& request) {
    const auto response = http::Client{"127.0.0.1", port}.exchange(request);
    EXPECT_TRUE(response) << response.error().message;
    if (!response) return {};
    return {response.value().status, Json::parse(response.value().body, nullptr, false)};
}

/// Nothing has been sequenced here, and nobody will.
class CommandRoutes : public test::ShopApi {
protected:
    Answer post(const Json& command, Query query = {}, http::Headers headers = {}) {
        return exchange(
            server().port(),
            {"POST",
             "/v1/commands",
             std::move(query),
             "application/json",
             to_text(command),
             std::move(headers)}
        );
    }

    Answer get(const std::string& path, Query query = {}) {
        return exchange(server().port(), {"GET", path, std::move(query), {}, {}});
    }
};

/// Its topics are made when a daemon starts; that is enough to be told something about.
TEST_F(CommandRoutes, ADomainThatHasTakenNoStepYetIsKnown) {
    for (const Query& query : {Query{}, Query{{"preview", "true"}}}) {
        const Answer answer = post(skip("a"), query);
        EXPECT_EQ(answer.status, 409);
        EXPECT_EQ(answer.body["code"], "conflict");
    }
    Json other = skip("a");
    other["domain"] = "ship";
    EXPECT_EQ(
        post(other).detail(),
        "no domain 'ship' has been sequenced here; did you mean 'shop'?; there are: shop"
    );
}

TEST_F(CommandRoutes, WhatIsNoCommandIsRefusedBeforeAnythingIsLookedAt) {
    Json unknown = skip("a");
    unknown["subjct"] = "a";
    EXPECT_EQ(
        post(unknown).detail(), "'subjct' is no member of a command; did you mean 'subject'?"
    );
    EXPECT_EQ(post(Json::array()).detail(), "the body is no JSON object");
    EXPECT_EQ(post(Json::array()).status, 400);
    EXPECT_EQ(post(skip("a"), {{"preview", "yes"}}).detail(), "preview: is true or false");
    EXPECT_EQ(
        post(skip("a"), {{"dry", "1"}}).detail(),
        "'dry' is no parameter of /v1/commands; it takes: preview"
    );
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
        const Answer answer =
            exchange(server().port(), {"POST", "/v1/commands", {}, type, to_text(skip("a"))});
        EXPECT_EQ(answer.status, 415) << type;
        EXPECT_EQ(answer.detail(), "a command is application/json");
    }
}

TEST_F(CommandRoutes, AKeyInTheHeaderIsHeldToTheLimitsOfAnId) {
    const Answer answer = post(skip("a"), {}, {{"Idempotency-Key", std::string(101, 'k')}});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.detail(), "`id`: 101 bytes, at most 100");
    EXPECT_EQ(post(skip("a"), {}, {{"Idempotency-Key", std::string(100, 'k')}}).status, 409);
    EXPECT_EQ(
        post(skip("a"), {}, {{"Idempotency-Key", "\xff\xfe"}}).detail(),
        "`id`: is not one line of text"
    );
}

TEST_F(CommandRoutes, FiltersOfWhatIsStuckAreCheckedByName) {
    const Answer when = get("/v1/stuck", {{"before", "yesterday"}});
    EXPECT_EQ(when.status, 400);
    EXPECT_TRUE(when.detail().starts_with("before: 'yesterday' is not an RFC 3339 time"))
        << when.detail();
    EXPECT_EQ(get("/v1/stuck", {{"before", ""}}).status, 400) << "given, and empty";
    EXPECT_EQ(
        get("/v1/stuck", {{"casue", "gap"}}).detail(),
        "'casue' is no parameter of /v1/stuck; did you mean 'cause'?; it takes: cursor, limit, "
        "domain, subscription, cause, type, subject, before"
    );
    EXPECT_EQ(
        get("/v1/stuck", {{"cursor", "x"}}).detail(), "cursor 'x': none that a page has given"
    );
    EXPECT_EQ(get("/v1/stuck", {{"cause", "no such cause"}}).body["stuck"], Json::array());
}

TEST_F(CommandRoutes, ASubjectsEventsHaveTheirOwnParameters) {
    const Answer none = get("/v1/subjects/a%20b/events");
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.detail(), "nothing of 'a b' stands still here");
    EXPECT_EQ(get("/v1/subjects/a").status, 404);
    EXPECT_EQ(get("/v1/subjects/a/events", {{"limit", "0"}}).status, 400);
    EXPECT_EQ(
        get("/v1/subjects/a/events", {{"cause", "gap"}}).detail(),
        "'cause' is no parameter of /v1/subjects/a/events; it takes: domain, subscription, limit"
    );
}

/// A daemon that carries out what it is told.
class LiveCommands : public testing::Test {
protected:
    LiveCommands() {
        daemon_ =
            std::make_unique<Daemon>(load_setup(directory_.config()).value(), logger_, clock_);
        const Status started = daemon_->start();
        EXPECT_TRUE(started) << started.error().message;
    }

    Answer send(
        const std::string& method,
        const std::string& path,
        Query query = {},
        const std::string& body = {},
        http::Headers headers = {}
    ) {
        return exchange(
            daemon_->info().api.port,
            {method,
             path,
             std::move(query),
             body.empty() ? "" : "application/json",
             body,
             std::move(headers)}
        );
    }

    Answer post(const Json& command, Query query = {}, http::Headers headers = {}) {
        return send("POST", "/v1/commands", std::move(query), to_text(command), std::move(headers));
    }

    /// Only the second of each subject: the first is missing.
    void publish_gaps(const std::vector<std::string>& subjects) {
        for (const std::string& subject : subjects) {
            const Event event = made_event(subject, 2);
            ASSERT_EQ(send("POST", "/v1/events", {}, event::write_json(event)).status, 200);
        }
        for (int tries = 0; tries < 2'000; ++tries) {
            if (send("GET", "/v1/status").body["idle"] == true) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        FAIL() << "the daemon is not idle";
    }

    Json stuck(Query query = {}) { return send("GET", "/v1/stuck", std::move(query)).body; }

private:
    test::ShopDirectory directory_;
    std::ostringstream log_;
    SystemClock clock_;
    Logger logger_{log_, clock_, LogLevel::kError};
    std::unique_ptr<Daemon> daemon_;
};

TEST_F(LiveCommands, APreviewChangesNothingAndSaysTheSameAgain) {
    publish_gaps({"a"});
    const Answer first = post(skip("a"), {{"preview", "true"}});
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.body["count"], 1);
    EXPECT_EQ(first.body["events"], 1);
    EXPECT_EQ(first.body["about"][0]["cause"], "gap");
    EXPECT_EQ(first.body["view"].get<std::string>().size(), 16U);
    EXPECT_EQ(post(skip("a"), {{"preview", "true"}}).body, first.body);
    EXPECT_EQ(stuck()["stuck"].size(), 1U);
}

TEST_F(LiveCommands, AViewOfAnotherStateVerbOrNobodyIsAConflict) {
    publish_gaps({"a"});
    Json adopt = skip("a");
    adopt["verb"] = "adopt";
    const Json of_adopt = post(adopt, {{"preview", "true"}}).body["view"];
    for (const Json& view : {Json("0000000000000000"), Json("x"), of_adopt}) {
        Json command = skip("a");
        command["view"] = view;
        const Answer answer = post(command);
        EXPECT_EQ(answer.status, 409) << view;
        EXPECT_EQ(answer.body["code"], "conflict");
        EXPECT_EQ(answer.detail(), "what was looked at has changed: 1 now; look again");
    }
    EXPECT_EQ(stuck()["stuck"].size(), 1U) << "nothing was changed";
}

TEST_F(LiveCommands, TheKeyInTheHeaderGoesBeforeTheIdAndIsCarriedOutOnce) {
    publish_gaps({"a", "b"});
    Json command = skip("a");
    command["id"] = "body";
    const Answer done = post(command, {}, {{"Idempotency-Key", "header"}});
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.body["id"], "header");
    EXPECT_EQ(done.body["done"], 1);
    EXPECT_FALSE(done.body.contains("repeated"));
    const Answer again = post(skip("b"), {}, {{"Idempotency-Key", "header"}});
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body["repeated"], true);
    EXPECT_EQ(again.body["outcomes"][0]["subject"], "a") << "what was done under this id";
    EXPECT_EQ(stuck()["stuck"][0]["subject"], "b") << "was not touched";
    const Answer late = post(command);
    EXPECT_EQ(late.status, 409) << late.body;
    EXPECT_EQ(late.detail(), "a: nothing waits in domain shop (any more)");
}

TEST_F(LiveCommands, WithoutAnIdEachHasItsOwn) {
    publish_gaps({"a", "b"});
    const Json first = post(skip("a")).body["id"];
    const Json second = post(skip("b")).body["id"];
    EXPECT_EQ(first.get<std::string>().size(), 32U);
    EXPECT_NE(first, second);
}

TEST_F(LiveCommands, WhatStandsForNothingIsAConflictThatSaysSo) {
    publish_gaps({"a"});
    Json all = skip("a");
    all.erase("subject");
    all["cause"] = "parked-gap";
    EXPECT_EQ(post(all, {{"preview", "true"}}).body["count"], 0);
    const Answer none = post(all);
    EXPECT_EQ(none.status, 409);
    EXPECT_EQ(none.detail(), "nothing in domain shop stands for parked-gap (any more)");
    all["verb"] = "settle";
    all["winner"] = "first";
    all["cause"] = "gap";
    EXPECT_EQ(
        post(all).detail(), "`cause`: 'gap' is none that settle takes all of; it takes: conflict"
    );
    Json redrive = skip("a");
    redrive["verb"] = "redrive";
    redrive["subscription"] = "audit";
    EXPECT_EQ(post(redrive).detail(), "a: it has no backlog in audit (any more)");
    redrive["subscription"] = "nobody";
    EXPECT_EQ(post(redrive).detail(), "no subscription 'nobody' in domain shop; there are: audit");
}

TEST_F(LiveCommands, WhatIsStuckComesInPagesOfWhatIsAskedFor) {
    publish_gaps({"a", "b", "c", "d", "e"});
    for (const Query& none :
         {Query{{"before", "2001-01-01T00:00:00Z"}},
          Query{{"type", "order.cancelled"}},
          Query{{"subscription", "audit"}},
          Query{{"cause", "conflict"}}}) {
        EXPECT_EQ(stuck(none)["stuck"], Json::array()) << none.begin()->first;
    }
    EXPECT_EQ(stuck({{"subject", "c"}, {"cause", "gap"}})["stuck"].size(), 1U);
    std::set<std::string> seen;
    Query query{{"limit", "2"}, {"cause", "gap"}, {"domain", "shop"}};
    for (int pages = 0; pages < 20; ++pages) {
        const Json page = stuck(query);
        ASSERT_LE(page["stuck"].size(), 2U);
        for (const Json& one : page["stuck"]) {
            EXPECT_TRUE(seen.insert(one["subject"]).second) << one << " came twice";
            EXPECT_EQ(one["type"], "order.placed");
            EXPECT_FALSE(one["next"].get<std::string>().empty());
        }
        if (page["next"].is_null()) break;
        query["cursor"] = page["next"];
    }
    EXPECT_EQ(seen, (std::set<std::string>{"a", "b", "c", "d", "e"}));
}

TEST_F(LiveCommands, WhatWaitsIsShownWithItsPlace) {
    publish_gaps({"a"});
    const Json page = send("GET", "/v1/subjects/a/events").body;
    ASSERT_EQ(page["records"].size(), 1U) << page;
    EXPECT_EQ(page["records"][0]["id"], "a-2");
    EXPECT_EQ(page["records"][0]["place"], "waiting");
    EXPECT_FALSE(page["records"][0].contains("subscription"));
    EXPECT_EQ(send("GET", "/v1/subjects/a/events", {{"subscription", "audit"}}).status, 404);
    EXPECT_EQ(send("GET", "/v1/subjects/a/events", {{"domain", "elsewhere"}}).status, 404);
    ASSERT_EQ(post(skip("a")).status, 200);
    EXPECT_EQ(send("GET", "/v1/subjects/a/events").status, 404) << "it went";
}

}  // namespace
}  // namespace sluice::daemon
