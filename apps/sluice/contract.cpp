#include "apps/sluice/contract.hpp"

#include "apps/sluice/session.hpp"
#include "contract/compare.hpp"
#include "contract/lint.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/shape_reads.hpp"
#include "daemon/config/version_advice.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::app {

namespace {

using contract::Compatibility;
using contract::Finding;

struct CheckOptions {
    std::string before;
    std::string after;
    std::string config;  ///< empty: nobody is asked who is hit
    std::string mode{"full"};
    bool json{false};
};

/// The contracts of a folder in the order of their names, or the one file.
Result<std::vector<std::string>> files_of(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::is_directory(path, failed)) return std::vector{path};
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{path, failed}) {
        const std::string extension = entry.path().extension();
        const bool is_contract =
            extension == ".yaml" || extension == ".yml" || extension == ".json";
        if (is_contract) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    if (!files.empty()) return files;
    return Error{ErrorCode::kNotFound, path + ": no contract (.yaml, .yml, .json) is in it"};
}

Compatibility mode_of(const std::string& mode) {
    if (mode == "backward") return Compatibility::kBackward;
    return mode == "forward" ? Compatibility::kForward : Compatibility::kFull;
}

/// Whom a finding concerns, of those that get such events and that field of them.
std::vector<std::string> hit_by(
    const Finding& finding, const std::string& domain, const daemon::Config& config
) {
    std::vector<std::string> names;
    for (const daemon::SubscriptionConfig& one : config.subscriptions) {
        const bool gets = one.domain == domain &&
                          (finding.type.empty() || one.types.empty() ||
                           std::count(one.types.begin(), one.types.end(), finding.type) > 0);
        if (gets && daemon::reads(one.shape, finding.path)) names.push_back(one.name);
    }
    return names;
}

nlohmann::json as_json(
    const std::string& before, const Finding& finding, const std::vector<std::string>& hits
) {
    return {
        {"before", before},
        {"direction", finding.backward ? "backward" : "forward"},
        {"type", finding.type},
        {"path", finding.path},
        {"what", finding.what},
        {"fix", finding.fix},
        {"hits", hits}};
}

void print_finding(
    const std::string& before,
    const Finding& finding,
    const std::vector<std::string>& hits,
    bool asked
) {
    fmt::print(
        "{}{}{}: {}\n",
        finding.type.empty() ? "the contract" : finding.type,
        finding.path.empty() ? "" : " ",
        finding.path,
        finding.what
    );
    fmt::print(
        "    {}: {}\n",
        finding.backward ? "backward" : "forward",
        finding.backward
            ? fmt::format("events as {} has them are not taken any more", before)
            : fmt::format("a consumer that goes by {} cannot take the new events", before)
    );
    if (asked) {
        fmt::print(
            "    hits: {}\n",
            hits.empty() ? "no subscription" : fmt::format("{}", fmt::join(hits, ", "))
        );
    }
    fmt::print("    fix: {}\n", finding.fix);
}

int check(const CheckOptions& options) {
    const auto after = contract::load_source(options.after);
    if (!after) return fail(after.error());
    const auto files = files_of(options.before);
    if (!files) return fail(files.error());
    daemon::Config config;
    if (!options.config.empty()) {
        auto loaded = daemon::load_config(options.config);
        if (!loaded) return fail(loaded.error());
        config = std::move(loaded).value();
    }
    std::ptrdiff_t count = 0;
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& file : files.value()) {
        const auto before = contract::load_source(file);
        if (!before) return fail(before.error());
        for (const Finding& one : compare(before.value(), after.value(), mode_of(options.mode))) {
            const auto hits = hit_by(one, after.value().contract.domain, config);
            ++count;
            if (options.json) {
                all.push_back(as_json(file, one, hits));
            } else {
                print_finding(file, one, hits, !options.config.empty());
            }
        }
    }
    if (options.json) {
        fmt::print("{}\n", all.dump(2));
    } else if (count == 0) {
        fmt::print(
            "{} is {} compatible with {}\n",
            options.after,
            options.mode == "full" ? "fully" : options.mode,
            fmt::join(files.value(), ", ")
        );
    } else {
        fmt::print("{}\n", daemon::counted(count, "finding"));
    }
    return count == 0 ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

int diff(const std::string& before, const std::string& after) {
    const auto old_source = contract::load_source(before);
    if (!old_source) return fail(old_source.error());
    const auto new_source = contract::load_source(after);
    if (!new_source) return fail(new_source.error());
    for (const std::string& line : differences(old_source.value(), new_source.value())) {
        fmt::print("{}\n", line);
    }
    return daemon::kExitDone;
}

struct LintOptions {
    std::vector<std::string> files;
    std::string config;  ///< empty: nobody subscribes, as far as it is known
};

/// About what the configuration's subscriptions ask of these contracts; nothing without one.
Result<std::vector<contract::Advice>> advice_on_config(
    const std::string& path, const std::vector<contract::ContractSource>& sources
) {
    std::vector<contract::Advice> all;
    if (path.empty()) return all;
    const auto config = daemon::load_config(path);
    if (!config) return config.error();
    const auto document = contract::Document::read(path);
    if (!document) return document.error();
    for (const contract::ContractSource& one : sources) {
        auto advice = daemon::version_advice(document.value(), config.value(), one.contract);
        std::move(advice.begin(), advice.end(), std::back_inserter(all));
    }
    return all;
}

int lint(const LintOptions& options) {
    std::vector<contract::ContractSource> sources;
    std::vector<contract::Advice> all;
    for (const std::string& file : options.files) {
        auto source = contract::load_source(file);
        if (!source) return fail(source.error());
        auto advice = contract::lint(source.value());
        std::move(advice.begin(), advice.end(), std::back_inserter(all));
        sources.push_back(std::move(source).value());
    }
    auto asked = advice_on_config(options.config, sources);
    if (!asked) return fail(asked.error());
    std::move(asked->begin(), asked->end(), std::back_inserter(all));
    for (const contract::Advice& one : all) fmt::print("{} [{}]\n", one.line, one.rule);
    const std::ptrdiff_t count = std::ssize(all);
    if (count == 0) return daemon::kExitDone;
    fmt::print("{}\n", daemon::counted(count, "piece") + " of advice");
    return daemon::kExitDoesNotHold;
}

void add_contract_check(CLI::App& contract, int& exit_code) {
    CLI::App& command = *contract.add_subcommand(
        "check", "Whether old events and consumers get along with a new contract; 1: they do not"
    );
    auto options = std::make_shared<CheckOptions>();
    command
        .add_option(
            "OLD", options->before, "The contract as it was, or a folder with all that there were"
        )
        ->type_name("PATH")
        ->required();
    command.add_option("NEW", options->after, "The contract as it shall be")
        ->type_name("PATH")
        ->required();
    command.add_option("--mode", options->mode, "Who must be able to read what")
        ->check(CLI::IsMember({"backward", "forward", "full"}))
        ->type_name("MODE")
        ->capture_default_str();
    command
        .add_option(
            "-c,--config", options->config, "Say which of its subscriptions each finding hits"
        )
        ->type_name("FILE");
    command.add_flag("--json", options->json, "Findings as a list of objects");
    command.callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace

void add_contract(CLI::App& app, int& exit_code) {
    CLI::App& contract = *app.add_subcommand(
        "contract", "Look at contracts: check, diff, guide, infer, lint, usage"
    );
    contract.require_subcommand(1);
    add_contract_check(contract, exit_code);
    CLI::App& diff_command =
        *contract.add_subcommand("diff", "What has changed, whether it matters or not");
    auto pair = std::make_shared<std::pair<std::string, std::string>>();
    diff_command.add_option("OLD", pair->first, "The contract as it was")
        ->type_name("PATH")
        ->required();
    diff_command.add_option("NEW", pair->second, "The contract as it is")
        ->type_name("PATH")
        ->required();
    diff_command.callback([pair, &exit_code] { exit_code = diff(pair->first, pair->second); });
    CLI::App& lint_command =
        *contract.add_subcommand("lint", "What a consumer will miss; 1: there is something");
    auto linted = std::make_shared<LintOptions>();
    lint_command.add_option("FILE", linted->files, "Contracts")->type_name("PATH")->required();
    lint_command
        .add_option("-c,--config", linted->config, "Look at what its subscriptions ask for, too")
        ->type_name("FILE");
    lint_command.callback([linted, &exit_code] { exit_code = lint(*linted); });
    add_contract_guide(contract, exit_code);
    add_contract_infer(contract, exit_code);
}

}  // namespace sluice::app
