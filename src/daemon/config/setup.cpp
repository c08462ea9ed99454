#include "daemon/config/setup.hpp"

#include "contract/load.hpp"
#include "contract/nearest.hpp"
#include "daemon/config/void_events.hpp"
#include "log/embedded/files.hpp"
#include "orchestrate/saga_file.hpp"
#include "runtime/domain/topics.hpp"
#include "state/state_fold.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::string_view kGapType = "sluice.gap";

using ByDomain = std::map<std::string, ContractPtr, std::less<>>;

Result<LoadedContract> load_one(const std::string& path, const std::string& config) {
    auto text = log::read_file(path);
    if (!text) return text.error().at(config + ": /contracts");
    auto loaded = contract::load_contract_text(path, text.value());
    if (!loaded) return loaded.error();
    return LoadedContract{
        std::make_shared<const contract::Contract>(std::move(loaded).value()),
        std::move(text).value()};
}

std::vector<std::string_view> names_of(const contract::Contract& contract) {
    std::vector<std::string_view> names{kGapType, kVoidType};
    for (const auto& [name, type] : contract.types) names.push_back(name);
    return names;
}

/// Whether a topic is a domain's own or one of its channels, and which; empty: neither.
std::string owner_of(std::string_view topic, const ByDomain& domains) {
    if (topic == runtime::kSubscriptionsTopic) return "where subscriptions are kept";
    for (const auto& [name, contract] : domains) {
        const std::array own{
            runtime::ordered_topic(name),
            runtime::repartition_topic(name),
            runtime::aside_topic(name),
            runtime::commands_topic(name),
            runtime::audit_topic(name)};
        if (std::find(own.begin(), own.end(), topic) != own.end()) {
            return fmt::format("one of domain {}'s own", name);
        }
        const bool is_for_topics =
            contract->given && contract->given->positions == contract::Positions::kRising;
        if (is_for_topics) continue;  // it is made to read what a subscription writes
        for (const contract::Channel& channel : contract->channels) {
            if (channel.topic == topic) return fmt::format("a channel of domain {}", name);
        }
    }
    return {};
}

/// What is wrong with it, a line each, without its name.
std::vector<std::string> problems_of(const SubscriptionConfig& one, const ByDomain& domains) {
    const auto found = domains.find(one.domain);
    if (found == domains.end()) {
        std::vector<std::string_view> names;
        for (const auto& [name, contract] : domains) names.push_back(name);
        return {fmt::format(
            "no contract has the domain '{}'{}; there are: {}",
            one.domain,
            contract::did_you_mean(one.domain, names),
            fmt::join(names, ", ")
        )};
    }
    std::vector<std::string> problems;
    const std::vector<std::string_view> names = names_of(*found->second);
    for (const std::string& type : one.types) {
        if (type == kGapType || type == kVoidType || found->second->type(type) != nullptr) continue;
        problems.push_back(fmt::format(
            "the contract of {} has no type '{}'{}; there are: {}",
            one.domain,
            type,
            contract::did_you_mean(type, names),
            fmt::join(names, ", ")
        ));
    }
    if (const std::string whose = owner_of(one.topic, domains); !whose.empty()) {
        problems.push_back(fmt::format(
            "the topic '{}' is {}: what is written there would come back as an event, or break its "
            "order; name a topic of the team's own",
            one.topic,
            whose
        ));
    }
    for (std::string& problem : shape_problems(one.shape, found->second, one.types)) {
        problems.push_back(std::move(problem));
    }
    return problems;
}

/// Its program is compiled, and the casts to the newest versions are tried.
void check_reducer(
    const std::string& path, const ContractPtr& contract, std::vector<std::string>& problems
) {
    if (!contract->reducer) return;
    const auto fold = state::StateFold::open(contract, {});
    if (fold) return;
    problems.push_back(
        fmt::format("{}: /contracts: {}: {}", path, contract->domain, fold.error().message)
    );
}

/// The types that a saga sends as events must be some contract's.
void check_saga(
    const std::string& path,
    const saga::Definition& definition,
    const ByDomain& domains,
    std::vector<std::string>& problems
) {
    std::vector<std::string_view> names;
    for (const auto& [domain, contract] : domains) {
        for (const auto& [name, type] : contract->types) names.push_back(name);
    }
    const auto check = [&](const saga::StepSpec& step, const saga::CommandSpec& command) {
        const bool known = std::find(names.begin(), names.end(), command.to) != names.end();
        if (command.via == saga::Via::kHttp || known) return;
        problems.push_back(fmt::format(
            "{}: /sagas: {}, step {}: no contract has a type '{}'{}; there are: {}",
            path,
            definition.name,
            step.name,
            command.to,
            contract::did_you_mean(command.to, names),
            fmt::join(names, ", ")
        ));
    };
    for (const saga::StepSpec& step : definition.steps) {
        check(step, step.command);
        if (step.undo) check(step, *step.undo);
    }
}

void load_all_sagas(
    const std::string& path,
    const ByDomain& domains,
    Setup& setup,
    std::vector<std::string>& problems
) {
    auto sagas = orchestrate::load_sagas(setup.config.sagas);
    if (!sagas) {
        problems.push_back(sagas.error().at(path + ": /sagas").message);
        return;
    }
    if (setup.config.kafka && !sagas->empty()) {
        problems.push_back(fmt::format(
            "{}: /sagas: sagas are carried out on the embedded log only: leave `kafka` out, or "
            "them",
            path
        ));
    }
    for (const saga::Definition& one : sagas.value()) check_saga(path, one, domains, problems);
    setup.sagas = std::move(sagas).value();
}

}  // namespace

std::vector<std::string> subscription_problems(
    const SubscriptionConfig& one, std::span<const LoadedContract> contracts
) {
    ByDomain domains;
    for (const LoadedContract& loaded : contracts) {
        domains.emplace(loaded.contract->domain, loaded.contract);
    }
    return problems_of(one, domains);
}

Result<Setup> load_setup(const std::string& path) {
    auto config = load_config(path);
    if (!config) return Error{ErrorCode::kBadConfig, config.error().message};
    Setup setup{std::move(config).value(), {}, {}, path};
    const Status traces = apply_environment(process_environment(), setup.config.traces);
    if (!traces) return traces.error();
    std::vector<std::string> problems;
    ByDomain domains;
    for (const std::string& file : setup.config.contracts) {
        auto loaded = load_one(file, path);
        if (!loaded) {
            problems.push_back(loaded.error().message);
            continue;
        }
        const ContractPtr& contract = loaded.value().contract;
        if (!domains.emplace(contract->domain, contract).second) {
            problems.push_back(fmt::format(
                "{}: /contracts: {}: another contract has the domain '{}'",
                path,
                file,
                contract->domain
            ));
        }
        setup.contracts.push_back(std::move(loaded).value());
    }
    if (problems.empty()) {  // else a subscription may miss what is only broken
        for (const SubscriptionConfig& one : setup.config.subscriptions) {
            for (const std::string& problem : problems_of(one, domains)) {
                problems.push_back(
                    fmt::format("{}: /subscriptions: {}: {}", path, one.name, problem)
                );
            }
        }
        for (const auto& [name, contract] : domains) check_reducer(path, contract, problems);
        load_all_sagas(path, domains, setup, problems);
    }
    if (problems.empty()) return setup;
    return Error{ErrorCode::kBadConfig, fmt::format("{}", fmt::join(problems, "\n"))};
}

}  // namespace sluice::daemon
