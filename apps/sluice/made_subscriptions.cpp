#include "apps/sluice/made_subscriptions.hpp"

#include "contract/node.hpp"
#include "daemon/api/remote.hpp"
#include "daemon/config/trace_config.hpp"
#include "daemon/daemon_info.hpp"
#include "daemon/subscriptions/body.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace sluice::app {

namespace {

constexpr std::array kDefinition{
    "id", "domain", "types", "filters", "sink", "protocol", "protocolsettings", "config"};

std::optional<daemon::SubscriptionConfig> config_of(
    const daemon::Json& shown, const daemon::Config& config
) {
    daemon::Json definition = daemon::Json::object();
    for (const char* name : kDefinition) {
        if (shown.contains(name)) definition[name] = shown[name];
    }
    const auto body = daemon::read_body(daemon::to_text(definition));
    if (!body) return std::nullopt;
    contract::Problems problems;  // of secrets, which are the daemon's
    const daemon::Environment nothing = [](const char*) { return std::optional<std::string>{}; };
    return daemon::read_subscription(
        contract::Node::root_of(body->document, problems), {config.push_guard, {}, nothing, false}
    );
}

}  // namespace

std::vector<daemon::SubscriptionConfig> made_subscriptions(const daemon::Config& config) {
    std::vector<daemon::SubscriptionConfig> all;
    const auto info = daemon::find_daemon(config.data);
    if (!info) return all;
    http::Request request;
    request.method = "GET";
    request.path = "/v1/subscriptions";
    auto token = daemon::process_environment()("SLUICE_TOKEN").value_or("");
    const auto answer =
        daemon::Remote{info->api, std::move(token), info->tls}.ask(std::move(request));
    if (!answer) {
        fmt::print(
            stderr,
            "sluice: subscriptions of the API are not among these: {}\n",
            answer.error().message
        );
        return all;
    }
    for (const daemon::Json& one : answer->value("subscriptions", daemon::Json::array())) {
        if (daemon::text_of(one, "origin") != "api") continue;
        if (auto made = config_of(one, config)) all.push_back(*std::move(made));
    }
    return all;
}

}  // namespace sluice::app
