#include "plan/plan.hpp"

#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/session.hpp"
#include "contract/units.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"
#include "daemon/render/table.hpp"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::app {

namespace {

struct PlanArguments {
    plan::Load load;
    plan::Capacity capacity;
    bool json{false};
};

using ArgumentsPtr = std::shared_ptr<PlanArguments>;

/// As a duration, and "200us" besides: a handler may be quicker than a millisecond.
std::chrono::microseconds handler_time(const std::string& written) {
    constexpr std::string_view kMicro = "us";
    if (!written.ends_with(kMicro)) return duration_of("--handler", written);
    const std::string whole = written.substr(0, written.size() - kMicro.size());
    return std::chrono::microseconds{duration_of("--handler", whole + "ms").count()};
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const char* name, Number& value, const char* text) {
    CLI::Option* option =
        command.add_option(name, value, text)->type_name("N")->capture_default_str();
    if constexpr (std::is_floating_point_v<Number>)
        return option->check(real_number(0, 1e12));
    else
        return option->check(whole_number(1, std::numeric_limits<Number>::max()));
}

void add_load(CLI::App& command, plan::Load& load) {
    const auto number = [&](const char* name, auto& value, const char* text) {
        return add_number(command, name, value, text);
    };
    number(
        "--rate",
        load.events_per_second,
        "Events a second, on average, over all channels of the domain"
    )
        ->required();
    number("--peak", load.peak_factor, "The busiest minutes over the average");
    number(
        "--hottest", load.hottest_per_second, "Events a second of the busiest subject; 0: not known"
    );
    command
        .add_option_function<std::string>(
            "--size",
            [&load](const std::string& written) {
                const auto size = contract::parse_size(written);
                if (!size)
                    throw CLI::ValidationError{
                        "--size", "'" + written + "' is not a size such as 420B or 2KiB"};
                load.event_bytes = *size;
            },
            "Of an event: key, value and headers"
        )
        ->type_name("SIZE")
        ->default_str(contract::write_size(load.event_bytes));
    command
        .add_option_function<std::string>(
            "--handler",
            [&load](const std::string& written) { load.handler = handler_time(written); },
            "What a subscription takes to handle one event (also 200us)"
        )
        ->type_name("TIME")
        ->default_str("1ms");
    number("--subscriptions", load.subscriptions, "How many read the domain");
    add_duration(
        command, "--lag", load.lag_max, "From publishing to handled, at the peak, at most"
    );
    add_duration(command, "--outage", load.outage, "All instances are down for so long …");
    add_duration(command, "--recovery", load.recovery, "… and all is caught up so long after");
    number(
        "--detour",
        load.detour,
        "Share of events on channels that take the detour (sluice doctor), 0 to 1"
    );
    add_duration(command, "--retention", load.retention, "Of channels and ordered topic");
    number("--copies", load.replication, "Replication factor");
}

void add_capacity(CLI::App& command, plan::Capacity& at) {
    const auto number = [&](const char* name, auto& value, const char* text) {
        add_number(command, name, value, text)->group("What one machine carries");
    };
    number("--sequenced-per-core", at.sequenced_per_core, "Events a second");
    number("--dispatched-per-core", at.dispatched_per_core, "Events a second, handler apart");
    number("--cores", at.cores, "Of an instance");
    number("--handlers", at.handlers, "Events being handled at once by an instance");
    number("--partition-bytes", at.partition_bytes_per_second, "Bytes a second to one partition");
    number("--broker-bytes", at.broker_bytes_per_second, "Bytes a second to one broker's disk");
    number("--share", at.share, "Of each capacity that is planned for");
    add_duration(command, "--step", at.step, "Events of so much time go into one transaction");
    command.get_option("--step")->group("What one machine carries");
}

std::string as_json(const plan::Plan& plan) {
    daemon::Json lines = daemon::Json::array();
    for (const plan::Line& line : plan.lines) {
        lines.push_back(
            {{"name", line.name},
             {"arithmetic", line.arithmetic},
             {"value", line.value},
             {"unit", line.unit}}
        );
    }
    const daemon::Json json{
        {"homes", plan.homes},
        {"instances", plan.instances},
        {"brokers", plan.brokers},
        {"holds", plan.holds()},
        {"lines", std::move(lines)},
        {"wrong", plan.wrong},
        {"breaks_first", plan.breaks_first}};
    return daemon::to_text(json) + "\n";
}

std::string as_text(const plan::Plan& plan, const plan::Capacity& at) {
    daemon::Table table{{"", "", ">", ""}};
    for (const plan::Line& line : plan.lines) {
        table.add({line.name, line.arithmetic, "= " + plan::readable(line.value), line.unit});
    }
    std::string text = table.text_without_heads();
    text += fmt::format(
        "\n{} homes; {} instances of {} cores; {} brokers\nbreaks first: {}\n",
        plan.homes,
        plan.instances,
        at.cores,
        plan.brokers,
        plan.breaks_first
    );
    for (const std::string& wrong : plan.wrong) text += "does not hold: " + wrong + "\n";
    return text;
}

int show(const PlanArguments& arguments) {
    const auto plan = plan::make_plan(arguments.load, arguments.capacity);
    if (!plan) return fail(plan.error());
    const bool put_it =
        put(arguments.json ? as_json(plan.value()) : as_text(plan.value(), arguments.capacity));
    if (!put_it) return put_failed();
    return plan.value().holds() ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

}  // namespace

void add_plan(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "plan", "From a load to partitions, instances and brokers, with the arithmetic"
    );
    const auto arguments = std::make_shared<PlanArguments>();
    add_load(command, arguments->load);
    add_capacity(command, arguments->capacity);
    command.add_flag("--json", arguments->json, "As one JSON object");
    command.callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace sluice::app
