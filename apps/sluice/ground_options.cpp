#include "apps/sluice/ground_options.hpp"

namespace sluice::app {

void add_ground(CLI::App& command, daemon::GroundTarget& target, bool embedded) {
    command
        .add_option(
            "-c,--config",
            target.config,
            "A contract, or a configuration (default: ./sluice.yaml, if it is there)"
        )
        ->type_name("FILE");
    CLI::Option* kafka = command.add_option(
        "--kafka",
        target.kafka,
        "Brokers, as kafka://HOST:PORT, instead of those of the configuration"
    );
    kafka->type_name("ADDRESS");
    if (!embedded) return;
    command.add_option("--state", target.state, "The directory of an embedded log")
        ->type_name("DIR")
        ->excludes(kafka);
}

}  // namespace sluice::app
