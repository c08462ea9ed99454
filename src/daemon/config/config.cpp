#include "daemon/config/config.hpp"

#include "contract/document.hpp"
#include "contract/node.hpp"
#include "daemon/config/kafka_config.hpp"
#include "daemon/config/push_config.hpp"
#include "daemon/config/token_config.hpp"
#include "http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kGiB = 1024 * kMiB;
constexpr std::uint64_t kTiB = 1024 * kGiB;

std::optional<Address> address(const Node& node, bool beyond_loopback) {
    const auto written = node.text();
    if (!written.has_value()) return std::nullopt;
    auto parsed = parse_address(*written);
    if (!parsed) {
        node.problem(fmt::format("'{}' is not HOST:PORT, such as 127.0.0.1:8480", *written));
    } else if (!beyond_loopback && !http::is_loopback(parsed->host)) {
        node.problem(fmt::format(
            "'{}' is not on loopback: without a login Sluice listens there only, such as on "
            "127.0.0.1:{}",
            *written,
            parsed->port
        ));
    }
    return parsed;
}

/// Nothing when it is absent or wrong.
std::optional<std::string> path_at(const Node& node) {
    auto written = node.text();
    if (!written || !written->empty()) return written;
    node.problem("'' is not a path");
    return std::nullopt;
}

class Reader {
public:
    explicit Reader(const std::string& path)
        : directory_{std::filesystem::path{path}.parent_path()} {}

    [[nodiscard]] Config read(const Node& root) {
        Config config;
        root.only(
            {"data",
             "listen",
             "management",
             "tls",
             "auth",
             "contracts",
             "log_level",
             "limits",
             "push",
             "sequencer",
             "subscriptions",
             "sagas",
             "traces",
             "trails",
             "kafka"}
        );
        config.data = resolved(path_at(root.at("data")).value_or(config.data));
        config.tokens = read_tokens(root.at("auth"));
        const bool asks = !config.tokens.empty();
        config.listen = address(root.at("listen"), asks).value_or(config.listen);
        config.management = address(root.at("management"), asks).value_or(config.management);
        if (config.management == config.listen && config.listen.port != 0) {
            root.at("management")
                .problem(fmt::format(
                    "'{}' is where the API listens; choose another port", config.listen.text()
                ));
        }
        config.tls = tls_files(root.at("tls"));
        config.contracts = contracts(root.required("contracts"));
        config.log_level = root.at("log_level")
                               .choice<LogLevel>(
                                   {{"debug", LogLevel::kDebug},
                                    {"info", LogLevel::kInfo},
                                    {"warn", LogLevel::kWarn},
                                    {"error", LogLevel::kError}}
                               )
                               .value_or(config.log_level);
        const Node limits = root.at("limits");
        limits.only({"event", "reserve"});
        config.event_bytes_max =
            limits.at("event").size(64 * kKiB, 8 * kMiB).value_or(config.event_bytes_max);
        config.reserve_bytes = limits.at("reserve").size(0, kTiB).value_or(config.reserve_bytes);
        const Node sequencer = root.at("sequencer");
        sequencer.only({"threads"});
        const std::optional<std::uint64_t> threads = sequencer.at("threads").count(1, 64);
        guard_ = read_push_guard(root.at("push"));
        if (const Node list = root.at("subscriptions"); list.present()) {
            config.subscriptions = subscriptions(list);
        }
        config.push_guard = guard_;
        if (const Node list = root.at("sagas"); list.present()) config.sagas = files(list);
        config.trails = root.at("trails").flag().value_or(config.trails);
        read_traces(root.at("traces"), config.traces);
        config.kafka = read_kafka(root.at("kafka"), directory_, process_environment());
        config.threads =
            static_cast<std::uint32_t>(threads.value_or(config.kafka ? 1 : default_threads()));
        return config;
    }

private:
    [[nodiscard]] std::optional<http::TlsFiles> tls_files(const Node& node) const {
        if (!node.present()) return std::nullopt;
        node.only({"certificate", "key"});
        const auto certificate = path_at(node.required("certificate"));
        const auto key = path_at(node.required("key"));
        if (!certificate || !key) return std::nullopt;
        return http::TlsFiles{resolved(*certificate), resolved(*key)};
    }

    [[nodiscard]] std::vector<std::string> contracts(const Node& node) const {
        if (node.json() != nullptr && *node.json() == nlohmann::json::array()) {
            node.problem("is empty; name an AsyncAPI document for each domain");
        }
        return files(node);
    }

    [[nodiscard]] std::vector<std::string> files(const Node& node) const {
        std::vector<std::string> paths;
        for (const Node& item : node.items()) {
            if (const auto path = path_at(item)) paths.push_back(resolved(*path));
        }
        return paths;
    }

    [[nodiscard]] std::vector<SubscriptionConfig> subscriptions(const Node& node) const {
        const SubscriptionPlace place{guard_, directory_, process_environment()};
        std::vector<SubscriptionConfig> all;
        std::set<std::pair<std::string, std::string>> names;
        std::map<std::string, std::string> files;   // two writers would cut each other's lines
        std::map<std::string, std::string> topics;  // and pass each other: what is passed is gone
        for (const Node& item : node.items()) {
            SubscriptionConfig one = read_subscription(item, place);
            if (!names.emplace(one.domain, one.name).second) {
                item.problem(fmt::format(
                    "the domain '{}' has a subscription '{}' already", one.domain, one.name
                ));
            }
            const auto [taken, is_first] = files.emplace(
                std::filesystem::path{one.file}.lexically_normal().string(), one.name
            );
            if (!is_first && !one.file.empty()) {
                item.at("file").problem(
                    fmt::format("the subscription '{}' writes to this file already", taken->second)
                );
            }
            const auto [writer, is_alone] = topics.emplace(one.topic, one.name);
            if (!is_alone && !one.topic.empty()) {
                item.at("topic").problem(fmt::format(
                    "the subscription '{}' writes to this topic already: listeners could not tell "
                    "an event from one that is written again",
                    writer->second
                ));
            }
            all.push_back(std::move(one));
        }
        return all;
    }

    [[nodiscard]] std::string resolved(const std::string& path) const {
        return (directory_ / path).string();
    }

    std::filesystem::path directory_;
    deliver::push::AddressGuard guard_;  ///< of `push`
};

Result<Config> read_document(const std::string& path, Result<contract::Document> document) {
    if (!document.has_value()) return document.error();
    contract::Problems problems;
    Config config = Reader{path}.read(Node::root_of(document.value(), problems));
    if (!problems.empty()) return problems.error();
    return config;
}

}  // namespace

std::uint32_t default_threads() {
    constexpr std::uint32_t kMost = 4;
    return std::clamp(std::thread::hardware_concurrency(), 1U, kMost);
}

Result<Config> load_config(const std::string& path) {
    auto document = contract::Document::read(path);
    if (!document && document.error().code == ErrorCode::kNotFound) {
        return Error{
            ErrorCode::kNotFound, document.error().message + "; -c names another configuration"};
    }
    return read_document(path, std::move(document));
}

Result<Config> parse_config(const std::string& path, std::string_view text) {
    return read_document(path, contract::Document::parse(path, text));
}

}  // namespace sluice::daemon
