#include "daemon/kafka_config.hpp"

#include "log/embedded/files.hpp"
#include "log/kafka/settings.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr std::size_t kSecretBytesMax = std::size_t{64}
                                        << 10;  // of a chain of certificates with room to spare
constexpr std::uint64_t kReplicationMax = 15;

struct Value {
    std::string text;
    bool secret{false};
};

std::optional<Value> from_environment(const Node& node, const Environment& environment) {
    const auto name = node.text();
    if (!name) return std::nullopt;
    auto text = environment(name->c_str());
    if (!text) {
        node.problem(fmt::format("the environment has no {}", *name));
        return std::nullopt;
    }
    return Value{*std::move(text), true};
}

std::optional<Value> from_file(const Node& node, const std::filesystem::path& directory) {
    const auto path = node.text();
    if (!path) return std::nullopt;
    auto text = log::read_file(directory / *path);
    if (!text) {
        node.problem(text.error().message);
        return std::nullopt;
    }
    std::string value = std::move(text).value();
    if (value.size() > kSecretBytesMax) {
        node.problem(
            fmt::format("{} has {} bytes; at most {}", *path, value.size(), kSecretBytesMax)
        );
        return std::nullopt;
    }
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    return Value{std::move(value), true};
}

/// As librdkafka reads it: `true`, `20` and a text are all texts there.
std::optional<Value> written(const Node& node) {
    const nlohmann::json& value = *node.json();
    if (value.is_boolean() || value.is_number()) return Value{value.dump()};
    auto text = node.text();
    if (!text) return std::nullopt;
    return Value{*std::move(text)};
}

std::optional<Value> read_value(
    const Node& node, const std::filesystem::path& directory, const Environment& environment
) {
    if (!node.present()) {
        node.problem("has no value");
        return std::nullopt;
    }
    if (!node.json()->is_object()) return written(node);
    node.only({"env", "file"});
    const Node env = node.at("env");
    const Node file = node.at("file");
    if (env.present() == file.present()) {
        node.problem("is {env: NAME} or {file: PATH}");
        return std::nullopt;
    }
    return env.present() ? from_environment(env, environment) : from_file(file, directory);
}

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
        auto value = read_value(setting, directory, environment);
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
