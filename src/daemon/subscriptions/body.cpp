#include "daemon/subscriptions/body.hpp"

#include "contract/node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr const char* kBodyName = "subscription";  // in front of problems
/// What lies in `config` there, and beside the name here.
const std::initializer_list<std::string_view> kInConfig{
    "versions",
    "keep",
    "jq",
    "personal",
    "state",
    "retry",
    "backlog",
    "in_flight",
    "run",
    "in_place",
    "breaker",
    "start"};
constexpr std::array kAlike{"domain", "types", "filters"};

using Plain = nlohmann::json;

bool is_cloud_events(const Plain& root) {
    const auto sink = root.find("sink");
    return root.contains("id") || root.contains("protocol") || root.contains("protocolsettings") ||
           root.contains("config") || (sink != root.end() && sink->is_string());
}

Plain member_of(const Plain& json, const char* name, const Plain& otherwise = {}) {
    const auto found = json.find(name);
    return found == json.end() ? otherwise : *found;
}

enum class Protocol : std::uint8_t { kHttp, kPull, kKafka };

/// Of a body in CloudEvents' words, what its own names tell; the rest is read as ours.
Protocol check_words(const Node& root) {
    root.only({"id", "domain", "types", "filters", "sink", "protocol", "protocolsettings", "config"}
    );
    static_cast<void>(root.required("id"));
    root.at("config").only(kInConfig);
    const auto protocol =
        root.at("protocol")
            .choice<Protocol>(
                {{"HTTP", Protocol::kHttp}, {"PULL", Protocol::kPull}, {"KAFKA", Protocol::kKafka}}
            )
            .value_or(Protocol::kHttp);
    const Node settings = root.at("protocolsettings");
    if (settings.present() && !settings.json()->is_object()) settings.only({});
    switch (protocol) {
        case Protocol::kHttp: static_cast<void>(root.required("sink").text()); break;
        case Protocol::kPull: settings.only({"subjects"}); break;
        case Protocol::kKafka: settings.only({"topicname", "partitions"}); break;
    }
    if (protocol != Protocol::kHttp && root.at("sink").present()) {
        root.at("sink").problem("there is no address to send to: protocolsettings has it all");
    }
    if (protocol == Protocol::kHttp && settings.at("http").present()) {
        settings.at("http").problem("the address is `sink`");
    }
    if (protocol == Protocol::kKafka) static_cast<void>(settings.required("topicname").text());
    return protocol;
}

Plain ours_of(const Plain& root, Protocol protocol) {
    Plain ours = member_of(root, "config", Plain::object());
    if (root.contains("id")) ours["name"] = root["id"];
    for (const char* name : kAlike) {
        if (root.contains(name)) ours[name] = root[name];
    }
    Plain settings = member_of(root, "protocolsettings", Plain::object());
    switch (protocol) {
        case Protocol::kHttp:
            settings["http"] = member_of(root, "sink");
            ours["sink"] = std::move(settings);
            break;
        case Protocol::kPull: ours["sink"] = {{"pull", std::move(settings)}}; break;
        case Protocol::kKafka: {
            Plain& topic = ours["topic"] = Plain::object();
            topic["name"] = member_of(settings, "topicname");
            if (settings.contains("partitions")) topic["partitions"] = settings["partitions"];
            break;
        }
    }
    return ours;
}

Error refused_with(const std::vector<std::string>& lines, Wording wording) {
    std::vector<std::string> shown;
    for (const std::string& line : lines) shown.push_back(in_words_of(wording, line));
    return {ErrorCode::kInvalidArgument, fmt::format("{}", fmt::join(shown, "\n"))};
}

/// "/sink/timeout" is "/protocolsettings/timeout" there.
std::string pointer_there(std::string_view ours) {
    struct Renamed {
        std::string_view ours;
        std::string_view there;
    };

    constexpr std::array kRenamed{
        Renamed{"/name", "/id"},
        Renamed{"/sink/http", "/sink"},
        Renamed{"/sink/pull", "/protocolsettings"},
        Renamed{"/sink", "/protocolsettings"},
        Renamed{"/topic/name", "/protocolsettings/topicname"},
        Renamed{"/topic", "/protocolsettings"}};
    const auto begins = [ours](std::string_view with) {
        return ours == with || (ours.starts_with(with) && ours[with.size()] == '/');
    };
    for (const Renamed& one : kRenamed) {
        if (begins(one.ours)) return fmt::format("{}{}", one.there, ours.substr(one.ours.size()));
    }
    for (const std::string_view name : kInConfig) {
        if (begins(fmt::format("/{}", name))) return fmt::format("/config{}", ours);
    }
    return std::string{ours};
}

Json shown_secret(const Json& secret) {
    return secret.is_object() ? secret : Json("hidden");
}

Json shown_settings(const Json& sink) {
    Json settings = Json::object();
    for (const auto& [name, value] : sink.items()) {
        if (name == "http") continue;
        if (name == "authorization") {
            settings[name] = shown_secret(value);
        } else if (name == "secrets" && value.is_array()) {
            Json& all = settings[name] = Json::array();
            for (const Json& secret : value) all.push_back(shown_secret(secret));
        } else {
            settings[name] = value;
        }
    }
    return settings;
}

Json part_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() ? Json{} : *found;
}

}  // namespace

Result<Body> read_body(std::string_view text) {
    auto document = contract::Document::parse(kBodyName, text);
    if (!document) return Error{ErrorCode::kInvalidArgument, document.error().message};
    if (!document->root().is_object()) {
        return Error{ErrorCode::kInvalidArgument, "a subscription is a mapping: {\"id\": …}"};
    }
    if (!is_cloud_events(document->root())) return Body{std::move(document).value()};
    contract::Problems problems;
    const Protocol protocol = check_words(Node::root_of(document.value(), problems));
    if (!problems.empty()) return refused_with(problems.lines(), Wording::kOurs);
    const std::string ours = ours_of(document->root(), protocol).dump();
    auto translated = contract::Document::parse(kBodyName, ours);
    if (!translated) return Error{ErrorCode::kInvalidArgument, translated.error().message};
    return Body{std::move(translated).value(), Wording::kCloudEvents};
}

std::string in_words_of(Wording wording, std::string line) {
    if (wording == Wording::kOurs) return line;
    const std::size_t place_end = line.find(": ");
    if (place_end == std::string::npos) return line;
    std::string_view rest = std::string_view{line}.substr(place_end + 2);
    if (!rest.starts_with('/')) return std::string{rest};
    const std::size_t pointer_end = rest.find(": ");
    if (pointer_end == std::string_view::npos) return std::string{rest};
    return pointer_there(rest.substr(0, pointer_end)) + std::string{rest.substr(pointer_end)};
}

Json cloud_events_of(const Json& definition) {
    Json shown{{"id", part_of(definition, "name")}};
    for (const char* name : kAlike) {
        if (definition.contains(name)) shown[name] = definition[name];
    }
    const Json sink = part_of(definition, "sink");
    const Json topic = part_of(definition, "topic");
    if (sink.contains("http")) {
        shown["sink"] = sink["http"];
        shown["protocol"] = "HTTP";
        shown["protocolsettings"] = shown_settings(sink);
    } else if (sink.contains("pull")) {
        shown["protocol"] = "PULL";
        shown["protocolsettings"] = sink["pull"];
    } else if (topic.is_object()) {
        shown["protocol"] = "KAFKA";
        Json& settings = shown["protocolsettings"] = {{"topicname", part_of(topic, "name")}};
        if (topic.contains("partitions")) settings["partitions"] = topic["partitions"];
    } else {
        shown["protocol"] = "FILE";
        shown["protocolsettings"] = {{"file", part_of(definition, "file")}};
    }
    Json config = Json::object();
    for (const std::string_view name : kInConfig) {
        if (definition.contains(name)) config[name] = definition[name];
    }
    if (!config.empty()) shown["config"] = std::move(config);
    return shown;
}

}  // namespace sluice::daemon
