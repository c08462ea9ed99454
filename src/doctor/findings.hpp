#pragma once

#include <sluice/time.hpp>

#include "contract/contract.hpp"
#include "doctor/key_sample.hpp"
#include "lag/verdict.hpp"
#include "log/kafka/names.hpp"
#include "log/kafka/survey/facts.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::doctor {

/// A group, with what its offsets did while it was watched.
struct GroupSeen {
    log::kafka::GroupFact fact;
    std::int64_t lag{};  ///< records that it has not committed, of all its partitions
    std::map<std::string, std::int64_t> lag_by_topic;
    lag::Verdict verdict{lag::Verdict::kOk};
};

/// Everything that was found, for the checks to judge.
struct Findings {
    std::string client_version;  ///< librdkafka's
    std::string principal;       ///< "User:sluice"; as the configuration says it
    std::string protocol;        ///< "sasl_ssl"
    log::kafka::ClusterFact cluster;
    std::vector<GroupSeen> groups;
    std::string groups_refusal;  ///< why there are none; empty: they are here
    std::optional<std::vector<log::kafka::AclFact>> acls;  ///< nothing: not known
    std::map<std::string, KeySample> keys;                 ///< by topic
    log::kafka::Names
        names;  ///< of what has another name on the brokers; all else here goes by ours

    [[nodiscard]] const log::kafka::TopicFact* topic(std::string_view name) const;
};

/// A subscription that writes to a team's own topic.
struct TopicTarget {
    std::string domain;
    std::string subscription;
    std::string topic;
    bool made{false};  ///< by Sluice, if it is not there
};

/// What is expected of the cluster.
struct Expectations {
    std::vector<std::shared_ptr<const contract::Contract>> contracts;
    Milliseconds outage{std::chrono::hours{24}};            ///< retention must outlive it
    std::uint64_t event_bytes_max{std::uint64_t{1} << 20};  ///< must fit into a record
    std::vector<TopicTarget> targets;
    std::string prefix;  ///< in front of all that Sluice names on the cluster
};

}  // namespace sluice::doctor
