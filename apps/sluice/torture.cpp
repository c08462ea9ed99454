#include "sim/torture.hpp"

#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/interrupt.hpp"
#include "apps/sluice/progress_bar.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"
#include "sim/story.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

namespace sluice::app {

namespace {

struct TortureArguments {
    sim::TortureOptions torture;
    std::uint64_t minutes{0};
    std::string out{"failure.scn"};
    bool json{false};
};

void print(const sim::TortureReport& report, bool json) {
    const double millions = static_cast<double>(report.tally.events) / 1e6;
    daemon::Json object{{"seeds", report.seeds}, {"events", report.tally.events}};
    for (std::size_t i = 0; i < sim::kOutcomes; ++i) {
        object[std::string{sim::kOutcomeNames[i]}] = report.tally.counts[i];
    }
    object["violations"] = report.failure ? report.failure->violations.size() : 0;
    if (json) {
        fmt::print("{}\n", daemon::to_text(object));
        return;
    }
    fmt::print("{} events over {} seeds\n", report.tally.events, report.seeds);
    for (std::size_t i = 0; i < sim::kOutcomes; ++i) {
        const auto count = report.tally.counts[i];
        const double rate = millions > 0 ? static_cast<double>(count) / millions : 0;
        fmt::print("  {:<12} {:>14} {:>12.0f} per million\n", sim::kOutcomeNames[i], count, rate);
    }
    if (!report.failure) fmt::print("no promise was broken\n");
}

/// What a person needs to see it again; told before the shortening, which may take long.
void tell(const sim::Failure& failure, const TortureArguments& arguments) {
    for (const std::string& violation : failure.violations) {
        fmt::print(stderr, "sluice: {}\n", violation);
    }
    fmt::print(
        stderr,
        "sluice: seed {} breaks a promise; again with\n"
        "  sluice torture --seed {} --events {} --events-per-seed {}\n",
        failure.history.seed,
        failure.history.seed,
        arguments.torture.events_per_seed,
        arguments.torture.events_per_seed
    );
}

/// Ctrl-C ends the shortening with what is the shortest by then.
void write_shortest(sim::Failure& failure, const TortureArguments& arguments) {
    ProgressBar bar;
    const std::size_t whole = failure.history.actions.size();
    sim::shorten(failure, [&](std::size_t /*plays*/, std::size_t actions) {
        bar.show("shorten", whole - actions, whole);
        return !interrupted();
    });
    bar.clear();
    std::ofstream file{arguments.out};
    file << sim::to_text(failure.history, failure.violations.front());
    file.close();
    if (file.good()) {
        fmt::print(
            stderr,
            "sluice: the shortest history that still does is in {}: {}\n",
            arguments.out,
            failure.violations.front()
        );
        return;
    }
    fmt::print(
        stderr, "sluice: {} could not be written; name another file with --out\n", arguments.out
    );
}

int torture(TortureArguments arguments) {
    watch_interrupt();
    if (arguments.minutes > 0) arguments.torture.time_max = std::chrono::minutes{arguments.minutes};
    ProgressBar bar;
    const auto watch = [&](const sim::TortureReport& report) {
        bar.show("torture", report.tally.events, arguments.torture.events);
        return !interrupted();
    };
    sim::TortureReport report = sim::torture(arguments.torture, watch);
    bar.clear();
    print(report, arguments.json);
    if (!report.failure) return interrupted() ? daemon::kExitInterrupted : daemon::kExitDone;
    tell(*report.failure, arguments);
    write_shortest(*report.failure, arguments);
    return daemon::kExitDoesNotHold;
}

}  // namespace

void add_torture(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "torture",
        "Play random histories with faults over a simulated cluster, and check every promise"
    );
    auto arguments = std::make_shared<TortureArguments>();
    sim::TortureOptions& options = arguments->torture;
    command.add_option("--seed", options.seed, "Of the first history; the next ones count on")
        ->type_name("N")
        ->check(whole_number(0))
        ->capture_default_str();
    command.add_option("--events", options.events, "In all")
        ->type_name("N")
        ->check(whole_number(1))
        ->capture_default_str();
    command.add_option("--events-per-seed", options.events_per_seed, "In one history")
        ->type_name("N")
        ->check(whole_number(1, 10'000'000))
        ->capture_default_str();
    command.add_option("--threads", options.threads, "Histories at a time")
        ->type_name("N")
        ->check(whole_number(1, 256))
        ->capture_default_str();
    command
        .add_option("--minutes", arguments->minutes, "Stop after so long; 0: when all is played")
        ->type_name("N")
        ->check(whole_number(0, 100'000))
        ->capture_default_str();
    command.add_option("--out", arguments->out, "File for the shortest failing history")
        ->type_name("FILE")
        ->capture_default_str();
    command.add_flag("--json", arguments->json, "The counts as one JSON object");
    command.callback([arguments, &exit_code] { exit_code = torture(*arguments); });
}

}  // namespace sluice::app
