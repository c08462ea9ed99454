#include "log/embedded/salvage.hpp"

#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/open_log.hpp"
#include "daemon/render/json.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

namespace sluice::app {

namespace {

struct SalvageOptions {
    TargetPtr target;
    bool yes{false};
    bool json{false};
};

daemon::Json shown(const log::Salvage& what, const std::string& why) {
    return {
        {"refused", why},
        {"kept_group", what.kept_group},
        {"promised_group", what.promised_group},
        {"last_lost_group", what.last_lost()},
        {"lost_readable_groups", what.lost_readable},
        {"lost_bytes", what.lost_bytes},
        {"changes", what.changes},
        {"kept_in", what.refused.string()}};
}

std::string told(const log::Salvage& what, const std::string& why) {
    std::string text = fmt::format("refused: {}\nkept: groups 1 to {}\n", why, what.kept_group);
    if (what.last_lost() > 0) {
        text += fmt::format(
            "lost: groups {} to {}, acknowledged; {} of them can be read, but stand behind what "
            "cannot\n",
            what.kept_group + 1,
            what.last_lost(),
            what.lost_readable
        );
    } else {
        text += "lost: no group that is known to have been acknowledged\n";
    }
    text += fmt::format("lost: {} bytes of the write-ahead log\n", what.lost_bytes);
    for (const std::string& change : what.changes) text += fmt::format("store/{}\n", change);
    if (what.refused.empty()) {
        text += "nothing was changed; --yes does it, and keeps a copy of every file\n";
    } else {
        text += fmt::format("the files as they were: {}\n", what.refused.string());
    }
    return text;
}

int salvage(const SalvageOptions& options) {
    const auto place = daemon::find_place(*options.target);
    if (!place) return fail(place.error());
    const log::EmbeddedOptions log = daemon::log_options(place.value().config);
    if (!std::filesystem::exists(log.directory / "FORMAT")) {
        return fail(Error{ErrorCode::kNotFound, log.directory.string() + ": there is no log in it"}
        );
    }
    std::string why;
    {
        const auto opened = log::open_embedded(log);
        if (opened) {
            fmt::print("{}: nothing to salvage: the log opens\n", log.directory.string());
            return daemon::kExitDone;
        }
        if (opened.error().code != ErrorCode::kCorrupt) return fail(opened.error());
        why = opened.error().message;
    }
    const auto done = options.yes ? log::salvage(log) : log::plan_salvage(log);
    if (!done) return fail(done.error());
    const std::string text =
        options.json ? daemon::to_text(shown(done.value(), why)) + "\n" : told(done.value(), why);
    if (!put(text)) return put_failed();
    return options.yes ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

}  // namespace

void add_salvage(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "salvage", "Keep what is whole of a log that refuses to open, when there is no backup"
    );
    auto options = std::make_shared<SalvageOptions>();
    options->target = add_target(command);
    command.add_flag("--yes", options->yes, "Do it; without, say what would be lost");
    command.add_flag("--json", options->json, "Answer one JSON object");
    command.callback([options, &exit_code] { exit_code = salvage(*options); });
}

}  // namespace sluice::app
