#include "daemon/config/subscription_config.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice::daemon {
namespace {

struct ReadAs {
    SubscriptionConfig one;
    std::string problems;
};

ReadAs read_as(bool is_file, const std::string& text) {
    const auto document = contract::Document::parse("here", text);
    EXPECT_TRUE(document) << text;
    contract::Problems problems;
    const deliver::push::AddressGuard guard;
    const Environment environment = [](const char* name) -> std::optional<std::string> {
        if (std::string{name} == "SLUICE_SECRET_A") return "Bearer it";
        return std::nullopt;
    };
    ReadAs answer;
    answer.one = read_subscription(
        contract::Node::root_of(document.value(), problems),
        {guard, "/etc/sluice", environment, is_file}
    );
    for (const std::string& line : problems.lines()) answer.problems += line + "\n";
    return answer;
}

TEST(SubscriptionConfig, BeginsWithTheOldestUnlessItSaysNow) {
    EXPECT_EQ(read_as(true, "{name: a, domain: d, file: f}").one.start, Start::kBeginning);
    EXPECT_EQ(read_as(true, "{name: a, domain: d, file: f, start: now}").one.start, Start::kNow);
    EXPECT_EQ(
        read_as(true, "{name: a, domain: d, file: f, start: beginning}").one.start,
        Start::kBeginning
    );
    const std::string wrong = read_as(true, "{name: a, domain: d, file: f, start: end}").problems;
    EXPECT_NE(wrong.find("/start: 'end' is not one of beginning, now"), std::string::npos) << wrong;
}

TEST(SubscriptionConfig, KnowsWhatItWasReadFrom) {
    EXPECT_EQ(
        read_as(true, "{name: a, domain: d, file: f.jsonl}").one.written,
        R"({"domain":"d","file":"f.jsonl","name":"a"})"
    );
}

TEST(SubscriptionConfig, WhatComesOverTheNetworkReachesNoFileAndNoOtherVariable) {
    const std::string sink = "{name: a, domain: d, sink: {http: 'https://example.com/', ";
    const std::set<std::string> refused{
        "{name: a, domain: d, file: /tmp/f}",
        sink + "ca: ca.pem}}",
        sink + "secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]}}",
        sink + "secrets: [{file: /etc/passwd}]}}",
        sink + "secrets: [{env: SLUICE_SECRET_A, file: /etc/passwd}]}}",
        sink + "authorization: {env: HOME}}}",
        sink + "authorization: {env: [SLUICE_SECRET_A]}}}",
        sink + "authorization: 'Bearer x'}}"};
    for (const std::string& text : refused) {
        const ReadAs over_network = read_as(false, text);
        EXPECT_NE(over_network.problems, "") << text;
        EXPECT_FALSE(over_network.one.push) << text;  // nothing was looked up
        EXPECT_EQ(over_network.one.file, "") << text;
        EXPECT_EQ(over_network.problems.find("whsec_"), std::string::npos);
        EXPECT_EQ(over_network.problems.find("root:"), std::string::npos);
    }
    const ReadAs fits = read_as(false, sink + "authorization: {env: SLUICE_SECRET_A}}}");
    EXPECT_EQ(fits.problems, "");
    EXPECT_EQ(fits.one.push->authorization, "Bearer it");
    EXPECT_NE(
        read_as(false, "{name: a, domain: d}").problems.find("'sink' or 'topic'"), std::string::npos
    );
}

TEST(SubscriptionConfig, AFileOfTheFileIsLookedForBesideIt) {
    EXPECT_EQ(read_as(true, "{name: a, domain: d, file: f}").one.file, "/etc/sluice/f");
    EXPECT_NE(
        read_as(true, "{name: a, domain: d, file: ''}").problems.find("'' is not a path"),
        std::string::npos
    );
}

}  // namespace
}  // namespace sluice::daemon
