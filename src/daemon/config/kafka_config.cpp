#include "daemon/config/kafka_config.hpp"

#include "daemon/config/secret_value.hpp"
#include "log/kafka/settings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kReplicationMax = 15;
constexpr std::uint64_t kSnapshotBytesMin = std::uint64_t{1} << 20;
constexpr std::uint64_t kSnapshotBytesMax = std::uint64_t{4} << 30;

}  // namespace

std::optional<log::kafka::KafkaOptions> read_kafka(
    const Node& node, const std::filesystem::path& directory, const Environment& environment
) {
    if (!node.present()) return std::nullopt;
    node.only({"address", "replication", "settings", "snapshots"});
    log::kafka::KafkaOptions options;
    if (const auto address = node.required("address").text()) {
        auto brokers = log::kafka::parse_address(*address);
        if (brokers) {
            options.bootstrap = std::move(brokers).value();
        } else {
            node.at("address").problem(brokers.error().message);
        }
    }
    if (const auto count = node.at("replication").count(1, kReplicationMax)) {
        options.replication = static_cast<std::uint16_t>(*count);
    }
    const Node snapshots = node.at("snapshots");
    snapshots.only({"bytes", "every"});
    log::kafka::SnapshotRules& rules = options.snapshots;
    rules.bytes_min =
        snapshots.at("bytes").size(kSnapshotBytesMin, kSnapshotBytesMax).value_or(rules.bytes_min);
    rules.every = snapshots.at("every").duration(minutes{1}, hours{24 * 7}).value_or(rules.every);
    const Node settings = node.at("settings");
    if (!settings.present()) return options;
    for (const auto& [name, setting] : settings.members()) {
        auto value = read_secret_value(setting, directory, environment);
        if (!value) continue;
        if (const auto wrong = log::kafka::wrong_with_setting(name, value->text)) {
            setting.problem(*wrong);
            continue;
        }
        if (value->secret) options.secret.insert(name);
        options.properties.emplace(name, std::move(value->text));
    }
    return options;
}

}  // namespace sluice::daemon
