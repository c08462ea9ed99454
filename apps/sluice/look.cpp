#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render.hpp"

#include <fmt/format.h>

#include <functional>
#include <string>

namespace sluice::app {

namespace {

using daemon::Backend;
using daemon::Json;

struct Look {
    std::shared_ptr<bool> as_json;
    TargetPtr target;
};

Look add_look(CLI::App& command) {
    Look look{std::make_shared<bool>(false), nullptr};
    command.add_flag("--json", *look.as_json, "As one JSON object");
    look.target = add_target(command);
    return look;
}

int show(const Look& look, const std::function<int(const Backend&)>& work) {
    return with_backend(
        *look.target,
        daemon::Access::kRead,
        [&](const daemon::Place&, daemon::Connection& connection) {
            return work(*connection.backend);
        }
    );
}

int print(const std::string& text) {
    return put(text) ? daemon::kExitDone : put_failed();
}

/// Page by page, so that a million parked subjects can be shown.
int show_stuck(const Backend& backend, bool as_json) {
    constexpr std::size_t kPage = 1'000;
    std::string cursor;
    std::string before = as_json ? R"({"stuck":[)" : "";
    bool any = false;
    while (true) {
        const auto page = backend.stuck(cursor, kPage);
        if (!page) return fail(page.error());
        const Json items = page.value().value("stuck", Json::array());
        if (as_json) {
            for (const Json& item : items) {
                before += fmt::format("{}{}", any ? "," : "", daemon::to_text(item));
                any = true;
            }
        } else if (!items.empty()) {
            const daemon::Table table = daemon::stuck_table(page.value());
            before = any ? table.text_without_heads() : table.text();
            any = true;
        }
        if (!put(before)) return put_failed();
        before.clear();
        const Json next = page.value().value("next", Json{});
        if (!next.is_string()) break;
        cursor = next.get<std::string>();
    }
    if (as_json) return print("]}\n");
    return any ? daemon::kExitDone : print("nothing is stuck\n");
}

}  // namespace

void add_status(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "status", "Topics, positions read, what waits, how far each subscription is"
    );
    const Look look = add_look(command);
    auto check = std::make_shared<bool>(false);
    command.add_flag("--check", *check, "Exit with 1 when something is stuck");
    command.callback([=, &exit_code] {
        exit_code = show(look, [&](const Backend& backend) {
            const auto status = backend.status();
            if (!status) return fail(status.error());
            const Json& json = status.value();
            const int code =
                print(*look.as_json ? daemon::to_text(json) + "\n" : daemon::render_status(json));
            const bool stuck = *check && json.value("stuck", false);
            return code == daemon::kExitDone && stuck ? daemon::kExitDoesNotHold : code;
        });
    });
}

void add_stuck(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand("stuck", "Everything that does not move, and why");
    const Look look = add_look(command);
    command.callback([=, &exit_code] {
        exit_code =
            show(look, [&](const Backend& backend) { return show_stuck(backend, *look.as_json); });
    });
}

void add_why(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "why", "What one subject waits for, since when, where it could come from, what is next"
    );
    const Look look = add_look(command);
    auto subject = std::make_shared<std::string>();
    command.add_option("SUBJECT", *subject, "For example an order's number")
        ->type_name("")
        ->required();
    command.callback([=, &exit_code] {
        exit_code = show(look, [&](const Backend& backend) {
            const auto why = backend.why(*subject);
            if (!why) return fail(why.error());
            if (*look.as_json) return print(daemon::to_text(why.value()) + "\n");
            std::string text;
            for (const Json& one : why.value().value("domains", Json::array())) {
                text += daemon::printable(one.value("why", std::string{})) + "\n";
            }
            return print(text);
        });
    });
}

void add_topics(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand("topics", "All topics, with their partitions");
    const Look look = add_look(command);
    command.callback([=, &exit_code] {
        exit_code = show(look, [&](const Backend& backend) {
            const auto topics = backend.topics();
            if (!topics) return fail(topics.error());
            const Json& json = topics.value();
            return print(
                *look.as_json ? daemon::to_text(json) + "\n" : daemon::render_topics(json)
            );
        });
    });
}

}  // namespace sluice::app
