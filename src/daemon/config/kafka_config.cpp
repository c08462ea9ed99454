#include "daemon/config/kafka_config.hpp"

#include "daemon/config/secret_value.hpp"
#include "log/kafka/settings.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr std::uint64_t kReplicationMax = 15;

}  // namespace

std::optional<log::kafka::KafkaOptions> read_kafka(
    const Node& node, const std::filesystem::path& directory, const Environment& environment
) {
    if (!node.present()) return std::nullopt;
    node.only({"address", "replication", "settings"});
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
