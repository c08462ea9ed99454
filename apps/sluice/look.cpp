#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "base/clock.hpp"
#include "contract/units.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/operations/timeline_json.hpp"
#include "daemon/render/render.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace sluice::app {

namespace {

using daemon::Backend;
using daemon::Json;

constexpr std::uint64_t kShownMax = 10'000;

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
int show_stuck(const Backend& backend, bool as_json, const runtime::StuckFilter& filter) {
    constexpr std::size_t kPage = 1'000;
    std::string cursor;
    std::string before = as_json ? R"({"stuck":[)" : "";
    bool any = false;
    std::set<std::string> causes;
    while (true) {
        const auto page = backend.stuck(cursor, kPage, filter);
        if (!page) return fail(page.error());
        const Json items = page.value().value("stuck", Json::array());
        if (as_json) {
            for (const Json& item : items) {
                before += fmt::format("{}{}", any ? "," : "", daemon::to_text(item));
                any = true;
            }
        } else if (!items.empty()) {
            for (const Json& item : items) causes.insert(item.value("cause", std::string{}));
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
    if (!any) return print("nothing is stuck\n");
    fmt::print(stderr, "{}", daemon::what_to_do(causes));
    return daemon::kExitDone;
}

struct StuckArguments {
    runtime::StuckFilter filter;
    std::string older;
};

/// Those that have stood for so long.
Status read_age(StuckArguments& arguments) {
    if (arguments.older.empty()) return ok();
    const auto age = contract::parse_duration(arguments.older);
    if (!age) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("--older: '{}' is no duration, such as 30s, 5m, 2h", arguments.older)};
    }
    arguments.filter.before = SystemClock{}.now() + -*age;
    return ok();
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
    auto arguments = std::make_shared<StuckArguments>();
    runtime::StuckFilter& filter = arguments->filter;
    command.add_option("--domain", filter.domain, "Of this domain")->type_name("NAME");
    command.add_option("-S,--subscription", filter.subscription, "In this subscription")
        ->type_name("NAME");
    command.add_option("--cause", filter.cause, "For this cause")->type_name("CAUSE");
    command.add_option("--type", filter.type, "At an event of this type")->type_name("TYPE");
    command.add_option("--subject", filter.subject, "Of this subject")->type_name("SUBJECT");
    command.add_option("--older", arguments->older, "For at least so long: 30s, 5m, 2h, 7d")
        ->type_name("AGE");
    command.callback([=, &exit_code] {
        if (const Status read = read_age(*arguments); !read) {
            exit_code = fail(read.error());
            return;
        }
        exit_code = show(look, [&](const Backend& backend) {
            return show_stuck(backend, *look.as_json, arguments->filter);
        });
    });
}

void add_show(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "show", "The events of a subject that do not move, as JSON Lines: to read, and to edit"
    );
    auto query = std::make_shared<daemon::ShowQuery>();
    command.add_option("SUBJECT", query->subject, "For example an order's number")
        ->type_name("")
        ->required();
    command.add_option("--domain", query->domain, "Of this domain alone")->type_name("NAME");
    command.add_option("-S,--subscription", query->subscription, "In its backlog alone")
        ->type_name("NAME");
    command.add_option("--limit", query->limit, "So many of each place (default: 1000)")
        ->type_name("N")
        ->check(whole_number(1, kShownMax));
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place&, daemon::Connection& connection) {
                const auto page = connection.backend->show(*query);
                if (!page) return fail(page.error());
                std::string text;
                for (const std::string& line : page.value().lines) text += line + "\n";
                return print(text);
            }
        );
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

void add_trace(CLI::App& app, int& exit_code) {
    CLI::App& command =
        *app.add_subcommand("trace", "All that has happened to a subject, by time, and by whom");
    const Look look = add_look(command);
    auto subject = std::make_shared<std::string>();
    auto limit = std::make_shared<std::size_t>(100);
    command.add_option("SUBJECT", *subject, "For example an order's number")
        ->type_name("")
        ->required();
    command.add_option("--limit", *limit, "The last N records of each topic (default: 100)")
        ->type_name("N")
        ->check(whole_number(1, kShownMax));
    command.callback([=, &exit_code] {
        exit_code = show(look, [&](const Backend& backend) {
            const auto found = backend.trace(*subject, *limit);
            if (!found) return fail(found.error());
            const Json& json = found.value();
            return print(
                *look.as_json ? daemon::to_text(json) + "\n" : daemon::render_timeline(json)
            );
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
