#include "daemon/connect.hpp"

#include "daemon/api/remote.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/daemon_info.hpp"
#include "daemon/open_log.hpp"
#include "daemon/operations/operations.hpp"
#include "runtime/domain/plan_of.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace sluice::daemon {

namespace fs = std::filesystem;

namespace {

constexpr const char* kConfigHere = "sluice.yaml";

bool is_log(const fs::path& directory) {
    std::error_code none;
    return fs::exists(directory / "FORMAT", none);
}

Result<Place> place_of_config(const std::string& path) {
    auto config = load_config(path);
    if (!config) return Error{ErrorCode::kBadConfig, config.error().message};
    return Place{std::move(config).value(), path};
}

/// So that an event has a place to go to before the first daemon has run.
Status make_topics(log::Log& log, const Setup& setup, const runtime::DomainPlan& plan) {
    const auto made = runtime::ensure_topics(log, plan.name, plan.homes, plan.channel_topics());
    if (!made) return made.error().at(plan.name);
    for (const LoadedContract& one : setup.contracts) {
        if (one.contract->domain != plan.name || one.text.empty()) continue;
        return keep_contract(setup.config.data, plan.name, one.text);
    }
    return ok();
}

Result<Connection> open_here(const Setup& setup, Access access) {
    Connection here;
    here.clock = std::make_unique<SystemClock>();
    auto opened = open_log(setup.config);
    if (!opened) return opened.error();
    here.log = std::move(opened.value().log);
    auto operations = std::make_unique<Operations>(*here.log, *here.clock, limits_of(setup.config));
    for (const LoadedContract& one : setup.contracts) {
        runtime::DomainPlan plan = runtime::plan_of(one.contract);
        if (access == Access::kPublish) {
            if (const Status made = make_topics(*here.log, setup, plan); !made) {
                return made.error();
            }
        }
        operations->add(std::move(plan));
    }
    for (const SubscriptionConfig& one : setup.config.subscriptions) {
        operations->expect(one.domain, one.name);
    }
    here.backend = std::move(operations);
    return here;
}

}  // namespace

Result<Place> find_place(const Target& target) {
    if (!target.config.empty()) return place_of_config(target.config);
    Place place;
    if (!target.state.empty()) {
        const fs::path directory{target.state};
        const bool below = !is_log(directory) && is_log(directory / "log");
        place.config.data = (below ? directory / "log" : directory).string();
        return place;
    }
    if (fs::exists(kConfigHere)) return place_of_config(kConfigHere);
    return place;
}

Result<Setup> setup_of(const Place& place) {
    if (place.config_path) return load_setup(*place.config_path);
    auto kept = kept_contracts(place.config.data);
    if (!kept) return kept.error();
    Setup setup{place.config, {}};
    for (ContractPtr& one : kept.value()) setup.contracts.push_back({std::move(one), {}});
    return setup;
}

Result<Connection> connect(const Place& place, Access access) {
    const fs::path data{place.config.data};
    if (const auto info = find_daemon(data)) {
        auto token = process_environment()("SLUICE_TOKEN").value_or("");
        auto remote = std::make_unique<Remote>(info->api, std::move(token), info->tls);
        if (remote->answers()) return Connection{true, nullptr, nullptr, std::move(remote)};
    }
    if (access == Access::kRead && !place.config.kafka && !is_log(data)) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "no log in {}: nothing was published there yet; -c names a configuration, --state "
                "a data directory",
                data.string()
            )};
    }
    const auto setup = setup_of(place);
    if (!setup) return setup.error();
    if (access == Access::kPublish && setup.value().contracts.empty()) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "no contract for {}: it says where events go; name a configuration with -c",
                data.string()
            )};
    }
    return open_here(setup.value(), access);
}

}  // namespace sluice::daemon
