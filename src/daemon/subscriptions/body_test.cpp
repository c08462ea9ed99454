#include "daemon/subscriptions/body.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sluice::daemon {
namespace {

Json ours(std::string_view text) {
    const auto body = read_body(text);
    EXPECT_TRUE(body) << body.error().message;
    return body ? Json::parse(body->document.root().dump()) : Json{};
}

/// Members in any order.
void expect_same(const Json& a, const Json& b) {
    EXPECT_EQ(nlohmann::json::parse(a.dump()), nlohmann::json::parse(b.dump()));
}

void expect_no_body(std::string_view text, std::string_view words) {
    const auto body = read_body(text);
    ASSERT_FALSE(body) << text;
    EXPECT_EQ(body.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(body.error().message.find(words), std::string::npos) << body.error().message;
}

TEST(SubscriptionBody, OfCloudEventsIsTheSameInTheWordsOfTheFile) {
    const std::pair<const char*, const char*> all[]{
        {R"({"id":"a","domain":"d","sink":"https://x/","protocol":"HTTP",
             "protocolsettings":{"mode":"batch","timeout":"1s"},"types":["t"],
             "filters":[{"exact":{"type":"t"}}],"config":{"retry":{"attempts":2},"start":"now"}})",
         R"({"name":"a","domain":"d","sink":{"http":"https://x/","mode":"batch","timeout":"1s"},
             "types":["t"],"filters":[{"exact":{"type":"t"}}],"retry":{"attempts":2},"start":"now"})"},
        {R"({"id":"a","domain":"d","protocol":"PULL"})",
         R"({"name":"a","domain":"d","sink":{"pull":{}}})"},
        {R"({"id":"a","domain":"d","protocol":"PULL","protocolsettings":{"subjects":5}})",
         R"({"name":"a","domain":"d","sink":{"pull":{"subjects":5}}})"},
        {R"({"id":"a","protocol":"KAFKA","protocolsettings":{"topicname":"t","partitions":3}})",
         R"({"name":"a","topic":{"name":"t","partitions":3}})"},
    };
    for (const auto& [theirs, file] : all) {
        expect_same(ours(theirs), Json::parse(file));
        expect_same(ours(file), Json::parse(file));
        const Json shown = cloud_events_of(Json::parse(file));
        expect_same(ours(shown.dump()), Json::parse(file));  // what is shown can be sent again
    }
}

TEST(SubscriptionBody, OfTheFileMayBeYaml) {
    expect_same(
        ours("name: a\ndomain: d\nsink: {pull: {subjects: 3}}\n"),
        Json::parse(R"({"name":"a","domain":"d","sink":{"pull":{"subjects":3}}})")
    );
}

TEST(SubscriptionBody, WhatCloudEventsDoNotHaveIsRefusedInTheirWords) {
    expect_no_body(R"({"id":"a","fliters":[]})", "/fliters: unknown name; did you mean 'filters'?");
    expect_no_body(R"({"protocol":"PULL"})", "'id' is missing");
    expect_no_body(R"({"id":"a"})", "'sink' is missing");
    expect_no_body(R"({"id":"a","protocol":"MQTT5"})", "'MQTT5' is not one of HTTP, PULL, KAFKA");
    expect_no_body(R"({"id":"a","protocol":"PULL","sink":"x"})", "there is no address");
    expect_no_body(
        R"({"id":"a","protocol":"PULL","protocolsettings":{"subject":1}})",
        "did you mean 'subjects'?"
    );
    expect_no_body(R"({"id":"a","sink":"x","protocolsettings":{"http":"y"}})", "is `sink`");
    expect_no_body(R"({"id":"a","sink":"x","protocolsettings":[1]})", "/protocolsettings: ");
    expect_no_body(R"({"id":"a","sink":"x","config":{"rety":1}})", "did you mean 'retry'?");
    expect_no_body(R"({"id":"a","protocol":"KAFKA"})", "'topicname' is missing");
    expect_no_body(R"({"id":"a","source":"/x","protocol":"PULL"})", "/source: unknown name");
    expect_no_body("[]", "is a mapping");
    expect_no_body("{\"id\": \"a\", \"id\": \"b\"}", "subscription:1:");
    expect_no_body("{", "subscription:1:");
}

TEST(SubscriptionBody, AProblemNamesTheMembersThatWereWritten) {
    const std::pair<const char*, const char*> all[]{
        {"/name", "/id"},
        {"/sink/http", "/sink"},
        {"/sink/timeout", "/protocolsettings/timeout"},
        {"/sink/pull/subjects", "/protocolsettings/subjects"},
        {"/topic/name", "/protocolsettings/topicname"},
        {"/topic/partitions", "/protocolsettings/partitions"},
        {"/retry/classes/sql", "/config/retry/classes/sql"},
        {"/run", "/config/run"},
        {"/filters/0/sql", "/filters/0/sql"},
        {"/names", "/names"}};
    for (const auto& [file, theirs] : all) {
        const std::string line = fmt::format("subscription:1:7: {}: no: good", file);
        EXPECT_EQ(in_words_of(Wording::kCloudEvents, line), fmt::format("{}: no: good", theirs));
        EXPECT_EQ(in_words_of(Wording::kOurs, line), line);
    }
    EXPECT_EQ(
        in_words_of(Wording::kCloudEvents, "subscription:1:1: 'x' is missing"), "'x' is missing"
    );
    EXPECT_EQ(in_words_of(Wording::kCloudEvents, "plain"), "plain");
}

TEST(SubscriptionBody, NoSecretIsShown) {
    const Json shown = cloud_events_of(Json::parse(
        R"({"name":"a","sink":{"http":"https://x/","secrets":["whsec_abc",{"env":"E"}],
            "authorization":"Bearer abc"}})"
    ));
    EXPECT_EQ(shown.dump().find("abc"), std::string::npos);
    EXPECT_EQ(shown["protocolsettings"]["secrets"], Json::parse(R"(["hidden",{"env":"E"}])"));
    EXPECT_EQ(shown["protocolsettings"]["authorization"], "hidden");
}

}  // namespace
}  // namespace sluice::daemon
