#pragma once

#include <sluice/result.hpp>

#include "log/kafka/snapshot_rules.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// How to reach a Kafka cluster: `kafka` of sluice.yaml, or an address from the command line.
struct KafkaOptions {
    std::string bootstrap;  ///< host:port[,host:port], as librdkafka takes it
    std::map<std::string, std::string> properties;  ///< librdkafka's settings, by their own names
    std::set<std::string> secret;  ///< of `properties`: came from a file or the environment
    std::optional<std::uint16_t>
        replication;  ///< of topics that Sluice makes; nothing: the broker's default
    SnapshotRules snapshots{};

    bool operator==(const KafkaOptions&) const = default;
};

/// "kafka://host:9092,other:9092", with or without the scheme; the port may be left out (9092).
/// Answers librdkafka's form. Pure.
/// Failure: kBadConfig says which part is off, and never repeats what may be a password.
[[nodiscard]] Result<std::string> parse_address(std::string_view address);

/// Whether an address names a cluster: it begins with "kafka://".
[[nodiscard]] bool is_kafka_address(std::string_view address) noexcept;

/// Whether a setting's value is for nobody's eyes, whatever it came from. Pure.
[[nodiscard]] bool is_secret(std::string_view name) noexcept;

/// One line for a person, secrets hidden: "kafka://a:9092 (sasl.password=(hidden), …)". Pure.
[[nodiscard]] std::string shown(const KafkaOptions& options);

}  // namespace sluice::log::kafka
