#pragma once

#include "contract/load.hpp"
#include "doctor/check.hpp"
#include "doctor/findings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::doctor::test {

inline constexpr std::string_view kContract = R"(asyncapi: 3.0.0
x-sluice: {domain: order, homes: 6}
channels:
  placed: {address: order.placed, messages: {placed: {name: order.placed}}}
  cancelled:
    address: order.cancelled
    messages: {cancelled: {name: order.cancelled}}
    bindings: {kafka: {partitions: 4}}
    x-sluice: {partitioner: crc32}
)";

inline Expectations expectations(std::string_view contract = kContract) {
    auto loaded = contract::load_contract_text("c.yaml", contract);
    EXPECT_TRUE(loaded) << loaded.error().message;
    Expectations expected;
    expected.contracts.push_back(std::make_shared<const contract::Contract>(std::move(loaded).value(
    )));
    return expected;
}

inline log::kafka::TopicFact topic(
    std::string name, std::uint32_t partitions, std::uint32_t copies = 3
) {
    log::kafka::TopicFact fact;
    fact.name = std::move(name);
    for (std::uint32_t id = 0; id < partitions; ++id)
        fact.partitions.push_back({PartitionId{id}, 1, copies, copies});
    fact.settings = {
        {"cleanup.policy", "delete"},
        {"retention.ms", "604800000"},
        {"retention.bytes", "-1"},
        {"min.insync.replicas", "2"},
        {"max.message.bytes", "2097152"},
        {"unclean.leader.election.enable", "false"}};
    return fact;
}

/// A cluster of three brokers, where nothing is wrong.
inline Findings healthy() {
    Findings found;
    found.client_version = "2.10.0";
    found.principal = "User:sluice";
    found.protocol = "sasl_ssl";
    found.cluster.id = "abc";
    found.cluster.controller = 1;
    for (const int id : {1, 2, 3}) {
        found.cluster.brokers.push_back(
            {id,
             "b" + std::to_string(id),
             9092,
             {{"offsets.topic.replication.factor", "3"},
              {"transaction.state.log.replication.factor", "3"},
              {"transaction.max.timeout.ms", "900000"},
              {"offsets.retention.minutes", "10080"},
              {"transaction.partition.verification.enable", "true"},
              {"transaction.two.phase.commit.enable", "false"},
              {"authorizer.class.name", ""}},
             {}}
        );
    }
    for (const char* name : {"order.placed", "order.ordered", "order.repartition", "order.aside"}) {
        found.cluster.topics.push_back(topic(name, 6));
    }
    found.cluster.topics.push_back(topic("order.cancelled", 4));
    return found;
}

inline log::kafka::TopicFact& topic_of(Findings& found, std::string_view name) {
    auto& topics = found.cluster.topics;
    return *std::find_if(topics.begin(), topics.end(), [&](const auto& one) {
        return one.name == name;
    });
}

/// The checks that are not ok, a line each.
inline std::string wrong(const Checks& checks) {
    std::string text;
    for (const Check& check : checks.all()) {
        if (check.verdict != Verdict::kOk) text += to_text(check) + "\n";
    }
    return text;
}

inline void expect_said(const std::string& text, std::string_view piece) {
    EXPECT_NE(text.find(piece), std::string::npos) << "no '" << piece << "' in:\n" << text;
}

}  // namespace sluice::doctor::test
