// GET /v1/snapshots/…, both ends of it.

#include "daemon/api/state_route.hpp"

#include "daemon/access/roles.hpp"
#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

/// Answers what it is told, and remembers what it was asked.
class StateBackend final : public test::FakeBackend {
public:
    [[nodiscard]] Result<StateReply> state(const StateQuery& query) const override {
        asked = query;
        return answer;
    }

    mutable StateQuery asked;
    Result<StateReply> answer{StateReply{}};
};

SubjectState found_state() {
    return {"shop", Position{7}, Instant{1'500}, 0, Position{0}, R"({"paid":1.10})"};
}

http::Request get_state(const std::string& path) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    return request;
}

class StateRoute : public testing::Test {
protected:
    http::Response ask(http::Request request) { return state_response(backend_, request); }

    StateBackend backend_;
};

TEST_F(StateRoute, AnswersTheStateItselfAndHeadersAboutIt) {
    backend_.answer = StateReply{found_state(), {}};
    http::Request request = get_state("/v1/snapshots/shop/17");
    request.query = {{"at", "7"}, {"projection", "billing"}};
    const http::Response response = ask(request);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(response.body, R"({"paid":1.10})");
    EXPECT_EQ(response.headers.at("Sluice-Position"), "7");
    EXPECT_EQ(response.headers.at("Sluice-Time"), "1970-01-01T00:00:01.500Z");
    EXPECT_EQ(response.headers.at("Sluice-Missed"), "0");
    EXPECT_EQ(backend_.asked.domain, "shop");
    EXPECT_EQ(backend_.asked.subject, "17");
    EXPECT_EQ(backend_.asked.at, "7");
    EXPECT_EQ(backend_.asked.projection, "billing");
}

TEST_F(StateRoute, ASubjectMayHaveSlashesAndTheDomainBeTheOnlyOne) {
    backend_.answer = StateReply{found_state(), {}};
    EXPECT_EQ(ask(get_state("/v1/snapshots/_/a/b")).status, 200);
    EXPECT_EQ(backend_.asked.domain, "");
    EXPECT_EQ(backend_.asked.subject, "a/b");
}

TEST_F(StateRoute, EachWrongInputIsAProblem) {
    for (const char* path :
         {"/v1/snapshots/", "/v1/snapshots/shop", "/v1/snapshots/shop/", "/v1/snapshots//17"}) {
        const http::Response response = ask(get_state(path));
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(response.content_type, "application/problem+json");
    }
    http::Request request = get_state("/v1/snapshots/shop/17");
    request.query = {{"att", "7"}};
    EXPECT_EQ(ask(request).status, 400);
    EXPECT_NE(ask(request).body.find("did you mean 'at'?"), std::string::npos);
}

TEST_F(StateRoute, SaysWhyThereIsNone) {
    const http::Request request = get_state("/v1/snapshots/shop/17");
    const std::pair<ErrorCode, int> all[] = {
        {ErrorCode::kInvalidArgument, 400},
        {ErrorCode::kNotFound, 404},
        {ErrorCode::kConflict, 409},
        {ErrorCode::kUnavailable, 503}};
    for (const auto& [code, status] : all) {
        backend_.answer = Error{code, "because"};
        EXPECT_EQ(ask(request).status, status);
        EXPECT_NE(ask(request).body.find(R"("detail":"because")"), std::string::npos);
    }
    backend_.answer = StateReply{{}, "retention has taken it"};
    EXPECT_EQ(ask(request).status, 410);
    EXPECT_NE(ask(request).body.find(R"("title":"Gone")"), std::string::npos);
    EXPECT_NE(ask(request).body.find("retention has taken it"), std::string::npos);
}

TEST_F(StateRoute, ComesBackAsItWas) {
    SubjectState found = found_state();
    for (const std::uint64_t missing : {0U, 3U}) {
        found.missing = missing;
        found.missing_last = Position{missing};
        backend_.answer = StateReply{found, {}};
        const auto reply = state_reply(ask(state_request({"shop", "17", "7", ""})));
        ASSERT_TRUE(reply) << reply.error().message;
        EXPECT_EQ(reply.value(), (StateReply{found, {}}));
    }
    backend_.answer = StateReply{{}, "gone"};
    EXPECT_EQ(state_reply(ask(state_request({"shop", "17", "", ""}))).value().gone, "gone");
    backend_.answer = Error{ErrorCode::kConflict, "not known"};
    EXPECT_EQ(
        state_reply(ask(state_request({"shop", "17", "", ""}))).error(),
        (Error{ErrorCode::kConflict, "not known"})
    );
}

TEST_F(StateRoute, AnotherServersAnswerIsNone) {
    http::Response response{200, "application/json", "{}"};
    EXPECT_EQ(state_reply(response).error().code, ErrorCode::kUnavailable);
    response.headers = {
        {"Sluice-Position", "7x"}, {"Sluice-Time", "1970-01-01T00:00:00Z"}, {"Sluice-Missed", "0"}};
    EXPECT_FALSE(state_reply(response));
}

TEST(StateRequest, NamesTheOnlyDomainAndEscapesSubjects) {
    EXPECT_EQ(state_request({"", "a/b", "", ""}).path, "/v1/snapshots/_/a%2Fb");
    EXPECT_TRUE(state_request({"", "a", "", ""}).query.empty());
    EXPECT_EQ(state_request({"d", "a", "id:1", "p"}).query.at("at"), "id:1");
}

TEST(StateGrant, WhoTakesASubscriptionsEventsMaySeeItsStates) {
    const auto grant = grant_instead("GET", "/v1/snapshots/shop/17", "billing");
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->text(), "subscribe billing");
    EXPECT_FALSE(grant_instead("GET", "/v1/snapshots/shop/17", ""));
    EXPECT_FALSE(grant_instead("POST", "/v1/snapshots/shop/17", "billing"));
    EXPECT_FALSE(grant_instead("GET", "/v1/status", "billing"));
    EXPECT_EQ(grant_needed("GET", "/v1/snapshots/shop/17").text(), "view");
}

}  // namespace
}  // namespace sluice::daemon
