#include "daemon/serve.hpp"

#include "daemon/daemon.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"
#include "daemon/stop_deadline.hpp"
#include "daemon/stop_signals.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr unsigned kStopSeconds = 25;  // others kill after 30, if nobody says otherwise

/// A cluster may come up after its clients: it is waited for, however long. False: asked to stop
/// before it came.
Result<bool> wait_for_log(
    Daemon& daemon, const std::string& brokers, const StopSignals& signals, Logger& logger
) {
    logger.info("the log is on Kafka", {{"brokers", brokers}});
    while (true) {
        const Status opened = daemon.open_log();
        if (opened) return true;
        if (opened.error().code != ErrorCode::kUnavailable) return opened.error();
        logger.warn("the log is not there yet; trying again", {{"reason", opened.error().message}});
        if (signals.wait()) return false;
    }
}

int refuse(Logger& logger, const Error& error) {
    logger.error(
        "cannot start", {{"reason", error.message}, {"code", std::string{to_string(error.code)}}}
    );
    fmt::print(stderr, "{}", complaint(error));
    return exit_code_of(error.code);
}

}  // namespace

int serve(const std::string& config_path) {
    auto setup = load_setup(config_path);
    if (!setup) {
        fmt::print(stderr, "{}", complaint(setup.error()));
        return exit_code_of(setup.error().code);
    }
    const SystemClock clock;
    Logger logger{std::cout, clock, setup.value().config.log_level};
    const StopSignals signals;
    const StopDeadline deadline;  // outlives the daemon
    const auto kafka = setup.value().config.kafka;
    Daemon daemon{std::move(setup).value(), logger, clock};
    if (kafka) {
        const auto there = wait_for_log(daemon, kafka->bootstrap, signals, logger);
        if (!there) return refuse(logger, there.error());
        if (!there.value()) {
            logger.info("stopped");
            return kExitDone;
        }
    }
    if (const Status started = daemon.start(); !started) return refuse(logger, started.error());
    while (daemon.failure() && !signals.wait()) daemon.watch();
    signals.release();
    const Status failure = daemon.failure();
    if (!failure) {
        logger.error("the engine has failed", {{"reason", failure.error().message}});
    } else {
        logger.info("stopping");
    }
    StopDeadline::begin(kStopSeconds);
    daemon.stop();
    const int code = daemon.failure() ? kExitDone : kExitLog;
    logger.info("stopped");
    StopDeadline::written(code);
    return code;
}

}  // namespace sluice::daemon
