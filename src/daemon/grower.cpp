#include "daemon/grower.hpp"

#include "daemon/daemon_info.hpp"
#include "daemon/open_log.hpp"
#include "runtime/domain/plan_of.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace sluice::daemon {

namespace {

Result<ContractPtr> contract_of(const Setup& setup, const std::string& domain) {
    std::vector<std::string> names;
    for (const LoadedContract& one : setup.contracts) {
        if (one.contract->domain == domain) return one.contract;
        names.push_back(one.contract->domain);
    }
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "domain {}: no contract of it; there is {}",
            domain,
            names.empty() ? "none at all" : fmt::format("{}", fmt::join(names, ", "))
        )};
}

Status check_ground(const Place& place) {
    const std::filesystem::path data{place.config.data};
    if (find_daemon(data)) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format("a daemon runs on {}: stop it, grow, start it", data.string())};
    }
    std::error_code none;
    if (place.config.kafka || std::filesystem::exists(data / "FORMAT", none)) return ok();
    return Error{ErrorCode::kNotFound, data.string() + ": there is no log in it"};
}

Result<std::unique_ptr<log::ReplacingLog>> open_to_replace(const Config& config) {
    if (config.kafka) return log::open_kafka_to_replace(kafka_options(config));
    auto opened = log::open_embedded(log_options(config));
    if (!opened) return opened.error();
    return std::unique_ptr<log::ReplacingLog>{std::move(opened.value())};
}

}  // namespace

Result<Grower> Grower::open(const Place& place, const std::string& domain) {
    if (const Status ground = check_ground(place); !ground) return ground.error();
    const auto setup = setup_of(place);
    if (!setup) return setup.error();
    const auto contract = contract_of(setup.value(), domain);
    if (!contract) return contract.error();
    Grower made;
    made.contract_ = contract.value();
    made.plan_ = runtime::plan_of(contract.value());
    made.plan_.limits = limits_of(setup.value().config);
    auto log = open_to_replace(place.config);
    if (!log) return log.error();
    made.log_ = std::move(log.value());
    if (const Status taken = made.take_what_is_there(); !taken) return taken.error();
    return made;
}

/// The contract may be the next one already: with the homes that are to be, and channels that the
/// next daemon makes.
Status Grower::take_what_is_there() {
    const auto ordered = log_->topic(plan_.ordered_topic());
    if (!ordered) return ordered.error();
    if (ordered.value()) plan_.homes = ordered.value()->partitions;
    std::vector<runtime::ChannelPlan> channels;
    for (runtime::ChannelPlan& channel : plan_.channels) {
        const auto topic = log_->topic(channel.topic);
        if (!topic) return topic.error();
        if (!topic.value()) continue;
        channel.partitions = std::min(channel.partitions, topic.value()->partitions);
        channels.push_back(std::move(channel));
    }
    plan_.channels = std::move(channels);
    return ok();
}

Result<Json> Grower::preview(std::uint32_t homes) const {
    const auto looked = runtime::look_at_growth(*log_, plan_, homes);
    if (looked) return shown(looked.value(), false);
    if (looked.error().code != ErrorCode::kAlreadyExists) return looked.error();
    runtime::Growth none;
    none.homes_before = homes;
    none.homes = homes;
    return shown(none, false);
}

Result<Json> Grower::grow(
    const runtime::GrowthOrder& order, const std::function<void(std::string_view)>& tell
) {
    const auto replace = [this](const log::Replacement& what) { return log_->replace(what); };
    const auto hold = [this](const log::GroupSpec& group) { return log_->hold(group); };
    const auto grown = runtime::grow_domain({*log_, clock_, plan_, replace, tell, hold}, order);
    if (!grown) return grown.error();
    return shown(grown.value(), true);
}

Status Grower::clear() {
    return log_->clear_replaced();
}

Json Grower::shown(const runtime::Growth& growth, bool grown) const {
    const std::string ordered = plan_.ordered_topic();
    Json shown = {
        {"domain", plan_.name},
        {"grown", grown},
        {"homes_before", growth.homes_before},
        {"homes", growth.homes},
        {"on_their_way", growth.on_their_way},
        {"ordered", growth.ordered},
        {"brought_back", growth.brought_back},
        {"aside", growth.aside},
        {"audit", growth.audit},
        {"subscriptions", growth.subscriptions},
        {"to_do", to_do(growth.homes)}};
    if (const std::string seen = log_->seen_as(ordered); seen != ordered) {
        shown["seen_as"] = {{ordered, seen}};
    }
    return shown;
}

/// Before the next start: in the contract. A channel that does not say its partitions has as many
/// as the domain has homes.
std::vector<std::string> Grower::to_do(std::uint32_t homes) const {
    std::vector<std::string> lines;
    if (contract_->homes != homes) {
        lines.push_back(fmt::format("write `homes: {}` into the contract of {}", homes, plan_.name)
        );
    }
    for (const contract::Channel& channel : contract_->channels) {
        const auto topic = log_->topic(channel.topic);
        if (!topic || !topic.value() || topic.value()->partitions >= homes) continue;
        if (channel.partitions != contract_->homes) continue;
        lines.push_back(fmt::format(
            "let the contract say `partitions: {}` of {}", topic.value()->partitions, channel.topic
        ));
    }
    return lines;
}

std::string render_growth(const Json& growth) {
    const std::string domain = text_of(growth, "domain");
    const auto homes = number_of(growth, "homes");
    const auto before = number_of(growth, "homes_before");
    const bool grown = growth.value("grown", false);
    std::string text;
    if (before == homes) {
        text = fmt::format("domain {} has {} homes\n", domain, homes);
    } else {
        text = fmt::format("domain {}: {} homes before, {} after\n", domain, before, homes);
        text += fmt::format(
            "records that {} another place: {} ordered, {} brought back, {} aside, {} in the "
            "audit\n",
            grown ? "got" : "get",
            number_of(growth, "ordered"),
            number_of(growth, "brought_back"),
            number_of(growth, "aside"),
            number_of(growth, "audit")
        );
        text += fmt::format(
            "sequenced {}: {} on their way home\n",
            grown ? "before that" : "first",
            number_of(growth, "on_their_way")
        );
        const auto names = growth.value("subscriptions", std::vector<std::string>{});
        text += fmt::format(
            "subscriptions, which go on where they are: {}\n",
            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))
        );
    }
    const Json seen_as = growth.value("seen_as", Json::object());
    for (const auto& [topic, seen] : seen_as.items()) {
        text += fmt::format(
            "who reads {} on the brokers, without Sluice, reads {} there\n",
            topic,
            seen.get<std::string>()
        );
    }
    for (const auto& line : growth.value("to_do", std::vector<std::string>{})) {
        text += fmt::format("before the next start: {}\n", line);
    }
    return text;
}

}  // namespace sluice::daemon
