#include "apps/sluice/outbox.hpp"

#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"
#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"
#include "outbox/relay/desk.hpp"
#include "outbox/relay/migration.hpp"

#include <fmt/format.h>

#include <functional>
#include <vector>

namespace sluice::app {

namespace {

using outbox::OutboxDesk;

/// Connects, and lets `work` do something there; prints what prevents it.
int at_desk(const std::string& database, const std::function<int(OutboxDesk&)>& work) {
    auto connection = outbox::PgConnection::open(database, "sluice outbox");
    if (!connection) return fail(connection.error());
    OutboxDesk desk{*connection};
    return work(desk);
}

int say(const std::string& text) {
    return put(text) ? daemon::kExitDone : put_failed();
}

int say_json(const daemon::Json& json) {
    return say(daemon::to_text(json) + "\n");
}

void add_migrate(CLI::App& outbox, int& exit_code) {
    CLI::App& command =
        *outbox.add_subcommand("migrate", "Make the tables and the function sluice_publish");
    const DatabasePtr database = add_database(command);
    const auto print = std::make_shared<bool>(false);
    command.add_flag("--print", *print, "Only show the SQL, for a tool that runs migrations");
    command.callback([=, &exit_code] {
        if (*print) {
            exit_code = say(std::string{outbox::postgres_migration()});
            return;
        }
        exit_code = at_desk(*database, [](OutboxDesk& desk) {
            const Status made = desk.migrate();
            return made ? say("made; name the source next: sluice outbox source /orders\n")
                        : fail(made.error());
        });
    });
}

void add_source(CLI::App& outbox, int& exit_code) {
    CLI::App& command = *outbox.add_subcommand(
        "source", "Who says the events: once, and anew after each restore from a backup"
    );
    const DatabasePtr database = add_database(command);
    const auto source = std::make_shared<std::string>();
    command.add_option("SOURCE", *source, "Such as /orders, and after a restore /orders;2")
        ->type_name("")
        ->required();
    command.callback([=, &exit_code] {
        exit_code = at_desk(*database, [&](OutboxDesk& desk) {
            const auto before = desk.begin_source(*source);
            if (!before) return fail(before.error());
            const std::string was = before->empty() ? "" : fmt::format(", it was {}", *before);
            return say(fmt::format("the source is {}{}\n", *source, was));
        });
    });
}

int show_status(OutboxDesk& desk, bool as_json) {
    const auto status = desk.status();
    if (!status) return fail(status.error());
    const outbox::Backlog& backlog = status->backlog;
    const std::string oldest =
        backlog.oldest_s == 0 ? "" : to_rfc3339(Instant{backlog.oldest_s * 1'000});
    if (as_json) {
        daemon::Json relays = daemon::Json::array();
        for (const outbox::RelayRow& one : status->relays) {
            relays.push_back({{"name", one.name}, {"slots", one.slots}, {"asleep", one.asleep}});
        }
        daemon::Json json{
            {"source", status->source},
            {"pending", backlog.pending},
            {"parked", backlog.parked},
            {"oldest", oldest},
            {"full", backlog.full},
            {"relays", std::move(relays)}};
        if (oldest.empty()) json["oldest"] = nullptr;
        return say_json(json);
    }
    std::string text = fmt::format(
        "source {}; {} pending{}; {} parked{}\n",
        status->source.empty() ? "not named yet" : status->source,
        daemon::counted(static_cast<std::int64_t>(backlog.pending), "event"),
        oldest.empty() ? "" : ", the oldest of " + oldest,
        daemon::counted(static_cast<std::int64_t>(backlog.parked), "subject"),
        backlog.full ? "; full: sluice_publish refuses" : ""
    );
    daemon::Table table{{"relay", ">slots", "state"}};
    for (const outbox::RelayRow& one : status->relays) {
        table.add({one.name, fmt::to_string(one.slots), one.asleep ? "asleep" : "awake"});
    }
    text += table.empty() ? "no relay is running: sluice outbox relay\n" : table.text();
    return say(text);
}

void add_outbox_status(CLI::App& outbox, int& exit_code) {
    CLI::App& command = *outbox.add_subcommand("status", "What is pending, and who relays it");
    const DatabasePtr database = add_database(command);
    const auto as_json = std::make_shared<bool>(false);
    command.add_flag("--json", *as_json, "As one JSON object");
    command.callback([=, &exit_code] {
        exit_code =
            at_desk(*database, [&](OutboxDesk& desk) { return show_status(desk, *as_json); });
    });
}

struct ParkedArguments {
    outbox::ParkedFilter filter;
    bool all{false};
    bool as_json{false};
    std::size_t limit{100};
    std::string reason;
};

std::shared_ptr<ParkedArguments> add_filter(CLI::App& command) {
    auto arguments = std::make_shared<ParkedArguments>();
    command.add_option("--domain", arguments->filter.domain, "Of this domain")->type_name("NAME");
    command.add_option("--subject", arguments->filter.subject, "This one")->type_name("SUBJECT");
    return arguments;
}

int show_parked(OutboxDesk& desk, const ParkedArguments& arguments) {
    const auto parked = desk.parked(arguments.filter, arguments.limit);
    if (!parked) return fail(parked.error());
    if (arguments.as_json) {
        daemon::Json list = daemon::Json::array();
        for (const outbox::ParkedSubject& one : *parked) {
            list.push_back(
                {{"domain", one.line.domain},
                 {"subject", one.line.subject},
                 {"number", one.number},
                 {"type", one.type},
                 {"since", one.since},
                 {"behind", one.behind},
                 {"reason", one.reason}}
            );
        }
        return say_json(daemon::Json{{"parked", std::move(list)}});
    }
    daemon::Table table{{"domain", "subject", ">number", "type", "since", ">behind", "reason"}};
    for (const outbox::ParkedSubject& one : *parked) {
        table.add(
            {one.line.domain,
             one.line.subject,
             fmt::to_string(one.number),
             one.type,
             one.since,
             fmt::to_string(one.behind),
             one.reason}
        );
    }
    return say(table.empty() ? "nothing is parked\n" : table.text());
}

void add_outbox_list(CLI::App& outbox, int& exit_code) {
    CLI::App& command =
        *outbox.add_subcommand("list", "Subjects whose first event was refused, and why");
    const DatabasePtr database = add_database(command);
    const auto arguments = add_filter(command);
    command.add_option("--limit", arguments->limit, "At most so many, the oldest first")
        ->type_name("N")
        ->check(whole_number(1, 100'000))
        ->capture_default_str();
    command.add_flag("--json", arguments->as_json, "As one JSON object");
    command.callback([=, &exit_code] {
        exit_code =
            at_desk(*database, [&](OutboxDesk& desk) { return show_parked(desk, *arguments); });
    });
}

void add_retry(CLI::App& outbox, int& exit_code) {
    CLI::App& command = *outbox.add_subcommand(
        "retry", "Send parked subjects again, as they are: the contract has been mended"
    );
    const DatabasePtr database = add_database(command);
    const auto arguments = add_filter(command);
    command.add_flag("--all", arguments->all, "All that are parked");
    command.callback([=, &exit_code] {
        const auto& [domain, subject] = arguments->filter;
        if (arguments->all == (!domain.empty() || !subject.empty())) {
            throw CLI::ValidationError{"retry", "say which: --domain, --subject, or --all"};
        }
        exit_code = at_desk(*database, [&](OutboxDesk& desk) {
            const auto freed = desk.retry(arguments->filter);
            if (!freed) return fail(freed.error());
            if (*freed == 0 && !arguments->all) {
                return fail(Error{ErrorCode::kNotFound, "no such subject is parked"});
            }
            const auto count = static_cast<std::int64_t>(*freed);
            return say(daemon::counted(count, "subject") + " sent again\n");
        });
    });
}

void add_void(CLI::App& outbox, int& exit_code) {
    CLI::App& command = *outbox.add_subcommand(
        "void", "Give a refused event up: a sluice.void takes its place, what follows goes on"
    );
    const DatabasePtr database = add_database(command);
    const auto arguments = add_filter(command);
    command.get_option("--domain")->required();
    command.get_option("--subject")->required();
    command.add_option("--reason", arguments->reason, "Why; it is kept, and goes with the event")
        ->type_name("WHY")
        ->required();
    command.callback([=, &exit_code] {
        exit_code = at_desk(*database, [&](OutboxDesk& desk) {
            const outbox::Line line{arguments->filter.domain, arguments->filter.subject};
            const Status done = desk.give_up(line, arguments->reason, user_name());
            return done ? say("given up; sluice_outbox_voided keeps what it was\n")
                        : fail(done.error());
        });
    });
}

}  // namespace

DatabasePtr add_database(CLI::App& command) {
    auto database = std::make_shared<std::string>();
    command
        .add_option(
            "--database",
            *database,
            "postgres://USER@HOST/NAME; a password by PGPASSWORD or ~/.pgpass"
        )
        ->type_name("URL")
        ->envname("SLUICE_OUTBOX_DATABASE");
    return database;
}

void add_outbox(CLI::App& app, int& exit_code) {
    CLI::App& outbox =
        *app.add_subcommand("outbox", "Events in a service's own transactions, on PostgreSQL");
    outbox.require_subcommand(1);
    add_migrate(outbox, exit_code);
    add_source(outbox, exit_code);
    add_outbox_relay(outbox, exit_code);
    add_outbox_status(outbox, exit_code);
    add_outbox_list(outbox, exit_code);
    add_retry(outbox, exit_code);
    add_void(outbox, exit_code);
}

}  // namespace sluice::app
