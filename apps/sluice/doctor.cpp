#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/ground_options.hpp"
#include "apps/sluice/made_subscriptions.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"
#include "doctor/acl.hpp"
#include "doctor/diagnose.hpp"
#include "doctor/reach.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::app {

namespace {

using daemon::Json;

struct DoctorArguments {
    daemon::GroundTarget target;
    Milliseconds outage{std::chrono::hours{24}};
    doctor::DiagnoseOptions options;
    bool acl{false};
    bool json{false};
};

int put_lines(const std::string& text, int code) {
    return put(text) ? code : put_failed();
}

int show_acls(
    const doctor::Expectations& expected, const log::kafka::KafkaOptions& kafka, bool as_json
) {
    const std::string principal = doctor::principal_of(kafka);
    Json parts = Json::array();
    std::string text;
    for (const doctor::PartNeeds& part : doctor::needs_of(expected)) {
        Json permissions = Json::array();
        text += fmt::format("# {}: {}\n", part.part, part.why);
        for (const doctor::Permission& one : part.permissions) {
            permissions.push_back(
                {{"resource", one.resource},
                 {"name", one.name},
                 {"pattern", one.pattern},
                 {"operations", one.operations}}
            );
            text += fmt::format("kafka-acls.sh --add {}\n", doctor::as_arguments(one, principal));
        }
        parts.push_back({{"part", part.part}, {"permissions", std::move(permissions)}});
    }
    const Json json{{"principal", principal}, {"parts", std::move(parts)}};
    return put_lines(as_json ? daemon::to_text(json) + "\n" : text, daemon::kExitDone);
}

int show_checks(const std::vector<doctor::Check>& checks, bool as_json) {
    const doctor::Verdict worst = doctor::worst_of(checks);
    const int code = worst == doctor::Verdict::kFail ? daemon::kExitDoesNotHold : daemon::kExitDone;
    std::string text;
    Json all = Json::array();
    for (const doctor::Check& check : checks) {
        text += doctor::to_text(check) + "\n";
        all.push_back(
            {{"verdict", doctor::to_string(check.verdict)},
             {"what", check.what},
             {"detail", check.detail},
             {"advice", check.advice}}
        );
    }
    const Json json{{"verdict", doctor::to_string(worst)}, {"checks", std::move(all)}};
    return put_lines(as_json ? daemon::to_text(json) + "\n" : text, code);
}

int examine(const DoctorArguments& arguments) {
    const auto ground = daemon::find_ground(arguments.target);
    if (!ground) return fail(ground.error());
    if (!ground->kafka()) {
        return fail(Error{
            ErrorCode::kBadConfig,
            "doctor looks at a Kafka cluster, and none is named: `kafka` in sluice.yaml, or "
            "--kafka kafka://HOST:PORT"});
    }
    doctor::Expectations expected;
    expected.contracts = ground->contracts;
    const std::vector<daemon::SubscriptionConfig> made = made_subscriptions(ground->config);
    for (const auto* all : {&ground->config.subscriptions, &made}) {
        for (const daemon::SubscriptionConfig& one : *all) {
            if (one.topic.empty()) continue;
            expected.targets.push_back(
                {one.domain, one.name, one.topic, one.topic_partitions.has_value()}
            );
        }
    }
    expected.outage = arguments.outage;
    expected.event_bytes_max = ground->config.event_bytes_max;
    if (arguments.acl) return show_acls(expected, *ground->kafka(), arguments.json);
    const SystemClock clock;
    return show_checks(
        doctor::diagnose(*ground->kafka(), expected, arguments.options, clock), arguments.json
    );
}

}  // namespace

void add_doctor(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "doctor", "What stands between Sluice and a Kafka cluster, and what to do"
    );
    const auto arguments = std::make_shared<DoctorArguments>();
    add_ground(command, arguments->target, false);
    command.add_flag(
        "--acl", arguments->acl, "Print the ACLs that each part needs, and ask nobody"
    );
    add_duration(command, "--outage", arguments->outage, "Retention must outlive this");
    add_duration(
        command, "--patience", arguments->options.patience, "For each answer of the cluster"
    );
    add_duration(command, "--watch", arguments->options.watch, "Groups are watched for so long");
    command.add_flag("--json", arguments->json, "As one JSON object");
    command.callback([arguments, &exit_code] { exit_code = examine(*arguments); });
}

}  // namespace sluice::app
