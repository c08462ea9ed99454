#include "doctor/acl.hpp"

#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"
#include "runtime/states/state_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::doctor {
namespace {

using log::kafka::AclFact;

AclFact acl(
    std::string operation,
    std::string name = "order.placed",
    std::string pattern = "LITERAL",
    std::string permission = "ALLOW"
) {
    return {
        "TOPIC",
        std::move(name),
        std::move(pattern),
        "User:sluice",
        "*",
        std::move(operation),
        std::move(permission)};
}

const Permission kPlaced{"TOPIC", "order.placed", "LITERAL", {"READ"}};

bool may(const std::vector<AclFact>& acls, std::string_view operation = "READ") {
    return allowed(acls, "User:sluice", kPlaced, operation);
}

TEST(DoctorAcl, SomethingMustAllowIt) {
    EXPECT_FALSE(may({}));
    EXPECT_TRUE(may({acl("READ")}));
    EXPECT_TRUE(may({acl("ALL")}));
    EXPECT_FALSE(may({acl("WRITE")}));
    EXPECT_FALSE(may({acl("READ", "order.cancelled")}));
}

TEST(DoctorAcl, ReadingAndWritingImplyDescribing) {
    for (const char* granted : {"READ", "WRITE", "DELETE", "ALTER", "DESCRIBE"})
        EXPECT_TRUE(may({acl(granted)}, "DESCRIBE"));
    EXPECT_FALSE(may({acl("DESCRIBE")}));
    EXPECT_FALSE(may({acl("CREATE")}, "DESCRIBE"));
    EXPECT_TRUE(may({acl("ALTER_CONFIGS")}, "DESCRIBE_CONFIGS"));
}

TEST(DoctorAcl, PrefixesWildcardsAndEverybodyCount) {
    EXPECT_TRUE(may({acl("READ", "order.", "PREFIXED")}));
    EXPECT_FALSE(may({acl("READ", "order.", "LITERAL")}));
    EXPECT_FALSE(may({acl("READ", "x", "PREFIXED")}));
    EXPECT_TRUE(may({acl("READ", "*")}));
    AclFact everybody = acl("READ");
    everybody.principal = "User:*";
    EXPECT_TRUE(may({everybody}));
    everybody.principal = "User:other";
    EXPECT_FALSE(may({everybody}));
    AclFact group = acl("READ");
    group.resource = "GROUP";
    EXPECT_FALSE(may({group}));
}

TEST(DoctorAcl, WhatIsDeniedIsNotAllowed) {
    EXPECT_FALSE(may({acl("READ"), acl("READ", "order.", "PREFIXED", "DENY")}));
    EXPECT_FALSE(may({acl("READ"), acl("ALL", "*", "LITERAL", "DENY")}));
    EXPECT_TRUE(may({acl("READ"), acl("WRITE", "*", "LITERAL", "DENY")}));
}

TEST(DoctorAcl, EachPartNeedsItsOwn) {
    const auto needs = needs_of(test::expectations());
    ASSERT_EQ(needs.size(), 5U);
    EXPECT_EQ(needs[0].part, "sequencer of order");
    EXPECT_EQ(needs[2].part, "trails of order");
    const auto has = [&](std::size_t part, const Permission& wanted) {
        const auto& all = needs[part].permissions;
        return std::find(all.begin(), all.end(), wanted) != all.end();
    };
    EXPECT_TRUE(has(0, {"TOPIC", "order.cancelled", "LITERAL", {"READ", "DESCRIBE"}}));
    EXPECT_TRUE(has(0, {"GROUP", "sequencer.order", "LITERAL", {"READ", "DESCRIBE"}}));
    EXPECT_TRUE(has(0, {"TRANSACTIONAL_ID", "sequencer.order.", "PREFIXED", {"WRITE", "DESCRIBE"}})
    );
    EXPECT_TRUE(has(1, {"TOPIC", "order.ordered", "LITERAL", {"READ", "DESCRIBE"}}));
    EXPECT_TRUE(has(
        1, {"TOPIC", "sluice.subscriptions", "LITERAL", {"READ", "WRITE", "DESCRIBE", "CREATE"}}
    ));
    for (const std::size_t part : {0U, 1U}) {
        EXPECT_TRUE(has(part, {"TOPIC", "sluice.names", "LITERAL", {"READ", "DESCRIBE", "CREATE"}})
        );
    }
    EXPECT_TRUE(has(4, {"TOPIC", "sluice.names", "LITERAL", {"READ", "DESCRIBE"}}));
    for (const char* topic : {"order.commands", "order.audit"}) {
        const std::vector<std::string> owns{
            "READ", "WRITE", "DESCRIBE", "CREATE", "DELETE", "DESCRIBE_CONFIGS"};
        EXPECT_TRUE(has(1, {"TOPIC", topic, "LITERAL", owns})) << topic;
    }
    EXPECT_TRUE(has(2, {"TOPIC", "order.audit", "LITERAL", {"READ", "DESCRIBE"}}));
    EXPECT_TRUE(has(2, {"GROUP", "trail.order", "LITERAL", {"READ", "DESCRIBE"}}));
    EXPECT_TRUE(has(3, {"TOPIC", "order.placed", "LITERAL", {"WRITE", "DESCRIBE"}}));
    for (const Permission& permission : needs[4].permissions) {
        for (const std::string& operation : permission.operations) EXPECT_NE(operation, "WRITE");
    }
}

bool needs_group(const Expectations& expected, std::string_view part, std::string_view group) {
    for (const PartNeeds& needs : needs_of(expected)) {
        if (needs.part != part) continue;
        const Permission wanted{"GROUP", std::string{group}, "LITERAL", {"READ", "DESCRIBE"}};
        return std::find(needs.permissions.begin(), needs.permissions.end(), wanted) !=
               needs.permissions.end();
    }
    return false;
}

TEST(DoctorAcl, StatesAreAPartWhereTheyAreKept) {
    Expectations expected = test::expectations();
    EXPECT_FALSE(needs_group(expected, "states of order", runtime::state_group("order")));
    auto folded = *expected.contracts.front();
    folded.reducer.emplace();
    expected.contracts.front() = std::make_shared<const contract::Contract>(std::move(folded));
    EXPECT_TRUE(needs_group(expected, "states of order", runtime::state_group("order")));
}

TEST(DoctorAcl, IsWrittenAsKafkasToolTakesIt) {
    EXPECT_EQ(
        as_arguments({"CLUSTER", "kafka-cluster", "LITERAL", {"DESCRIBE"}}, "User:x"),
        "--allow-principal User:x --operation Describe --cluster"
    );
    EXPECT_EQ(
        as_arguments(
            {"TOPIC", "order.placed", "LITERAL", {"READ", "DESCRIBE_CONFIGS"}}, "User:sluice"
        ),
        "--allow-principal User:sluice --operation Read --operation DescribeConfigs --topic "
        "order.placed"
    );
    EXPECT_EQ(
        as_arguments({"TRANSACTIONAL_ID", "sequencer.order.", "PREFIXED", {"WRITE"}}, "User:x"),
        "--allow-principal User:x --operation Write --transactional-id sequencer.order. "
        "--resource-pattern-type prefixed"
    );
}

std::string told_of_acls(const Findings& found) {
    Checks checks;
    check_acls(found, test::expectations(), checks);
    std::string text;
    for (const Check& check : checks.all()) text += to_text(check) + "\n";
    return text;
}

TEST(DoctorAcl, IsJudgedWhereBrokersCheckIt) {
    Findings found = test::healthy();
    EXPECT_EQ(
        told_of_acls(found),
        "ok   acl: the brokers check no permissions (authorizer.class.name is empty)\n"
    );
    for (auto& broker : found.cluster.brokers)
        broker.settings["authorizer.class.name"] = "StandardAuthorizer";
    test::expect_said(
        told_of_acls(found),
        "warn acl: the ACLs are not told: User:sluice may not Describe the cluster"
    );
    found.acls.emplace();
    const std::string text = told_of_acls(found);
    test::expect_said(
        text,
        "warn acl sequencer of order: nothing allows User:sluice READ, DESCRIBE on TOPIC "
        "order.placed (a super user needs "
        "no ACL) -> kafka-acls.sh --add --allow-principal User:sluice --operation Read --operation "
        "Describe --topic "
        "order.placed\n"
    );
    EXPECT_EQ(text.find("producers"), std::string::npos);
    for (const char* resource : {"TOPIC", "GROUP", "TRANSACTIONAL_ID", "CLUSTER"}) {
        found.acls->push_back({resource, "*", "LITERAL", "User:sluice", "*", "ALL", "ALLOW"});
    }
    EXPECT_EQ(told_of_acls(found), "ok   acl: User:sluice may do all that the parts need\n");
}

TEST(DoctorAcl, ASubscriptionWritesToItsTeamsTopicAndMakesItOnlyIfItIsTold) {
    Expectations expected = test::expectations();
    expected.prefix = "p.";
    const std::string& domain = expected.contracts.front()->domain;
    expected.targets = {
        {domain, "billing", "billing.orders", false},
        {domain, "search", "search.orders", true},
        {"another", "x", "y", true}};
    std::vector<PartNeeds> found;
    for (PartNeeds& part : needs_of(expected)) {
        if (part.part.starts_with("subscription")) found.push_back(std::move(part));
    }
    ASSERT_EQ(found.size(), 2U);
    const Permission billing{"TOPIC", "p.billing.orders", "LITERAL", {"WRITE", "DESCRIBE"}};
    EXPECT_EQ(found[0].part, "subscription billing of " + domain);
    EXPECT_EQ(found[0].permissions, std::vector{billing});
    EXPECT_EQ(
        found[1].permissions.front().operations,
        (std::vector<std::string>{"WRITE", "DESCRIBE", "CREATE"})
    );
}

}  // namespace
}  // namespace sluice::doctor
