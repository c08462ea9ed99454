#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/render.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace sluice::app {

namespace {

using daemon::Json;
using daemon::SubjectState;

/// About the state, and the state as it stands there.
std::string as_json(const std::string& subject, const SubjectState& found) {
    Json about{
        {"domain", found.domain},
        {"subject", subject},
        {"position", found.position.value},
        {"time", to_rfc3339(found.time)},
        {"missed", found.missing}};
    if (found.missing > 0) about["last_missed"] = found.missing_last.value;
    std::string text = daemon::to_text(about);
    text.pop_back();
    return fmt::format("{},\"state\":{}}}\n", text, found.state);
}

int show_state(const daemon::Backend& backend, const daemon::StateQuery& query, bool json) {
    const auto reply = backend.state(query);
    if (!reply) return fail(reply.error());
    if (!reply->found) return fail(Error{ErrorCode::kNotFound, reply->gone});
    const SubjectState& found = *reply->found;
    if (!put(json ? as_json(query.subject, found) : found.state + "\n")) return put_failed();
    if (!json && found.missing > 0) {
        fmt::print(
            stderr,
            "sluice: {} of its events are not in this state, the last at position {}\n",
            found.missing,
            found.missing_last.value
        );
    }
    return daemon::kExitDone;
}

}  // namespace

void add_snapshot(CLI::App& app, int& exit_code) {
    CLI::App& command =
        *app.add_subcommand("snapshot", "The state of a subject as it was at an event");
    auto query = std::make_shared<daemon::StateQuery>();
    auto json = std::make_shared<bool>(false);
    command.add_option("SUBJECT", query->subject, "For example an order's number")
        ->type_name("")
        ->required();
    command
        .add_option(
            "--at", query->at, "A position, a time (RFC 3339) or an event's id; default: the last"
        )
        ->type_name("AT");
    command.add_option("--domain", query->domain, "Of this domain, where several keep states")
        ->type_name("NAME");
    command
        .add_option("--projection", query->projection, "As this subscription has its events cut")
        ->type_name("NAME");
    command.add_flag("--json", *json, "As one JSON object, with position and time");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place&, daemon::Connection& connection) {
                return show_state(*connection.backend, *query, *json);
            }
        );
    });
}

}  // namespace sluice::app
