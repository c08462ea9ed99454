#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/render_command.hpp"
#include "daemon/verbs/command_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::app {

namespace {

using daemon::CommandRequest;
using daemon::Json;

struct Verb {
    const char* name;
    const char* help;
};

constexpr std::array kVerbs{
    Verb{"redrive", "Let parked subjects go again from their heads, in order"},
    Verb{"skip", "Give up what a subject waits for; with --subscription, the head of its backlog"},
    Verb{"edit", "Put an edited copy in the place of a parked subject's head"},
    Verb{"try", "Run the handler over a parked subject's backlog, and keep nothing of it"},
    Verb{"pause", "Stop a subject, or all of a subscription, until it is resumed"},
    Verb{"resume", "Let go on what was paused"},
    Verb{"release", "Let an event go without what it waits for, or though it is invalid"},
    Verb{"drop", "Put an event that waits aside"},
    Verb{"settle", "Choose which event of a conflict stays"},
    Verb{"take-back", "Bring an event back from aside"},
    Verb{"adopt", "Let a subject start where it is: what lies before was cut by retention"},
    Verb{"unflood", "Do not look for what went aside in a flood any more"},
    Verb{"repair", "Put an edited copy in the place of an event that waits or lies aside"},
};

constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

struct Act {
    CommandRequest request;
    std::string copy_file;
    std::uint64_t offset{kNone};
    std::uint64_t rate{kNone};
    bool yes{false};
    bool preview{false};
    bool as_json{false};
};

Status read_copy(Act& act) {
    if (act.copy_file.empty()) return ok();
    std::ifstream file;
    if (act.copy_file != "-") file.open(act.copy_file, std::ios::binary);
    std::istream& in = act.copy_file == "-" ? std::cin : file;
    act.request.copy.assign(std::istreambuf_iterator<char>{in}, {});
    if (in.bad() || (act.copy_file != "-" && !file.is_open())) {
        return Error{ErrorCode::kNotFound, act.copy_file + ": no such file, or not readable"};
    }
    return ok();
}

/// Shows what it is about, on stderr; whether to go on.
Result<bool> agreed(const Act& act, const Json& preview) {
    fmt::print(stderr, "{}", daemon::render_preview(preview));
    if (preview.value("count", 0) == 0) return false;
    if (act.yes) return true;
    return ask_to_go_on(
        "--yes agrees without being asked, --preview only looks", act.copy_file == "-"
    );
}

int show(const Act& act, const Json& answer, std::string (*render)(const Json&)) {
    const std::string text = act.as_json ? daemon::to_text(answer) + "\n" : render(answer);
    return put(text) ? daemon::kExitDone : put_failed();
}

constexpr const char* kNothingSeen = "nothing";  // is no view of anything

int carry_out(Act act, daemon::Backend& backend) {
    const auto preview = backend.preview(act.request);
    if (act.preview) {
        return preview ? show(act, preview.value(), daemon::render_preview) : fail(preview.error());
    }
    const bool nothing_to_choose = !preview || preview.value().value("count", 0) == 0;
    act.request.view = preview ? preview.value().value("view", std::string{}) : kNothingSeen;
    // With an id it may be that it was done already, and only its answer was lost: that is told,
    // and nothing new is done, since nobody has seen it.
    if (act.request.id.empty() || !nothing_to_choose) {
        if (!preview) return fail(preview.error());
        const auto go_on = agreed(act, preview.value());
        if (!go_on) return fail(go_on.error());
        if (!go_on.value()) {
            fmt::print(stderr, "sluice: nothing was done\n");
            return daemon::kExitDoesNotHold;
        }
    }
    const auto outcome = backend.command(act.request);
    if (!outcome) return fail(outcome.error());
    const int code = show(act, outcome.value(), daemon::render_outcome);
    const bool refused = outcome.value().value("refused", 0) > 0;
    return code == daemon::kExitDone && refused ? daemon::kExitDoesNotHold : code;
}

bool takes(std::string_view verb, std::initializer_list<std::string_view> verbs) {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

CLI::Option* add_text(
    CLI::App& command, const char* name, std::string& into, const char* type, const char* help
) {
    return command.add_option(name, into, help)->type_name(type);
}

/// What a verb takes of its own.
void add_own_options(CLI::App& command, Act& act) {
    const std::string& verb = act.request.verb;
    CommandRequest& request = act.request;
    if (takes(verb, {"redrive", "skip", "edit", "try", "pause", "resume"})) {
        CLI::Option* option = add_text(
            command, "-S,--subscription", request.subscription, "NAME", "In whose backlog"
        );
        if (verb != "skip") option->required();
    }
    if (takes(verb, {"skip"})) {
        add_text(command, "--missing", request.missing, "WANTED", "What `why` says is missing");
    }
    if (takes(verb, {"release", "drop", "settle", "repair"})) {
        add_text(command, "--event", request.event, "ID", "Which event, where more than one fits");
        add_text(command, "--source", request.source, "URI", "Its source, where ids are alike");
    }
    if (takes(verb, {"settle"})) {
        add_text(command, "--winner", request.winner, "WHO", "first or newcomer")->required();
    }
    if (takes(verb, {"take-back", "repair"})) {
        command.add_option("--offset", act.offset, "Of the record aside, as `stuck` says it")
            ->type_name("N")
            ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
    }
    if (takes(verb, {"repair", "edit"})) {
        add_text(command, "--copy", act.copy_file, "FILE", "The edited event, JSON; - is stdin")
            ->required();
    }
    if (takes(verb, {"skip", "settle", "take-back", "adopt", "unflood", "redrive"})) {
        add_text(
            command, "--cause", request.cause, "CAUSE", "All that stand for it, instead of one"
        );
    }
    if (takes(verb, {"redrive"})) {
        add_text(command, "--type", request.type, "TYPE", "With --cause: at such an event");
        command.add_option("--rate", act.rate, "Subjects a second (default: all at once)")
            ->type_name("N")
            ->check(whole_number(1, daemon::kRateMax));
    }
}

void add_verb(CLI::App& app, const Verb& verb, int& exit_code) {
    CLI::App& command = *app.add_subcommand(verb.name, verb.help);
    auto act = std::make_shared<Act>();
    act->request.verb = verb.name;
    act->request.by = user_name();
    command.add_option("SUBJECT", act->request.subject, "For example an order's number")
        ->type_name("");
    CommandRequest& request = act->request;
    add_text(command, "--domain", request.domain, "NAME", "Where there is more than one");
    add_own_options(command, *act);
    add_text(command, "--reason", request.reason, "WHY", "Why; the audit keeps it")->required();
    add_text(command, "--by", request.by, "NAME", "Who; the audit keeps it (default: you)");
    add_text(command, "--id", request.id, "ID", "Of this command: the same twice is done once");
    command.add_flag("--yes", act->yes, "Do not ask");
    command.add_flag("--preview", act->preview, "Only say what it would be about");
    command.add_flag("--json", act->as_json, "As one JSON object");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        if (act->offset != kNone) {
            act->request.offset = Offset{static_cast<std::int64_t>(act->offset)};
        }
        if (act->rate != kNone) act->request.rate = act->rate;
        if (const Status read = read_copy(*act); !read) {
            exit_code = fail(read.error());
            return;
        }
        exit_code = with_backend(
            *target,
            daemon::Access::kPublish,
            [&](const daemon::Place&, daemon::Connection& connection) {
                return carry_out(*act, *connection.backend);
            }
        );
    });
}

}  // namespace

void add_acts(CLI::App& app, int& exit_code) {
    for (const Verb& verb : kVerbs) add_verb(app, verb, exit_code);
}

}  // namespace sluice::app
