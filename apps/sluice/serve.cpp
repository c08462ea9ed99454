#include "daemon/serve.hpp"

#include "apps/sluice/commands.hpp"

#include <memory>
#include <string>

namespace sluice::app {

void add_serve(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand("serve", "Run a daemon until SIGTERM or Ctrl-C");
    auto config = std::make_shared<std::string>("sluice.yaml");
    command.add_option("-c,--config", *config, "The configuration")
        ->type_name("FILE")
        ->capture_default_str();
    command.callback([config, &exit_code] { exit_code = daemon::serve(*config); });
}

}  // namespace sluice::app
