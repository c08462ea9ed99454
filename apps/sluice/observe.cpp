#include "observe/observe.hpp"

#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/ground_options.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/observe_report.hpp"
#include "runtime/domain/plan_of.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>

namespace sluice::app {

namespace {

struct ObserveArguments {
    daemon::GroundTarget target;
    std::string domain;
    std::string group;
    observe::ObserveOptions options;
    Milliseconds patience{30'000};
    bool json{false};
};

/// The one domain, or the one that was asked for.
Result<daemon::ContractPtr> choose(const daemon::Ground& ground, const std::string& domain) {
    if (domain.empty() && ground.contracts.size() == 1) return ground.contracts.front();
    std::string there;
    for (const auto& contract : ground.contracts) {
        if (contract->domain == domain) return contract;
        there += (there.empty() ? "" : ", ") + contract->domain;
    }
    if (ground.contracts.empty())
        return Error{ErrorCode::kBadConfig, "no contract: name one with -c"};
    return Error{
        domain.empty() ? ErrorCode::kBadConfig : ErrorCode::kNotFound,
        fmt::format(
            "{}--domain names one of these: {}",
            domain.empty() ? "" : "no domain '" + domain + "'; ",
            there
        )};
}

int look(
    const ObserveArguments& arguments, const daemon::ContractPtr& contract, observe::Source& source
) {
    const SystemClock clock;
    const Instant now = clock.now();
    const runtime::DomainPlan plan = runtime::plan_of(contract);
    observe::ObserveOptions options = arguments.options;
    if (!arguments.group.empty()) {
        std::vector<std::string> topics;
        for (const runtime::ChannelPlan& channel : plan.channels) topics.push_back(channel.topic);
        auto lags = source.lag_of(arguments.group, topics, now);
        if (!lags) return fail(lags.error());
        options.lags.merge(*lags);  // what was asked for goes first
    }
    const auto seen = observe::observe(source, plan, options, now);
    if (!seen) return fail(seen.error());
    const std::string text = arguments.json
                                 ? daemon::to_text(daemon::observation_json(*seen)) + "\n"
                                 : daemon::render_observation(*seen);
    return put(text) ? daemon::kExitDone : put_failed();
}

int run_observe(const ObserveArguments& arguments) {
    const auto ground = daemon::find_ground(arguments.target);
    if (!ground) return fail(ground.error());
    const auto contract = choose(*ground, arguments.domain);
    if (!contract) return fail(contract.error());
    return with_source(*ground, arguments.patience, "observe", [&](observe::Source& source) {
        return look(arguments, *contract, source);
    });
}

void add_lags(CLI::App& command, observe::ObserveOptions& options) {
    const auto take = [&options](const std::vector<std::string>& written) {
        for (const std::string& one : written) {
            const std::size_t equals = one.find('=');
            if (equals == std::string::npos || equals == 0) {
                throw CLI::ValidationError{
                    "--lag", fmt::format("'{}' is not TOPIC=TIME, such as order.placed=10m", one)};
            }
            options.lags[one.substr(0, equals)] = duration_of("--lag", one.substr(equals + 1));
        }
    };
    command
        .add_option_function<std::vector<std::string>>(
            "--lag", take, "If that topic were read so much later; may be given again"
        )
        ->type_name("TOPIC=TIME")
        ->allow_extra_args(false);
}

}  // namespace

void add_observe(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "observe",
        "How often a plain consumer would have met events in the wrong order; writes nothing"
    );
    const auto arguments = std::make_shared<ObserveArguments>();
    add_ground(command, arguments->target, true);
    command.add_option("--domain", arguments->domain, "Which, where the configuration has several")
        ->type_name("NAME");
    add_duration(command, "--since", arguments->options.window, "How far back from now");
    add_lags(command, arguments->options);
    command.add_option("--group", arguments->group, "As late as this consumer group is now")
        ->type_name("NAME");
    command
        .add_option(
            "--worst", arguments->options.worst_max, "How many of the worst cases are shown"
        )
        ->type_name("N")
        ->check(whole_number(0, 1'000))
        ->capture_default_str();
    command
        .add_option(
            "--events",
            arguments->options.events_max,
            "More are not looked at (some 100 bytes each, 300 with rules)"
        )
        ->type_name("N")
        ->check(whole_number(1, 1'000'000'000))
        ->capture_default_str();
    add_duration(command, "--patience", arguments->patience, "For each answer of the cluster");
    command.add_flag("--json", arguments->json, "As one JSON object");
    command.callback([arguments, &exit_code] { exit_code = run_observe(*arguments); });
}

}  // namespace sluice::app
