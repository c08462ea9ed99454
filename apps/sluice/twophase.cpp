#include "apps/sluice/twophase.hpp"

#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"
#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"
#include "transact/doubts.hpp"
#include "transact/options_file.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace sluice::app {

namespace {

using daemon::Json;
using transact::Doubt;
using transact::Doubts;
using transact::Fate;

struct TwoPhaseArguments {
    std::string file;
    std::string settled;
    bool as_json{false};
};

using TwoPhasePtr = std::shared_ptr<TwoPhaseArguments>;

std::string_view state_of(const Doubt& one) {
    if (one.settled) return "settled";
    return one.seen ? "prepared" : "not seen";
}

Json json_of(const Doubts& doubts) {
    Json branches = Json::array();
    for (const Doubt& one : doubts.branches) {
        Json json{
            {"transaction", twophase::to_string(one.gid.id)},
            {"branch", one.gid.branch},
            {"database", one.database},
            {"gid", twophase::to_string(one.gid)},
            {"state", state_of(one)},
            {"fate", to_string(one.fate)},
            {"since", nullptr}};
        if (one.since) json["since"] = to_rfc3339(*one.since);
        branches.push_back(std::move(json));
    }
    return Json{{"branches", std::move(branches)}, {"problems", Json(doubts.problems)}};
}

std::string text_of(const Doubts& doubts) {
    daemon::Table table{{"transaction", ">branch", "database", "state", "since", "fate"}};
    for (const Doubt& one : doubts.branches) {
        table.add(
            {twophase::to_string(one.gid.id),
             fmt::to_string(one.gid.branch),
             one.database,
             std::string{state_of(one)},
             one.since ? to_rfc3339(*one.since) : "",
             std::string{to_string(one.fate)}}
        );
    }
    if (!table.empty()) return table.text();
    return doubts.problems.empty() ? "nothing is left prepared\n" : "";
}

int list_doubts(const TwoPhaseArguments& asked) {
    const auto options = TwoPhaseOptions::read(asked.file);
    if (!options) return fail(options.error());
    const auto doubts = transact::doubts_of(options.value());
    if (!doubts) return fail(doubts.error());
    const std::string text =
        asked.as_json ? daemon::to_text(json_of(doubts.value())) + "\n" : text_of(doubts.value());
    if (!put(text)) return put_failed();
    for (const Doubt& one : doubts->branches) {
        if (one.fate != Fate::kUnknown) continue;
        fmt::print(stderr, "sluice: the service runs, and ends these by itself\n");
        break;
    }
    int code = daemon::kExitDone;
    for (const auto& [database, problem] : doubts->problems) {
        code = fail(Error{ErrorCode::kUnavailable, problem}.at(database));
    }
    return code;
}

Json json_of(const transact::Resolution& resolution) {
    Json databases = Json::object();
    for (const auto& [name, carried] : resolution.databases) {
        databases[name] = {
            {"committed", carried.committed},
            {"rolled_back", carried.rolled_back},
            {"problem", carried.problem}};
    }
    Json left = Json::array();
    for (const twophase::Transaction& one : resolution.left) {
        left.push_back({{"transaction", twophase::to_string(one.id)}, {"reason", one.reason}});
    }
    return Json{{"databases", std::move(databases)}, {"left", std::move(left)}};
}

std::string text_of(const transact::Resolution& resolution) {
    daemon::Table table{{"database", ">committed", ">rolled back", "problem"}};
    for (const auto& [name, carried] : resolution.databases) {
        table.add(
            {name,
             fmt::to_string(carried.committed),
             fmt::to_string(carried.rolled_back),
             carried.problem}
        );
    }
    std::string text = table.text();
    for (const twophase::Transaction& one : resolution.left) {
        text += fmt::format("{} commits, and has not everywhere", twophase::to_string(one.id));
        text += one.reason.empty() ? "\n" : fmt::format(": {}\n", one.reason);
    }
    return text;
}

int resolve_doubts(const TwoPhaseArguments& asked) {
    const auto options = TwoPhaseOptions::read(asked.file);
    if (!options) return fail(options.error());
    std::optional<transact::BranchName> settled;
    if (!asked.settled.empty()) {
        const auto named = transact::parse_branch_name(asked.settled);
        if (!named) return fail(named.error());
        settled = named.value();
    }
    const auto resolution = transact::resolve(options.value(), settled);
    if (!resolution) return fail(resolution.error());
    const std::string text = asked.as_json ? daemon::to_text(json_of(resolution.value())) + "\n"
                                           : text_of(resolution.value());
    if (!put(text)) return put_failed();
    bool all = resolution->left.empty();
    for (const auto& [name, carried] : resolution->databases) all = all && carried.problem.empty();
    return all ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

CLI::App& add_sub(
    CLI::App& twophase, const char* name, const char* help, const TwoPhasePtr& asked
) {
    CLI::App& sub = *twophase.add_subcommand(name, help);
    sub.add_option("FILE", asked->file, "The coordinator's file, as its service reads it")
        ->required()
        ->type_name("");
    sub.add_flag("--json", asked->as_json, "As one JSON object");
    return sub;
}

}  // namespace

void add_twophase(CLI::App& app, int& exit_code) {
    CLI::App& twophase =
        *app.add_subcommand("twophase", "Two-phase commits: what a crash has left prepared");
    twophase.require_subcommand(1);
    const auto listed = std::make_shared<TwoPhaseArguments>();
    CLI::App& list =
        add_sub(twophase, "list", "What databases hold prepared, and what becomes of it", listed);
    list.callback([listed, &exit_code] { exit_code = list_doubts(*listed); });
    const auto asked = std::make_shared<TwoPhaseArguments>();
    CLI::App& resolve = add_sub(
        twophase,
        "resolve",
        "End it as the log says, in place of a service that does not run",
        asked
    );
    resolve
        .add_option(
            "--settle", asked->settled, "A branch whose database will not come back, as 3/17/0"
        )
        ->type_name("BRANCH");
    resolve.callback([asked, &exit_code] { exit_code = resolve_doubts(*asked); });
}

}  // namespace sluice::app
