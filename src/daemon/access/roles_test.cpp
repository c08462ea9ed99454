#include "daemon/access/roles.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace sluice::daemon {
namespace {

std::vector<Grant> grants(const std::vector<std::string>& texts) {
    std::vector<Grant> all;
    for (const std::string& text : texts) {
        const auto grant = parse_grant(text);
        EXPECT_TRUE(grant.has_value()) << text;
        if (grant) all.push_back(grant.value());
    }
    return all;
}

TEST(Roles, AreWords) {
    for (const char* text :
         {"publish", "subscribe billing", "subscribe *", "view", "operate", "admin"}) {
        EXPECT_EQ(parse_grant(text)->text(), text);
    }
    for (const char* text :
         {"", "Publish", "subscribe", "subscribe ", "subscribe a b", "root", "view "}) {
        const auto grant = parse_grant(text);
        ASSERT_FALSE(grant.has_value()) << text;
        EXPECT_NE(grant.error().message.find("subscribe NAME"), std::string::npos);
    }
}

TEST(Roles, WhatARequestNeeds) {
    const std::tuple<const char*, const char*, const char*> all[]{
        {"GET", "/v1/status", "view"},
        {"HEAD", "/v1/topics", "view"},
        {"OPTIONS", "/v1/commands", "view"},
        {"GET", "/v1/topics/order.placed/records", "view"},
        {"POST", "/v1/events", "publish"},
        {"POST", "/v1/domains/shop/events", "publish"},
        {"POST", "/v1/commands", "operate"},
        {"GET", "/v1/sagas/c-1", "view"},
        {"POST", "/v1/sagas/checkout", "publish"},
        {"POST", "/v1/sagas/c-1/retry", "operate"},
        {"POST", "/v1/saga-answers", "publish"},
        {"POST", "/v1/subscriptions/billing/pull", "subscribe billing"},
        {"POST", "/v1/subscriptions/billing/ack", "subscribe billing"},
        {"GET", "/v1/subscriptions", "view"},
        {"GET", "/v1/subscriptions/billing", "view"},
        {"POST", "/v1/subscriptions", "admin"},
        {"PUT", "/v1/subscriptions/billing", "admin"},
        {"DELETE", "/v1/subscriptions/billing", "admin"},
        {"POST", "/v1/domains/shop", "admin"},
        {"DELETE", "/v1/events", "admin"},
        {"PUT", "/anything", "admin"}};
    for (const auto& [method, path, needed] : all) {
        EXPECT_EQ(grant_needed(method, path).text(), needed) << method << " " << path;
    }
}

/// Every role against everything that can be needed.
TEST(Roles, WhoMayDoWhat) {
    const std::vector<std::string> needed{
        "publish", "subscribe a", "subscribe b", "view", "operate", "admin"};
    const std::vector<std::tuple<std::string, std::string>> rows{
        {"publish", "x....."},
        {"subscribe a", ".x...."},
        {"subscribe *", ".xx..."},
        {"view", "...x.."},
        {"operate", "...xx."},
        {"admin", "xxxxxx"}};
    for (const auto& [role, may] : rows) {
        for (std::size_t at = 0; at < needed.size(); ++at) {
            EXPECT_EQ(allows(grants({role}), grants({needed[at]}).front()), may[at] == 'x')
                << role << " for " << needed[at];
        }
    }
    EXPECT_FALSE(allows({}, Grant{Role::kView}));
    EXPECT_TRUE(allows(grants({"publish", "subscribe b"}), Grant{Role::kSubscribe, "b"}));
}

}  // namespace
}  // namespace sluice::daemon
