#include "daemon/config/config.hpp"
#include "http/token.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

Result<Config> config_of(const std::string& tokens, const std::string& more = "") {
    return parse_config(
        "sluice.yaml", "contracts: [a]\n" + more + "auth: {tokens: " + tokens + "}\n"
    );
}

std::string token_entry(
    const std::string& name, const std::string& token, const std::string& roles
) {
    return "{name: " + name + ", hash: '" + http::token_hash(token) + "', roles: " + roles + "}";
}

void expect_no_tokens(const std::string& tokens, std::string_view words) {
    const auto config = config_of(tokens);
    ASSERT_FALSE(config) << tokens;
    EXPECT_NE(config.error().message.find(words), std::string::npos) << config.error().message;
}

TEST(TokenConfig, ATokenIsItsHashAndWhatItMayDo) {
    const auto config = config_of(
        "[" + token_entry("shop", "a", "[publish]") + ", {name: b, hash: '" +
        http::token_hash("b") + "', roles: [subscribe billing, view], rate: 50}]"
    );
    ASSERT_TRUE(config.has_value()) << config.error().message;
    ASSERT_EQ(config->tokens.size(), 2U);
    EXPECT_EQ(config->tokens[0].name, "shop");
    EXPECT_EQ(config->tokens[0].grants, std::vector{Grant{Role::kPublish}});
    EXPECT_EQ(config->tokens[0].per_second, 0U);
    EXPECT_EQ(config->tokens[1].grants.size(), 2U);
    EXPECT_EQ(config->tokens[1].per_second, 50U);
}

TEST(TokenConfig, WithTokensItMayListenAnywhere) {
    const std::string tokens = "[" + token_entry("ops", "a", "[admin]") + "]";
    const auto open = config_of(tokens, "listen: 0.0.0.0:8480\nmanagement: 0.0.0.0:8481\n");
    ASSERT_TRUE(open.has_value()) << open.error().message;
    EXPECT_EQ(open->listen.host, "0.0.0.0");
    EXPECT_FALSE(parse_config("sluice.yaml", "contracts: [a]\nlisten: 0.0.0.0:8480\n"));
}

TEST(TokenConfig, WhatIsWrongIsNamedAndATokenIsShownToNobody) {
    expect_no_tokens("[]", "is empty: nobody could be let in");
    expect_no_tokens("[{}]", "'name' is missing");
    expect_no_tokens(
        "[{name: a, hash: x, roles: [view]}]", "`sluice token` makes a token and its hash"
    );
    expect_no_tokens("[{name: a, hash: hunter2, roles: [root]}]", "'root' is no role");
    expect_no_tokens("[" + token_entry("a", "a", "[]") + "]", "gives no role");
    expect_no_tokens(
        "[" + token_entry("a", "a", "[view]") + ", " + token_entry("a", "b", "[view]") + "]",
        "there is a token 'a' already"
    );
    expect_no_tokens(
        "[" + token_entry("a", "a", "[view]") + ", " + token_entry("b", "a", "[view]") + "]",
        "is another one's, too"
    );
    const auto plain = config_of("[{name: a, hash: hunter2, roles: [view]}]");
    EXPECT_EQ(plain.error().message.find("hunter2"), std::string::npos) << plain.error().message;
}

}  // namespace
}  // namespace sluice::daemon
