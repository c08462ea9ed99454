#include <sluice/rebuild.hpp>

#include "apps/sluice/arguments.hpp"
#include "apps/sluice/interrupt.hpp"
#include "apps/sluice/progress_bar.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/render_rebuild.hpp"
#include "runtime/rebuild/rebuild_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <poll.h>
#include <string>

namespace sluice::app {

namespace {

using Wanted = RebuildWish::Verb;
using Fate = RebuildOutcome::State;

constexpr Milliseconds kTakenWithin{5'000};  // by a process that runs the service
constexpr Milliseconds kCarriedOutWithin{
    120'000};                          // once it is at work: a comparison takes a while
constexpr int kLooksUnmovedMax = 100;  // of a tenth of a second

struct Rebuild {
    std::string service;
    std::string domain;
    RebuildWish wish;
    bool compare{false};
    bool make_live{false};
    bool cancel{false};
    bool no_wait{false};
    bool yes{false};
    bool as_json{false};
};

int put_text(const std::string& text) {
    return put(text) ? daemon::kExitDone : put_failed();
}

int show_all(const Rebuild& asked, const ReadModels& models) {
    const auto all = models.all();
    if (!all) return fail(all.error());
    return put_text(
        asked.as_json ? daemon::to_text(daemon::json_of(all.value())) + "\n"
                      : daemon::render_models(all.value())
    );
}

Result<bool> is_agreed(const Rebuild& asked) {
    fmt::print(stderr, "{}", daemon::render_wish(asked.wish, asked.service));
    if (asked.yes || asked.wish.verb == Wanted::kCompare) return true;
    return ask_to_go_on("--yes agrees without being asked");
}

const ReadModel* named(const std::vector<ReadModel>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const ReadModel& one) {
        return one.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

/// Until it is ready; it goes on without us.
int follow(const Rebuild& asked, const ReadModels& models) {
    watch_interrupt();
    ProgressBar bar;
    Instant seen{};
    int unmoved = 0;
    while (true) {
        const auto all = models.all();
        if (!all) return fail(all.error());
        const ReadModel* one = named(all.value(), asked.wish.into);
        if (one == nullptr || one->phase != "filling") break;
        bar.show("filling " + one->name, one->read, one->read + one->left);
        unmoved = one->seen_at == seen ? unmoved + 1 : 0;
        seen = one->seen_at;
        if (unmoved > kLooksUnmovedMax) {
            bar.clear();
            fmt::print(stderr, "sluice: nobody feeds it now; it goes on when the service runs\n");
            break;
        }
        if (interrupted()) {
            bar.clear();
            fmt::print(stderr, "sluice: it goes on; --cancel ends it\n");
            return daemon::kExitInterrupted;
        }
        ::poll(nullptr, 0, 100);  // or until Ctrl-C
    }
    bar.clear();
    return show_all(asked, models);
}

int tell(
    const Rebuild& asked,
    const ReadModels& models,
    std::int64_t number,
    const RebuildOutcome& outcome
) {
    if (outcome.state == Fate::kPending) {
        fmt::print(
            stderr,
            "sluice: pending: no process that runs {} has answered; one will when it starts\n",
            asked.service
        );
        return asked.as_json ? show_all(asked, models) : daemon::kExitDone;
    }
    if (outcome.state == Fate::kRefused) {
        fmt::print(stderr, "sluice: refused: {}\n", outcome.text);
        return daemon::kExitDoesNotHold;
    }
    fmt::print(stderr, "sluice: {}\n", outcome.text);
    if (asked.wish.verb == Wanted::kBegin && !asked.no_wait) return follow(asked, models);
    if (asked.wish.verb != Wanted::kCompare) return show_all(asked, models);
    const auto found = models.comparison(number);
    if (!found) return fail(found.error());
    return put_text(
        asked.as_json ? daemon::to_text(daemon::json_of(found.value())) + "\n"
                      : daemon::render_differences(found.value())
    );
}

int ask_for(Rebuild& asked, ReadModels& models) {
    if (asked.compare) asked.wish.verb = Wanted::kCompare;
    if (asked.make_live) asked.wish.verb = Wanted::kSwitch;
    if (asked.cancel) asked.wish.verb = Wanted::kCancel;
    if (asked.wish.reason.empty() && asked.wish.verb != Wanted::kCompare) {
        return fail({ErrorCode::kInvalidArgument, "--reason: say why; it is kept"});
    }
    const auto agreed = is_agreed(asked);
    if (!agreed) return fail(agreed.error());
    if (!agreed.value()) {
        fmt::print(stderr, "sluice: nothing was done\n");
        return daemon::kExitDoesNotHold;
    }
    const auto number = models.ask(asked.wish);
    if (!number) return fail(number.error());
    const bool is_quick = asked.wish.verb == Wanted::kBegin || asked.wish.verb == Wanted::kCancel;
    const auto outcome =
        models.wait_for(number.value(), is_quick ? kTakenWithin : kCarriedOutWithin);
    if (!outcome) return fail(outcome.error());
    return tell(asked, models, number.value(), outcome.value());
}

int rebuild(Rebuild& asked, const daemon::Target& target) {
    const auto place = daemon::find_place(target);
    if (!place) return fail(place.error());
    const auto file =
        runtime::RebuildKeeper::find(place.value().config.data, asked.domain, asked.service);
    if (!file) return fail(file.error());
    auto models = ReadModels::open(file.value());
    if (!models) return fail(models.error());
    if (asked.wish.into.empty()) return show_all(asked, models.value());
    return ask_for(asked, models.value());
}

void add_verbs(CLI::App& command, Rebuild& asked) {
    auto* compare = command.add_flag("--compare", asked.compare, "Rows that differ, and sums");
    auto* make_live = command.add_flag(
        "--switch", asked.make_live, "Make it the live one; also back to an old one"
    );
    auto* cancel = command.add_flag("--cancel", asked.cancel, "It goes, with its file");
    compare->excludes(make_live)->excludes(cancel);
    make_live->excludes(cancel);
}

}  // namespace

void add_rebuild(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "rebuild", "Fill a service's read model anew beside the live one, compare, and switch"
    );
    auto asked = std::make_shared<Rebuild>();
    asked->wish.by = user_name();
    RebuildWish& wish = asked->wish;
    command.add_option("SERVICE", asked->service, "Whose read model")->type_name("")->required();
    command.add_option("--into", wish.into, "Name of the new one; without it: what there is")
        ->type_name("NAME");
    command
        .add_option("--from", wish.since, "beginning, a time, or an offset of each home partition")
        ->type_name("WHERE")
        ->capture_default_str();
    command.add_option("--effective", wish.effective, "Rows of earlier days must stay as they are")
        ->type_name("DATE");
    command
        .add_option(
            "--rate",
            wish.events_per_second_max,
            "Events a second while it fills (default: no limit)"
        )
        ->type_name("N")
        ->check(whole_number(1));
    add_verbs(command, *asked);
    command.add_option("--domain", asked->domain, "Where there is more than one")
        ->type_name("NAME");
    command.add_option("--reason", wish.reason, "Why; the book keeps it")->type_name("WHY");
    command.add_option("--by", wish.by, "Who; the book keeps it (default: you)")->type_name("NAME");
    command.add_flag("--no-wait", asked->no_wait, "Do not wait until it has caught up");
    command.add_flag("--yes", asked->yes, "Do not ask");
    command.add_flag("--json", asked->as_json, "As one JSON object");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] { exit_code = rebuild(*asked, *target); });
}

}  // namespace sluice::app
