// `versions` of a subscription: what is written, what of it can be had, and which fields are
// withheld then. Casts at work: tests/cli/versions_test.py.

#include "daemon/config/version_config.hpp"

#include "contract/load.hpp"
#include "contract/test_versions.hpp"
#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using contract::test::versioned_with;
using AskedLines = std::vector<std::string>;

Result<Config> asking_config(const std::string& subscription) {
    return parse_config(
        "sluice.yaml",
        "contracts: [a]\nsubscriptions: [{name: s, domain: order, " + subscription + "}]"
    );
}

cast::Asked asked_of(const std::string& subscription) {
    const auto config = asking_config(subscription);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return config ? config.value().subscriptions.at(0).shape.versions : cast::Asked{};
}

void expect_versions_refused(const std::string& versions, std::string_view said) {
    const auto config = asking_config("file: f, versions: " + versions);
    ASSERT_FALSE(config.has_value()) << versions;
    EXPECT_NE(config.error().message.find(said), std::string::npos) << config.error().message;
}

ContractPtr versioned_contract(std::string_view text = contract::test::kVersioned) {
    auto loaded = contract::load_contract_text("order.yaml", text);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

AskedLines problems_of(const cast::Asked& asked, const deliver::WantedTypes& types = {}) {
    return version_problems(asked, versioned_contract(), types);
}

TEST(VersionConfig, EveryKindOfSubscriptionMayAsk) {
    const cast::Asked two{{"order.paid", 1}, {"order.placed", 3}};
    const std::string asking = ", versions: {order.placed: 3, order.paid: 1}";
    for (const std::string sink :
         {"file: f",
          "topic: {name: team.orders}",
          "sink: {pull: {}}",
          "sink: {http: 'https://billing.example/'}"})
        EXPECT_EQ(asked_of(sink + asking), two) << sink;
    EXPECT_EQ(asked_of("file: f"), cast::Asked{});
    EXPECT_EQ(asked_of("file: f, versions: {a: 1000}"), (cast::Asked{{"a", 1'000}}));
}

TEST(VersionConfig, WhatIsNoVersionIsRefusedWithItsPlace) {
    const std::string at = "sluice.yaml:2:";
    const std::string placed = ": /subscriptions/0/versions/order.placed: ";
    for (const char* value : {"0", "1001", "-1", "newest", "1.5", "'2'", "[1]", "{a: 1}"}) {
        const std::string versions = std::string{"{order.placed: "} + value + "}";
        expect_versions_refused(versions, placed);
        expect_versions_refused(versions, " is not a whole number from 1 to 1000");
        expect_versions_refused(versions, at);
    }
    expect_versions_refused("{order.placed: }", placed + "a version is due");
    expect_versions_refused("{}", "/versions: is empty: name a type and its version, such as");
    expect_versions_refused("3", "/subscriptions/0/versions: 3 is not a mapping");
    expect_versions_refused("[order.placed]", "/versions: a list is not a mapping");
    const auto misspelt = asking_config("file: f, version: {order.placed: 3}");
    ASSERT_FALSE(misspelt.has_value());
    EXPECT_NE(misspelt.error().message.find("did you mean 'versions'?"), std::string::npos);
}

TEST(VersionConfig, WhatTheContractDoesNotHaveIsToldWithWhatItHas) {
    EXPECT_EQ(problems_of({}), AskedLines{});
    EXPECT_EQ(
        problems_of({{"order.placd", 3}}),
        AskedLines{"versions: 'order.placd' is no type of order; did you mean 'order.placed'?; "
                   "there are: order.placed"}
    );
    EXPECT_EQ(
        problems_of({{"order.placed", 4}}),
        AskedLines{"versions: order.placed has no version 4; there are 1 to 3"}
    );
    const auto no_way_up = versioned_contract(versioned_with(
        "            up: '.first = (.name | split(\" \")[0] // \"\") | .last = (.name | split(\" "
        "\")[1:] | join(\" \")) | del(.name)'\n",
        ""
    ));
    EXPECT_EQ(
        version_problems({{"order.placed", 3}}, no_way_up, {}),
        AskedLines{"versions: version 1 of order.placed cannot be made 2: give version 1 a jq "
                   "program 'up' in the contract"}
    );
}

TEST(VersionConfig, AVersionOfATypeThatIsNotTakenIsASlip) {
    EXPECT_EQ(
        problems_of({{"order.placed", 3}}, {"order.place", "order.paid"}),
        AskedLines{"versions: order.placed is none of its types; did you mean 'order.place'?; "
                   "there are: order.paid, order.place"}
    );
    const AskedLines unknown = problems_of({{"order.gone", 1}}, {"order.placed"});
    ASSERT_EQ(unknown.size(), 1U) << "told once";
    EXPECT_NE(unknown[0].find("'order.gone' is no type of order"), std::string::npos);
}

/// In 1 nothing is marked, in 2 and 3 the last name is.
TEST(VersionConfig, PersonalIsWhatTheVersionThatIsAskedForMarks) {
    const ContractPtr contract = versioned_contract();
    ShapeConfig shape;
    const auto withholds_last = [&] {
        const auto withheld = shape_of(shape, contract).withheld;
        return withheld != nullptr && withheld->at("order.placed").child("last") != nullptr;
    };
    EXPECT_TRUE(withholds_last()) << "whatever may come";
    shape.versions = {{"order.placed", 3}};
    EXPECT_TRUE(withholds_last());
    shape.versions = {{"order.placed", 1}};
    EXPECT_FALSE(withholds_last());
    const deliver::Shape made = shape_of(shape, contract);
    EXPECT_EQ(made.versions, shape.versions);
    EXPECT_EQ(made.contract, contract);
}

/// The newest has no `name`: who asks for none may still get one, of an old version.
TEST(VersionConfig, WithoutAVersionWhatIsPersonalInAnyIsWithheld) {
    const ContractPtr contract = versioned_contract(versioned_with(
        "        name: {type: string}\n        price",
        "        name: {type: string, x-sluice: {personal: true}}\n        price"
    ));
    const auto fields = shape_of({}, contract).withheld;
    ASSERT_NE(fields, nullptr);
    EXPECT_NE(fields->at("order.placed").child("name"), nullptr);
    EXPECT_NE(fields->at("order.placed").child("last"), nullptr);
    ShapeConfig newest;
    newest.versions = {{"order.placed", 3}};
    EXPECT_EQ(shape_of(newest, contract).withheld->at("order.placed").child("name"), nullptr);
    newest.versions.clear();
    newest.keep = {project::FieldPath::parse("/name").value()};
    EXPECT_EQ(
        shape_problems(newest, contract, {}),
        AskedLines{"keep: /name is personal data of order.placed (/name); grant it with 'personal: "
                   "true', or leave it out"}
    );
}

}  // namespace
}  // namespace sluice::daemon
