#include "daemon/access/auth.hpp"

#include "http/token.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

http::Request asking(
    const std::string& path, const std::string& token, const std::string& method = "GET"
) {
    http::Request request;
    request.method = method;
    request.path = path;
    if (!token.empty()) request.headers.emplace("authorization", "Bearer " + token);
    return request;
}

TokenConfig token(
    const std::string& name,
    const std::string& text,
    const std::string& role,
    std::uint32_t rate = 0
) {
    return {name, http::token_hash(text), {parse_grant(role).value()}, rate};
}

TEST(Auth, WithoutTokensEverybodyIsLetIn) {
    Auth auth{{}};
    EXPECT_FALSE(auth.is_on());
    EXPECT_FALSE(auth.refusal_of(asking("/v1/commands", "", "POST")));
}

TEST(Auth, WithThemWhoeverHasNoneOrAnotherIsAskedWhoTheyAre) {
    Auth auth{{token("ops", "good", "admin")}};
    EXPECT_TRUE(auth.is_on());
    for (const char* text : {"", "bad", "goo", "good "}) {
        const auto refusal = auth.refusal_of(asking("/v1/status", text));
        ASSERT_TRUE(refusal.has_value()) << text;
        EXPECT_EQ(refusal->status, 401);
        EXPECT_EQ(refusal->headers.at("WWW-Authenticate"), "Bearer realm=\"sluice\"");
        EXPECT_EQ(refusal->body.find("good"), std::string::npos);
    }
    EXPECT_FALSE(auth.refusal_of(asking("/v1/status", "good")));
    http::Request basic = asking("/v1/status", "");
    basic.headers.emplace("Authorization", "Basic good");
    EXPECT_EQ(auth.refusal_of(basic)->status, 401);
    EXPECT_EQ(auth.refusal_of(asking("/v1/status", http::token_hash("good")))->status, 401)
        << "the hash is no token";
}

TEST(Auth, WhoTakesASubscriptionsEventsMaySeeItsStatesAndNoOthers) {
    Auth auth{{token("billing", "b", "subscribe billing")}};
    http::Request request = asking("/v1/snapshots/shop/17", "b");
    EXPECT_EQ(auth.refusal_of(request)->status, 403);
    request.query["projection"] = "audit";
    EXPECT_EQ(auth.refusal_of(request)->status, 403);
    request.query["projection"] = "billing";
    EXPECT_FALSE(auth.refusal_of(request));
}

TEST(Auth, WhoMayNotIsToldWhatIsMissing) {
    Auth auth{{token("look", "v", "view"), token("billing", "b", "subscribe billing")}};
    const auto refusal = auth.refusal_of(asking("/v1/commands", "v", "POST"));
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->status, 403);
    EXPECT_NE(refusal->body.find("the token 'look' has not the role 'operate'"), std::string::npos);
    EXPECT_FALSE(auth.refusal_of(asking("/v1/status", "v")));
    EXPECT_FALSE(auth.refusal_of(asking("/v1/subscriptions/billing/pull", "b", "POST")));
    EXPECT_EQ(auth.refusal_of(asking("/v1/subscriptions/sales/pull", "b", "POST"))->status, 403);
    EXPECT_EQ(auth.refusal_of(asking("/v1/status", "b"))->status, 403);
}

TEST(Auth, ATokenHasItsOwnRate) {
    Auth auth{{token("slow", "s", "view", 3), token("fast", "f", "view")}};
    int taken = 0;
    for (int n = 0; n < 20; ++n) {
        const auto refusal = auth.refusal_of(asking("/v1/status", "s"));
        if (!refusal) ++taken;
        if (!refusal) continue;
        EXPECT_EQ(refusal->status, 429);
        EXPECT_TRUE(refusal->headers.contains("Retry-After"));
    }
    EXPECT_GE(taken, 3);
    EXPECT_LE(taken, 6) << "unless a second has passed";
    for (int n = 0; n < 100; ++n) EXPECT_FALSE(auth.refusal_of(asking("/v1/status", "f")));
}

}  // namespace
}  // namespace sluice::daemon
