#include "apps/sluice/ground_options.hpp"

#include "apps/sluice/session.hpp"
#include "daemon/connect.hpp"
#include "observe/kafka_source.hpp"

#include <fmt/format.h>

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

int with_source(
    const daemon::Ground& ground,
    Milliseconds patience,
    std::string_view command,
    const std::function<int(observe::Source&)>& work
) {
    if (ground.kafka()) {
        auto source = observe::KafkaSource::open(*ground.kafka(), patience);
        return source ? work(*source) : fail(source.error());
    }
    const auto connection =
        daemon::connect({ground.config, ground.config_path}, daemon::Access::kRead);
    if (!connection) return fail(connection.error());
    if (connection->remote) {
        return fail(Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "a daemon has this log open, and {} reads it by itself: stop the daemon for a "
                "moment, or copy the directory",
                command
            )});
    }
    observe::LogSource source{*connection->log};
    return work(source);
}

}  // namespace sluice::app
