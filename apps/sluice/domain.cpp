#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/grower.hpp"
#include "log/checks.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace sluice::app {

namespace {

using daemon::Json;

struct GrowCommand {
    TargetPtr target;
    std::string domain;
    std::uint64_t homes{0};
    runtime::GrowthOrder order;
    bool yes{false};
    bool preview{false};
    bool as_json{false};
};

int show(const GrowCommand& command, const Json& growth) {
    const std::string text =
        command.as_json ? daemon::to_text(growth) + "\n" : daemon::render_growth(growth);
    return put(text) ? daemon::kExitDone : put_failed();
}

/// It has its homes, whatever becomes of this.
void clear_replaced(daemon::Grower& grower) {
    const Status cleared = grower.clear();
    if (cleared) return;
    fmt::print(
        stderr,
        "sluice: what it had before is not deleted yet ({}): give the command again\n",
        cleared.error().message
    );
}

int grow(const GrowCommand& command) {
    end_on_interrupt(daemon::Access::kRead);
    const auto place = daemon::find_place(*command.target);
    if (!place) return fail(place.error());
    auto grower = daemon::Grower::open(place.value(), command.domain);
    if (!grower) return fail(grower.error());
    const auto preview = grower.value().preview(static_cast<std::uint32_t>(command.homes));
    if (!preview) return fail(preview.error());
    const bool there = preview.value()["homes_before"] == preview.value()["homes"];
    if (there && !command.preview) clear_replaced(grower.value());
    if (command.preview || there) return show(command, preview.value());
    fmt::print(stderr, "{}", daemon::render_growth(preview.value()));
    const auto go_on = command.yes
                           ? Result<bool>{true}
                           : ask_to_go_on("--yes agrees without being asked, --preview only looks");
    if (!go_on) return fail(go_on.error());
    if (!go_on.value()) {
        fmt::print(stderr, "sluice: nothing was done\n");
        return daemon::kExitDoesNotHold;
    }
    const auto grown = grower.value().grow(command.order, [](std::string_view line) {
        fmt::print(stderr, "sluice: {}\n", line);
    });
    if (!grown) return fail(grown.error());
    clear_replaced(grower.value());
    return show(command, grown.value());
}

void add_grow(CLI::App& domain, int& exit_code) {
    CLI::App& app =
        *domain.add_subcommand("grow", "Give a domain more homes; no daemon of it runs meanwhile");
    auto command = std::make_shared<GrowCommand>();
    command->order.by = user_name();
    app.add_option("DOMAIN", command->domain, "Its name")->type_name("")->required();
    app.add_option("--homes", command->homes, "How many it is to have")
        ->type_name("N")
        ->required()
        ->check(whole_number(1, log::kPartitionsMax));
    app.add_option("--reason", command->order.why, "Why; the audit keeps it")
        ->type_name("WHY")
        ->required();
    app.add_option("--by", command->order.by, "Who; the audit keeps it (default: you)")
        ->type_name("NAME");
    app.add_flag("--yes", command->yes, "Do not ask");
    app.add_flag("--preview", command->preview, "Only say what it would be about");
    app.add_flag("--json", command->as_json, "As one JSON object");
    command->target = add_target(app);
    app.callback([command, &exit_code] {
        command->order.homes = static_cast<std::uint32_t>(command->homes);
        exit_code = grow(*command);
    });
}

}  // namespace

void add_domain(CLI::App& app, int& exit_code) {
    CLI::App& domain = *app.add_subcommand("domain", "The homes of a domain");
    domain.require_subcommand(1);
    add_grow(domain, exit_code);
}

}  // namespace sluice::app
