#include "doctor/acl.hpp"
#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"
#include "doctor/reach.hpp"
#include "doctor/settings.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::doctor {
namespace {

using log::kafka::AclFact;
using log::kafka::KafkaOptions;
using log::kafka::TopicFact;
using Look = void (*)(const Findings&, const Expectations&, Checks&);

std::string told_at_edge(Look check, const Findings& found) {
    Checks checks;
    check(found, test::expectations(), checks);
    return test::wrong(checks);
}

void expect_unsaid(const std::string& text, std::string_view piece) {
    EXPECT_EQ(text.find(piece), std::string::npos) << "'" << piece << "' in:\n" << text;
}

TEST(DoctorSettings, ANumberIsOneFromItsFirstToItsLastByte) {
    const log::kafka::Settings settings{
        {"most", "9223372036854775807"},
        {"least", "-9223372036854775808"},
        {"beyond", "9223372036854775808"},
        {"unit", "10s"},
        {"blank", " 10"},
        {"plus", "+10"},
        {"real", "1.0"},
        {"empty", ""}};
    EXPECT_EQ(number(settings, "most"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(number(settings, "least"), std::numeric_limits<std::int64_t>::min());
    for (const char* none : {"beyond", "unit", "blank", "plus", "real", "empty", "absent"})
        EXPECT_EQ(number(settings, none), std::nullopt) << none;
    EXPECT_EQ(setting(settings, "empty"), "") << "it was told, and is empty";
    EXPECT_EQ(setting(settings, "absent"), std::nullopt);
}

TEST(DoctorBrokerEdges, ALimitThatIsJustMetIsNoTrouble) {
    const auto with = [](const char* name, const char* value) {
        Findings found = test::healthy();
        found.cluster.brokers[0].settings[name] = value;
        return told_at_edge(check_brokers, found);
    };
    EXPECT_EQ(with("transaction.max.timeout.ms", "10000"), "");
    test::expect_said(with("transaction.max.timeout.ms", "9999"), "fail broker 1");
    EXPECT_EQ(with("offsets.retention.minutes", "10080"), "");
    test::expect_said(with("offsets.retention.minutes", "10079"), "warn broker 1");
    test::expect_said(with("offsets.topic.replication.factor", "2"), "is 2 on a cluster of 3");
    EXPECT_EQ(with("offsets.topic.replication.factor", "9223372036854775808"), "");
}

TEST(DoctorBrokerEdges, TwoBrokersAreAskedForTwoCopies) {
    Findings found = test::healthy();
    found.cluster.brokers.resize(2);
    auto& settings = found.cluster.brokers[1].settings;
    settings["offsets.topic.replication.factor"] = "2";
    EXPECT_EQ(told_at_edge(check_brokers, found), "");
    settings["offsets.topic.replication.factor"] = "1";
    test::expect_said(told_at_edge(check_brokers, found), "is 1 on a cluster of 2 brokers");
}

TEST(DoctorBrokerEdges, AClientWhoseVersionCannotBeReadIsNoGoodOne) {
    Findings found = test::healthy();
    for (const char* version : {"", "x", "2", "2.", "2.x", ".10", "1.99.9"}) {
        found.client_version = version;
        test::expect_said(told_at_edge(check_brokers, found), "warn client: librdkafka ");
    }
}

TEST(DoctorBrokerEdges, WhatABrokerKnowsGivesItsVersionAway) {
    const auto version = [](const log::kafka::Settings& settings) {
        Findings found = test::healthy();
        found.cluster.brokers[0].settings = settings;
        Checks checks;
        check_brokers(found, test::expectations(), checks);
        return checks.all()[2].detail;
    };
    const log::kafka::Settings::value_type older{
        "group.coordinator.rebalance.protocols", "classic"};
    EXPECT_EQ(version({{"x", "y"}}), "b1:9092, Kafka not told");
    EXPECT_EQ(version({older}), "b1:9092, Kafka 4.0 or later");
    EXPECT_EQ(
        version({older, {"transaction.two.phase.commit.enable", "false"}}),
        "b1:9092, Kafka 4.1 or later"
    );
    EXPECT_EQ(
        version({older, {"inter.broker.protocol.version", "3.6-IV2"}}), "b1:9092, Kafka 3.6-IV2"
    );
}

TEST(DoctorTopicEdges, ATopicWithoutPartitionsHasNoCopiesAndNotTheContractsCount) {
    Findings found = test::healthy();
    test::topic_of(found, "order.placed").partitions.clear();
    const std::string text = told_at_edge(check_topics, found);
    test::expect_said(text, "it has 0 partitions, the contract says 6");
    test::expect_said(text, "it has 0 of 3 copies that 3 brokers allow");
}

TEST(DoctorTopicEdges, ThePartitionWithTheFewestCopiesSpeaksForAll) {
    Findings found = test::healthy();
    auto& last = test::topic_of(found, "order.placed").partitions.back();
    last.replicas = last.in_sync = 2;
    const std::string text = told_at_edge(check_topics, found);
    test::expect_said(text, "it has 2 of 3 copies");
    test::expect_said(
        text,
        "min.insync.replicas is 2 of 2 copies: one broker down stops all writing -> "
        "min.insync.replicas=1\n"
    );
}

// Who has no leader has copies that are behind as well: the worse is said, and once.
TEST(DoctorTopicEdges, ThatNobodyLeadsIsSaidBeforeThatSomebodyIsBehind) {
    Findings found = test::healthy();
    auto& partitions = test::topic_of(found, "order.placed").partitions;
    for (auto& one : partitions) one.in_sync = 1;
    partitions[0].leader = -1;
    const std::string text = told_at_edge(check_topics, found);
    test::expect_said(text, "1 of 6 partitions have no leader");
    expect_unsaid(text, "are behind");
    partitions[0].leader = 1;
    test::expect_said(
        told_at_edge(check_topics, found), "6 of 6 partitions have copies that are behind"
    );
}

TEST(DoctorTopicEdges, HowLongItKeepsIsSaidAsItIsKnown) {
    const auto fine = [](std::optional<std::string> kept) {
        Findings found = test::healthy();
        auto& settings = test::topic_of(found, "order.cancelled").settings;
        settings.erase("retention.ms");
        if (kept) settings["retention.ms"] = *kept;
        Checks checks;
        check_topics(found, test::expectations(), checks);
        return to_text(checks.all()[0]);
    };
    const std::string begin{
        "ok   topic order.cancelled: a channel, 4 partitions, 3 copies, kept for "};
    EXPECT_EQ(fine("-1"), begin + "ever");
    EXPECT_EQ(fine(std::nullopt), begin + "a time that is not told");
    EXPECT_EQ(fine("for long"), begin + "a time that is not told");
}

TEST(DoctorTopicEdges, AnEventFitsToTheByte) {
    Findings found = test::healthy();
    auto& most = test::topic_of(found, "order.aside").settings["max.message.bytes"];
    most = "1114112";  // 1 MiB, and 64 KiB of what Sluice adds
    EXPECT_EQ(told_at_edge(check_topics, found), "");
    most = "1114111";
    test::expect_said(told_at_edge(check_topics, found), "-> max.message.bytes=1114112\n");
    most = "-1";
    test::expect_said(told_at_edge(check_topics, found), "max.message.bytes is -1");
    most = "1114112";
    test::topic_of(found, "order.placed").settings["max.message.bytes"] = "1";
    EXPECT_EQ(told_at_edge(check_topics, found), "")
        << "a channel's size is its producers' business";
}

TEST(DoctorAclEdges, OnlyTheOperationItselfOrAllIsDenied) {
    const Permission placed{"TOPIC", "order.placed", "LITERAL", {"DESCRIBE"}};
    const auto acl = [](std::string operation, std::string permission) {
        return AclFact{
            "TOPIC", "order.placed", "LITERAL", "User:sluice", "*", operation, permission};
    };
    const std::vector<AclFact> unread{acl("READ", "DENY"), acl("WRITE", "ALLOW")};
    EXPECT_TRUE(allowed(unread, "User:sluice", placed, "DESCRIBE"));
    EXPECT_FALSE(allowed(unread, "User:sluice", placed, "READ"));
    const std::vector<AclFact> late{acl("ALL", "ALLOW"), acl("DESCRIBE", "DENY")};
    EXPECT_FALSE(allowed(late, "User:sluice", placed, "DESCRIBE")) << "wherever it stands";
    EXPECT_TRUE(allowed(late, "User:sluice", placed, "READ"));
    const std::vector<AclFact> neither{acl("ALL", "UNKNOWN")};
    EXPECT_FALSE(allowed(neither, "User:sluice", placed, "DESCRIBE"));
}

TEST(DoctorAclEdges, OneBrokerThatChecksIsEnoughToBeJudged) {
    Findings found = test::healthy();
    found.cluster.brokers[2].settings["authorizer.class.name"] = "StandardAuthorizer";
    test::expect_said(told_at_edge(check_acls, found), "warn acl: the ACLs are not told");
    found.cluster.brokers[2].settings.erase("authorizer.class.name");
    test::expect_said(told_at_edge(check_acls, found), "warn acl: the ACLs are not told");
    found.cluster.brokers.clear();
    test::expect_said(told_at_edge(check_acls, found), "warn acl: the ACLs are not told");
}

TEST(DoctorAclEdges, OnlyWhatIsLackingIsAskedFor) {
    Findings found = test::healthy();
    found.cluster.brokers.clear();
    found.acls.emplace();
    for (const char* resource : {"TOPIC", "GROUP", "TRANSACTIONAL_ID"}) {
        for (const char* operation : {"READ", "WRITE", "CREATE", "DESCRIBE_CONFIGS"})
            found.acls->push_back({resource, "*", "LITERAL", "User:sluice", "*", operation, "ALLOW"}
            );
    }
    const std::string text = told_at_edge(check_acls, found);
    test::expect_said(text, "nothing allows User:sluice DELETE on TOPIC order.ordered (");
    test::expect_said(text, "--operation Delete --topic order.ordered\n");
    expect_unsaid(text, "READ");
    expect_unsaid(text, "on TOPIC order.placed");
}

TEST(DoctorAclEdges, NamesCarryThePrefixAndTheClusterHasNone) {
    Expectations expected = test::expectations();
    expected.prefix = "test-";
    for (const PartNeeds& part : needs_of(expected)) {
        EXPECT_FALSE(part.why.empty());
        for (const Permission& one : part.permissions)
            EXPECT_TRUE(one.name.starts_with("test-") || one.resource == "CLUSTER")
                << part.part << ": " << one.name;
    }
    EXPECT_EQ(
        as_arguments({"CLUSTER", "kafka-cluster", "LITERAL", {"ALTER_CONFIGS"}}, "User:x"),
        "--allow-principal User:x --operation AlterConfigs --cluster"
    );
    EXPECT_TRUE(needs_of({}).empty());
}

TEST(DoctorReachEdges, OneHostMayHaveTroubleOnTwoLayers) {
    Checks checks;
    check_reach(
        {{"_RESOLVE", "b1:9092/bootstrap: no such name"},
         {"_SSL", "b1:9092/bootstrap: bad certificate"},
         {"_RESOLVE", "b1:9092/1: no such name"},
         {"_RESOLVE", "b2:9092/2: no such name"}},
        KafkaOptions{},
        false,
        checks
    );
    ASSERT_EQ(checks.size(), 3U);
    EXPECT_EQ(checks.all()[0].detail, "DNS: no such name");
    EXPECT_EQ(checks.all()[1].detail, "TLS: bad certificate");
    EXPECT_EQ(checks.all()[2].what, "reach b2:9092");
    test::expect_said(checks.all()[2].advice, "advertised.listeners");
}

TEST(DoctorReachEdges, WhatNobodyUnderstandsIsSaidAsItCame) {
    Checks checks;
    check_reach({{"_FAIL", "the moon is full (after 1ms)"}}, KafkaOptions{}, false, checks);
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(to_text(checks.all()[0]), "fail reach: unknown: the moon is full");
}

}  // namespace
}  // namespace sluice::doctor
