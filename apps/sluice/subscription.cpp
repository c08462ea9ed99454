#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/render_subscription.hpp"
#include "daemon/subscriptions/body.hpp"
#include "http/path.hpp"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace sluice::app {

namespace {

using daemon::Json;
using daemon::Remote;

constexpr const char* kWhy =
    "subscriptions are shown, made, changed and deleted by sluice serve; those of sluice.yaml "
    "stand there";

struct Ordered {
    TargetPtr target;
    std::string name;
    std::string file;
    std::string reason;
    std::string by;
    bool force{false};
    bool yes{false};
    bool preview{false};
    bool as_json{false};
};

using OrderedPtr = std::shared_ptr<Ordered>;
using Render = std::function<std::string(const Json&)>;

http::Request about_one(const Ordered& asked, std::string method, const std::string& name) {
    http::Request request;
    request.method = std::move(method);
    request.path = "/v1/subscriptions";
    if (!name.empty()) request.path += "/" + http::path_segment(name);
    if (!asked.reason.empty()) request.query["reason"] = asked.reason;
    if (!asked.by.empty()) request.query["by"] = asked.by;
    return request;
}

int put_answer(const Ordered& asked, const Result<Json>& answer, const Render& render) {
    if (!answer) return fail(answer.error());
    const std::string text =
        asked.as_json ? daemon::to_text(answer.value()) + "\n" : render(answer.value());
    return put(text) ? daemon::kExitDone : put_failed();
}

Result<std::string> text_of_file(const std::string& path) {
    std::ifstream file;
    if (path != "-") file.open(path, std::ios::binary);
    std::istream& in = path == "-" ? std::cin : file;
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (in.bad() || (path != "-" && !file.is_open())) {
        return Error{ErrorCode::kNotFound, path + ": no such file, or not readable"};
    }
    return text;
}

/// Looks at what would be done, asks, and does it.
int carry_out(
    const Ordered& asked,
    const Remote& daemon,
    const http::Request& request,
    const Render& preview,
    const Render& done
) {
    http::Request checking = request;
    checking.query["check"] = "true";
    const auto checked = daemon.ask(std::move(checking));
    if (!checked) return fail(checked.error());
    if (asked.preview) return put_answer(asked, checked, preview);
    fmt::print(stderr, "{}", preview(checked.value()));
    if (!asked.yes) {
        const auto agreed = ask_to_go_on(
            "--yes agrees without being asked, --preview only looks", asked.file == "-"
        );
        if (!agreed) return fail(agreed.error());
        if (!agreed.value()) {
            fmt::print(stderr, "sluice: nothing was done\n");
            return daemon::kExitDoesNotHold;
        }
    }
    return put_answer(asked, daemon.ask(request), done);
}

int create_one(const Ordered& asked, const Remote& daemon) {
    auto text = text_of_file(asked.file);
    if (!text) return fail(text.error());
    http::Request request = about_one(asked, "POST", "");
    request.content_type = "application/yaml";  // of which JSON is a part
    request.body = std::move(text).value();
    return carry_out(asked, daemon, request, daemon::render_creation, daemon::render_subscription);
}

int update_one(const Ordered& asked, const Remote& daemon) {
    auto text = text_of_file(asked.file);
    if (!text) return fail(text.error());
    const auto body = daemon::read_body(text.value());
    if (!body) return fail(body.error());
    const nlohmann::json* name = body->document.find("/name");
    if (name == nullptr || !name->is_string()) {
        return fail({ErrorCode::kInvalidArgument, asked.file + ": it says no name: which is it?"});
    }
    const std::string id = name->get<std::string>();
    const auto before = daemon.ask(about_one({}, "GET", id));
    if (!before) return fail(before.error());
    http::Request request = about_one(asked, "PUT", id);
    request.content_type = "application/yaml";
    request.body = std::move(text).value();
    const auto preview = [&before](const Json& checked) {
        return daemon::render_replacement(before.value(), checked);
    };
    return carry_out(asked, daemon, request, preview, daemon::render_subscription);
}

int delete_one(const Ordered& asked, const Remote& daemon) {
    if (asked.force && asked.reason.empty()) {
        return fail({ErrorCode::kInvalidArgument, "--reason: say why what is parked may go"});
    }
    http::Request request = about_one(asked, "DELETE", asked.name);
    if (asked.force) request.query["force"] = "true";
    return carry_out(asked, daemon, request, daemon::render_deletion, daemon::render_deletion);
}

OrderedPtr add_common(CLI::App& command) {
    auto asked = std::make_shared<Ordered>();
    command.add_flag("--json", asked->as_json, "As one JSON object");
    asked->target = add_target(command);
    return asked;
}

using Work = int (*)(const Ordered&, const Remote&);

void run_with(CLI::App& command, const OrderedPtr& asked, Work work, int& exit_code) {
    command.callback([=, &exit_code] {
        exit_code = with_daemon(*asked->target, kWhy, [&](const Remote& daemon) {
            return work(*asked, daemon);
        });
    });
}

void add_change(CLI::App& command, const OrderedPtr& asked) {
    asked->by = user_name();
    command.add_option("--reason", asked->reason, "Why; the audit keeps it")->type_name("WHY");
    command.add_option("--by", asked->by, "Who; the audit keeps it (default: you)")
        ->type_name("NAME");
    command.add_flag("--yes", asked->yes, "Do not ask");
    command.add_flag("--preview", asked->preview, "Only say what would be done");
}

void add_looks(CLI::App& all, int& exit_code) {
    CLI::App& list = *all.add_subcommand("list", "All of them, and where each comes from");
    run_with(
        list,
        add_common(list),
        [](const Ordered& asked, const Remote& daemon) {
            return put_answer(
                asked, daemon.ask(about_one({}, "GET", "")), daemon::render_subscriptions
            );
        },
        exit_code
    );
    CLI::App& show = *all.add_subcommand("show", "One of them");
    const OrderedPtr asked = add_common(show);
    show.add_option("NAME", asked->name, "Which")->required()->type_name("");
    run_with(
        show,
        asked,
        [](const Ordered& one, const Remote& daemon) {
            return put_answer(
                one, daemon.ask(about_one({}, "GET", one.name)), daemon::render_subscription
            );
        },
        exit_code
    );
}

void add_with_file(CLI::App& all, const char* name, const char* help, Work work, int& exit_code) {
    CLI::App& command = *all.add_subcommand(name, help);
    const OrderedPtr asked = add_common(command);
    command.add_option("FILE", asked->file, "Its definition, JSON or YAML; - is stdin")
        ->required()
        ->type_name("");
    add_change(command, asked);
    run_with(command, asked, work, exit_code);
}

}  // namespace

void add_subscription(CLI::App& app, int& exit_code) {
    CLI::App& all = *app.add_subcommand(
        "subscription", "Subscriptions of a running daemon: made, changed, deleted"
    );
    all.require_subcommand(1);
    add_looks(all, exit_code);
    add_with_file(all, "create", "Make one", create_one, exit_code);
    add_with_file(
        all, "update", "Replace its definition; it goes on where it was", update_one, exit_code
    );
    CLI::App& gone = *all.add_subcommand("delete", "End one; its progress and backlogs go with it");
    const OrderedPtr asked = add_common(gone);
    gone.add_option("NAME", asked->name, "Which")->required()->type_name("");
    add_change(gone, asked);
    gone.add_flag("--force", asked->force, "What is parked goes too; needs --reason");
    run_with(gone, asked, delete_one, exit_code);
}

}  // namespace sluice::app
