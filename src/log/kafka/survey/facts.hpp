#pragma once

#include "log/log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

/// What a cluster says of itself, as values: what `sluice doctor` judges. Nothing here is a
/// promise.

using Settings = std::map<std::string, std::string>;

struct BrokerFact {
    std::int32_t id{};
    std::string host;
    std::uint16_t port{};
    Settings settings;    ///< as in force there; empty: not asked, or refused
    std::string refusal;  ///< why the settings are not here; empty: they are
};

struct PartitionFact {
    PartitionId id;
    std::int32_t leader{-1};  ///< -1: it has none, nobody reads or writes it
    std::uint32_t replicas{};
    std::uint32_t in_sync{};

    bool operator==(const PartitionFact&) const = default;
};

struct TopicFact {
    std::string name;
    std::vector<PartitionFact> partitions;
    Settings settings;
    std::string refusal;  ///< why something of it is not known; empty: all is
};

struct MemberFact {
    std::string client_id;
    std::string host;
};

struct GroupFact {
    std::string name;
    std::string state;  ///< Kafka's own word: Stable, Empty, PreparingRebalance, Dead …
    std::vector<MemberFact> members;
    std::map<PartitionRef, Offset> committed;
    std::string refusal;
};

struct AclFact {
    std::string resource;  ///< Kafka's own words: TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID
    std::string name;
    std::string pattern;  ///< LITERAL or PREFIXED
    std::string principal;
    std::string host;
    std::string operation;
    std::string permission;  ///< ALLOW or DENY

    auto operator<=>(const AclFact&) const = default;
};

/// Brokers and topics, from one answer.
struct ClusterFact {
    std::string id;
    std::int32_t controller{-1};
    std::vector<BrokerFact> brokers;
    std::vector<TopicFact> topics;  ///< by name
};

/// Something that librdkafka said while it tried: the way to the cluster, in its own words.
struct Complaint {
    std::string code;  ///< librdkafka's name of it: "_RESOLVE", "_TRANSPORT", "_SSL", …
    std::string text;

    auto operator<=>(const Complaint&) const = default;
};

}  // namespace sluice::log::kafka
