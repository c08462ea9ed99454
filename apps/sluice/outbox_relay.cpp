#include "apps/sluice/arguments.hpp"
#include "apps/sluice/outbox.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/config/address.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/logging/logger.hpp"
#include "daemon/metrics/health.hpp"
#include "daemon/stop_signals.hpp"
#include "http/server.hpp"
#include "outbox/relay/http_sink.hpp"
#include "outbox/relay/relay_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <unistd.h>

namespace sluice::app {

namespace {

struct RelayArguments {
    std::string to;
    std::size_t relays{4};
    std::string metrics;
    outbox::RelayOptions options;
};

/// "host:4711".
std::string process_name() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) return fmt::format(":{}", ::getpid());
    return fmt::format("{}:{}", host.data(), ::getpid());
}

std::string token_of_environment() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing writes it
    const char* token = std::getenv("SLUICE_TOKEN");
    return token == nullptr ? std::string{} : std::string{token};
}

Result<daemon::Address> metrics_address(const std::string& text) {
    const auto address = daemon::parse_address(text);
    if (address && http::is_loopback(address->host)) return *address;
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "--metrics {}: is not an address of loopback, such as 127.0.0.1:9464; beyond this "
            "machine a proxy shows it",
            text
        )};
}

/// Metrics and health; nothing was asked for: no server.
Result<std::unique_ptr<http::Server>> serve_pages(
    const std::string& where, const outbox::RelayFleet& fleet
) {
    if (where.empty()) return std::unique_ptr<http::Server>{};
    const auto address = metrics_address(where);
    if (!address) return address.error();
    http::ServerOptions options;
    options.host = address->host;
    options.port = address->port;
    auto server = std::make_unique<http::Server>(std::move(options));
    server->handle("GET", "/metrics", [&fleet](const http::Request&) { return fleet.metrics(); });
    server->handle("GET", "/readyz", [&fleet](const http::Request&) { return fleet.ready(); });
    server->handle("GET", "/livez", [](const http::Request&) { return daemon::Health::live(); });
    if (const Status started = server->start(); !started) return started.error();
    return server;
}

constexpr Milliseconds kLeaseMin{1'000};
constexpr Milliseconds kLeaseMax{600'000};

int run_relay(RelayArguments arguments) {
    const Milliseconds lease = arguments.options.lease;
    if (lease < kLeaseMin || lease > kLeaseMax) {
        return fail(Error{ErrorCode::kInvalidArgument, "--lease: allowed is 1s to 10m"});
    }
    arguments.options.beat = std::min(arguments.options.beat, lease / 5);
    const auto api = outbox::parse_api_address(arguments.to);
    if (!api) return fail(api.error().at("--to"));
    if (!arguments.metrics.empty()) {
        const auto address = metrics_address(arguments.metrics);
        if (!address) return fail(address.error());
    }
    arguments.options.name = process_name();
    const SystemClock clock;
    daemon::Logger logger{std::cout, clock, daemon::LogLevel::kInfo};
    const daemon::StopSignals signals;  // before the first thread
    const std::string token = token_of_environment();
    outbox::RelayFleet fleet{
        arguments.options,
        arguments.relays,
        [&] { return std::make_unique<outbox::HttpSink>(*api, token); },
        [&logger](std::string_view message, const Error& why) {
            logger.warn(message, {{"reason", why.message}});
        }};
    const auto pages = serve_pages(arguments.metrics, fleet);
    if (!pages) return fail(pages.error());
    const std::string shown =
        *pages == nullptr ? "" : fmt::format("127.0.0.1:{}", (*pages)->port());
    logger.info(
        "relaying",
        {{"to", arguments.to}, {"relays", fmt::to_string(arguments.relays)}, {"metrics", shown}}
    );
    Status failure = ok();
    while (failure && !signals.wait()) failure = fleet.failure();
    if (!failure) {
        fleet.stop();
        return fail(failure.error());
    }
    logger.info("stopping");
    fleet.stop();
    logger.info("stopped");
    return daemon::kExitDone;
}

}  // namespace

void add_outbox_relay(CLI::App& outbox, int& exit_code) {
    CLI::App& command = *outbox.add_subcommand(
        "relay", "Send committed events to a daemon, until SIGTERM; any number side by side"
    );
    const DatabasePtr database = add_database(command);
    const auto arguments = std::make_shared<RelayArguments>();
    command.add_option("--to", arguments->to, "The daemon's API; a token by SLUICE_TOKEN")
        ->type_name("http://HOST:PORT")
        ->required();
    command.add_option("--relays", arguments->relays, "Connections at work in this process")
        ->type_name("N")
        ->check(whole_number(1, outbox::RelayFleet::kRelaysMax))
        ->capture_default_str();
    command.add_option("--metrics", arguments->metrics, "Serve /metrics, /readyz and /livez there")
        ->type_name("HOST:PORT");
    add_duration(
        command,
        "--lease",
        arguments->options.lease,
        "After this a relay that stands still loses its work"
    );
    command.callback([=, &exit_code] {
        arguments->options.database = *database;
        exit_code = run_relay(*arguments);
    });
}

}  // namespace sluice::app
