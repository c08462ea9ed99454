#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

std::string told_of_brokers(const Findings& found) {
    Checks checks;
    check_brokers(found, test::expectations(), checks);
    return test::wrong(checks);
}

TEST(DoctorBrokers, NothingIsWrongWithAGoodCluster) {
    EXPECT_EQ(told_of_brokers(test::healthy()), "");
    Checks checks;
    check_brokers(test::healthy(), test::expectations(), checks);
    EXPECT_EQ(
        to_text(checks.all()[0]),
        "ok   cluster: abc is 3 brokers, reached over sasl_ssl as User:sluice"
    );
    EXPECT_EQ(to_text(checks.all()[2]), "ok   broker 1: b1:9092, Kafka 4.1 or later");
}

TEST(DoctorBrokers, AnOldClientIsNamed) {
    Findings found = test::healthy();
    found.client_version = "2.0.2";
    test::expect_said(told_of_brokers(found), "warn client: librdkafka 2.0.2");
    found.client_version = "2.9.0";
    test::expect_said(told_of_brokers(found), "warn client");
    for (const char* good : {"2.10.0", "2.15.1", "3.0.0"}) {
        found.client_version = good;
        EXPECT_EQ(told_of_brokers(found), "") << good;
    }
}

TEST(DoctorBrokers, SettingsThatCannotCarryUsAreNamed) {
    Findings found = test::healthy();
    auto& settings = found.cluster.brokers[1].settings;
    settings["transaction.max.timeout.ms"] = "5000";
    settings["offsets.retention.minutes"] = "60";
    settings["transaction.state.log.replication.factor"] = "1";
    settings["transaction.partition.verification.enable"] = "false";
    const std::string text = told_of_brokers(found);
    test::expect_said(text, "fail broker 2: transaction.max.timeout.ms is 5000");
    test::expect_said(text, "warn broker 2: offsets.retention.minutes is 60");
    test::expect_said(
        text,
        "warn broker 2: transaction.state.log.replication.factor is 1 on a cluster of 3 brokers"
    );
    test::expect_said(text, "warn broker 2: transaction.partition.verification.enable is false");
}

TEST(DoctorBrokers, WhatIsNotToldIsSaid) {
    Findings found = test::healthy();
    found.cluster.brokers[0].settings.clear();
    found.cluster.brokers[0].refusal = "Cluster authorization failed";
    test::expect_said(
        told_of_brokers(found),
        "warn broker 1: b1:9092; its settings are not told: Cluster authorization failed"
    );
}

TEST(DoctorBrokers, OneBrokerIsNoCluster) {
    Findings found = test::healthy();
    found.cluster.brokers.resize(1);
    found.cluster.brokers[0].settings["offsets.topic.replication.factor"] = "1";
    const std::string text = told_of_brokers(found);
    test::expect_said(text, "warn cluster: there is one broker");
    EXPECT_EQ(text.find("offsets.topic"), std::string::npos)
        << "more copies than brokers cannot be\n"
        << text;
}

TEST(DoctorBrokers, SettingsThatAreNoNumbersAreNotJudged) {
    Findings found = test::healthy();
    found.cluster.brokers[0].settings["transaction.max.timeout.ms"] = "soon";
    EXPECT_EQ(told_of_brokers(found), "");
}

}  // namespace
}  // namespace sluice::doctor
