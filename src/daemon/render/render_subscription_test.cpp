#include "daemon/render/render_subscription.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

Json billing() {
    return Json::parse(
        R"({"id":"billing","domain":"shop","types":["a","b"],"sink":"https://x/","protocol":"HTTP",
            "protocolsettings":{"mode":"batch"},"origin":"api","state":"stands",
            "problem":"no \u001b[31m type","created":"2026-01-01T00:00:00.000Z",
            "changed":"2026-01-02T00:00:00.000Z","by":"alice","reason":""})"
    );
}

TEST(RenderSubscription, AllOfThemAreATable) {
    Json pulled{
        {"id", "p"},
        {"domain", "shop"},
        {"protocol", "PULL"},
        {"origin", "file"},
        {"state", "runs"}};
    EXPECT_EQ(
        render_subscriptions({{"subscriptions", {billing(), pulled}}}),
        "name     domain  from  protocol  to          state   changed                   problem\n"
        "billing  shop    api   HTTP      https://x/  stands  2026-01-02T00:00:00.000Z  no ?[31m "
        "type\n"
        "p        shop    file  PULL      -           runs    -                         -\n"
    );
    EXPECT_EQ(render_subscriptions({{"subscriptions", Json::array()}}), "no subscriptions\n");
}

TEST(RenderSubscription, OneIsALinePerMember) {
    EXPECT_EQ(
        render_subscription(billing()),
        "billing: from the API, stands\n"
        "  problem: no ?[31m type\n"
        "  domain: shop\n"
        "  types: [\"a\",\"b\"]\n"
        "  protocol: HTTP\n"
        "  sink: https://x/\n"
        "  protocolsettings: {\"mode\":\"batch\"}\n"
        "  created: 2026-01-01T00:00:00.000Z\n"
        "  changed: 2026-01-02T00:00:00.000Z\n"
        "  by: alice\n"
    );
}

TEST(RenderSubscription, AChangeIsWhatDiffers) {
    Json after = billing();
    after["sink"] = "https://y/";
    after.erase("types");
    after["config"] = {{"run", 3}};
    EXPECT_EQ(
        render_replacement(billing(), after),
        "changes the subscription billing\n"
        "  types: [\"a\",\"b\"] -> -\n"
        "  sink: https://x/ -> https://y/\n"
        "  config: - -> {\"run\":3}\n"
    );
    EXPECT_NE(render_replacement(after, after).find("nothing differs"), std::string::npos);
    EXPECT_TRUE(
        render_creation(after).starts_with("makes the subscription billing\n  domain: shop\n")
    );
}

TEST(RenderSubscription, ADeletionSaysWhatGoes) {
    Json answer{
        {"id", "b"}, {"domain", "shop"}, {"parked", 1}, {"backlog_events", 7}, {"behind", 0}};
    EXPECT_EQ(
        render_deletion(answer),
        "deletes the subscription b of domain shop; with it goes its progress (0 events behind), "
        "1 parked subject and 7 events in backlogs\n"
    );
    answer["deleted"] = true;
    EXPECT_TRUE(render_deletion(answer).starts_with("deleted the subscription b"));
}

}  // namespace
}  // namespace sluice::daemon
