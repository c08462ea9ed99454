#include "apps/sluice/session.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace sluice::app {

namespace {

int check(const std::string& path) {
    const auto setup = daemon::load_setup(path);
    if (!setup) {
        return fail(setup.error());
    }
    fmt::print(
        "{} is good: {}, {}; nothing was started\n",
        path,
        daemon::counted(std::ssize(setup.value().contracts), "contract"),
        daemon::counted(std::ssize(setup.value().config.subscriptions), "subscription")
    );
    return daemon::kExitDone;
}

}  // namespace

void add_config(CLI::App& app, int& exit_code) {
    CLI::App& config = *app.add_subcommand("config", "Look at a configuration");
    config.require_subcommand(1);
    CLI::App& command =
        *config.add_subcommand("check", "Read it with all its contracts; say what is wrong");
    auto path = std::make_shared<std::string>("sluice.yaml");
    command.add_option("-c,--config", *path, "The configuration")
        ->type_name("FILE")
        ->capture_default_str();
    command.callback([path, &exit_code] { exit_code = check(*path); });
}

}  // namespace sluice::app
