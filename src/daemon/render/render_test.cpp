#include "daemon/render/render.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

TEST(Render, TheStatusOfADomain) {
    const Json status = Json::parse(R"({"idle":false,"domains":[{
        "domain":"shop","idle":false,"sequencer":"slow","waiting_subjects":1,"waiting_events":3,"aside":2,
        "channels":[{"topic":"order.placed","records":10,"unread":4}],
        "repartition":[{"topic":"shop.repartition","records":0,"unread":0}],
        "ordered":[{"topic":"shop.ordered","records":6,"unread":6}],
        "subscriptions":[{"name":"audit","status":"parked","behind":2,"parked":1,"retrying":0,"backlog_events":5}]}]})"
    );
    EXPECT_EQ(
        render_status(status),
        "domain shop: busy, sequencer slow; 3 events of 1 subject waiting, 2 records aside\n"
        "  topic             records  unread\n"
        "  order.placed           10       4\n"
        "  shop.repartition        0       0\n"
        "  shop.ordered            6       -\n"
        "  subscription  status  behind  parked  retrying  backlog events\n"
        "  audit         parked       2       1         0               5\n"
    );
}

TEST(Render, AGapThatManySubjectsShareAsksForAChannel) {
    const Json status =
        Json::parse(R"({"domains":[{"domain":"shop","idle":true,"sequencer":"waiting",
        "shared_gaps":[{"wanted":"/viewed\n","subjects":4711}]}]})");
    const std::string text = render_status(status);
    EXPECT_NE(
        text.find("\n  4711 subjects wait for /viewed?: is a channel missing from the contract?\n"),
        std::string::npos
    ) << text;
}

TEST(Render, ASubscriptionThatStandsSaysWhy) {
    const Json status = Json::parse(
        R"({"domains":[{"domain":"shop","subscriptions":[
            {"name":"a","status":"ok"},{"name":"b","status":"stalled","stands":"no \u001btype"}]}]})"
    );
    const std::string text = render_status(status);
    EXPECT_TRUE(text.ends_with("\n  b stands: no ?type\n")) << text;
    EXPECT_EQ(text.find("a stands"), std::string::npos);
}

TEST(Render, ADirectoryWithoutADomainSaysSo) {
    EXPECT_NE(render_status(Json::object()).find("no domain yet"), std::string::npos);
}

TEST(Render, Topics) {
    const Json topics =
        Json::parse(R"({"topics":[{"name":"order.placed","partitions":3,"records":17}]})");
    EXPECT_EQ(
        render_topics(topics),
        "topic         partitions  records\n"
        "order.placed           3       17\n"
    );
}

TEST(Render, WhatIsStuckWithItsReason) {
    const Json page = Json::parse(R"({"stuck":[
        {"domain":"shop","cause":"parked","subject":"a","subscription":"audit",
         "since":"2026-11-23T10:00:00Z","behind":4,"reason":"no such column"},
        {"domain":"shop","cause":"gap","subject":"b","since":"2026-11-23T10:00:01Z","behind":1,
         "reason":"/orders 2"}],"next":null})");
    const std::string text = stuck_table(page).text_without_heads();
    EXPECT_EQ(
        text,
        "shop    parked  a        audit         2026-11-23T10:00:00Z       4  no such column\n"
        "shop    gap     b        -             2026-11-23T10:00:01Z       1  /orders 2\n"
    );
    EXPECT_TRUE(stuck_table(Json::object()).empty());
}

TEST(Render, BelowAListingStandsWhatAPersonCanDo) {
    EXPECT_EQ(
        what_to_do({"paused", "gap", "unheard-of"}),
        "gap: goes when what is missing comes; or: sluice skip, release, adopt\n"
        "paused: moves when you choose: sluice resume\n"
    );
    EXPECT_EQ(what_to_do({}), "");
}

TEST(Render, RecordsWithAndWithoutAnEvent) {
    const std::vector<std::string> lines{
        R"({"id":"a-1","source":"/o","type":"t","subject":"a","sourcesequence":"7",)"
        R"("subjectposition":"3","partition":1,"offset":20})",
        R"({"time":"2026-11-23T10:00:00Z","key":"k","problem":"no event","partition":1,"offset":21})"};
    const std::string text = record_table(lines).text_without_heads();
    EXPECT_EQ(
        text,
        "        1      20  a               3  t         -                     /o           7  "
        "a-1\n"
        "        1      21  k               -  no event  2026-11-23T10:00:00Z  -            -  -\n"
    );
}

}  // namespace
}  // namespace sluice::daemon
