#include "daemon/config/secret_value.hpp"

#include "log/embedded/files.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr std::size_t kSecretBytesMax = std::size_t{64}
                                        << 10;  // of a chain of certificates with room to spare

std::optional<SecretValue> from_environment(const Node& node, const Environment& environment) {
    const auto name = node.text();
    if (!name) return std::nullopt;
    auto text = environment(name->c_str());
    if (!text) {
        node.problem(fmt::format("the environment has no {}", *name));
        return std::nullopt;
    }
    return SecretValue{*std::move(text), true};
}

std::optional<SecretValue> from_file(const Node& node, const std::filesystem::path& directory) {
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
    return SecretValue{std::move(value), true};
}

/// As librdkafka reads it: `true`, `20` and a text are all texts there.
std::optional<SecretValue> written(const Node& node) {
    const nlohmann::json& value = *node.json();
    if (value.is_boolean() || value.is_number()) return SecretValue{value.dump()};
    auto text = node.text();
    if (!text) return std::nullopt;
    return SecretValue{*std::move(text)};
}

}  // namespace

std::optional<SecretValue> read_secret_value(
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

}  // namespace sluice::daemon
