#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/interrupt.hpp"
#include "apps/sluice/progress_bar.hpp"
#include "commerce/dataset/write.hpp"
#include "commerce/generate/generate.hpp"
#include "commerce/oracle/oracle.hpp"
#include "commerce/run/run.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace sluice::app {

namespace {

using commerce::RunSummary;
using commerce::Workspace;

struct RunArguments {
    commerce::RunOptions run;
    bool unordered{false};
    bool compare{false};
    bool exit{false};
    bool json{false};
};

int refused(const Error& error) {
    fmt::print(stderr, "{}", daemon::complaint(error));
    return daemon::exit_code_of(error.code);
}

void print(const RunSummary& summary, bool json) {
    fmt::print("{}{}", json ? to_json(summary) : to_text(summary), json ? "\n" : "");
    static_cast<void>(std::fflush(stdout));
}

/// Lets a person look around before a temporary directory goes.
void wait_for_enter(const Workspace& workspace) {
    const std::string log = workspace.log().string();
    fmt::print(
        "\nLook around from another terminal:\n"
        "  sluice status --state {0}\n  sluice read order.ordered --state {0} --limit 20\n  ls "
        "{1}\n"
        "Enter ends.\n",
        log,
        workspace.read_models().string()
    );
    static_cast<void>(std::fflush(stdout));
    while (!interrupted()) {
        const int letter = std::fgetc(stdin);
        if (letter == EOF || letter == '\n') return;
    }
}

int play(const RunArguments& arguments, const Workspace& workspace) {
    ProgressBar bar;
    const commerce::RunControl control{
        [&bar](std::string_view stage, std::uint64_t done, std::uint64_t all) {
            bar.show(stage, done, all);
        },
        [] { return interrupted(); }};
    const auto input = prepare_input(workspace, control.progress);
    if (!input.has_value()) {
        bar.clear();
        return refused(input.error());
    }
    std::optional<RunSummary> ordered;
    if (!arguments.unordered) {
        auto summary = run_sluice(workspace, input.value(), control);
        bar.clear();
        if (!summary.has_value()) return refused(summary.error());
        ordered = std::move(summary).value();
        print(*ordered, arguments.json);
    }
    bool good = !ordered.has_value() || ordered->good();
    if (arguments.unordered || arguments.compare) {
        const auto plain = run_plain(workspace, input.value(), control);
        bar.clear();
        if (!plain.has_value()) return refused(plain.error());
        if (ordered.has_value() && !arguments.json) {
            fmt::print("\n{}\n{}", to_text(plain.value()), "");
            fmt::print(
                "The same events, the same handlers:\n\n{}", side_by_side(*ordered, plain.value())
            );
        } else {
            print(plain.value(), arguments.json);
        }
        if (arguments.unordered) good = plain.value().good();
    }
    const bool on_terminal = ::isatty(STDOUT_FILENO) == 1 && ::isatty(STDIN_FILENO) == 1;
    if (on_terminal && arguments.run.log.empty() && !arguments.exit && !arguments.json)
        wait_for_enter(workspace);
    return good ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

int run(const RunArguments& arguments) {
    watch_interrupt();
    const auto workspace = Workspace::open(arguments.run);
    if (!workspace.has_value()) return refused(workspace.error());
    const int code = play(arguments, workspace.value());
    if (!arguments.run.log.empty() && arguments.run.state.empty()) {
        // What the run has found stands, whether or not the cluster lets its topics go.
        const Status removed = remove_topics(workspace.value());
        if (!removed) fmt::print(stderr, "{}", daemon::complaint(removed.error()));
    }
    return code;
}

void add_run(CLI::App& commerce, int& exit_code) {
    CLI::App& command = *commerce.add_subcommand(
        "run", "Nine services on real or generated orders, checked by an oracle"
    );
    auto arguments = std::make_shared<RunArguments>();
    auto* data = command.add_option(
        "--data", arguments->run.data, "Orders from CSV files in Olist's format"
    );
    data->type_name("DIR");
    command.add_option("--orders", arguments->run.orders, "Generate this many orders")
        ->type_name("N")
        ->check(whole_number(1, 10'000'000))
        ->capture_default_str()
        ->excludes(data);
    command.add_option("--seed", arguments->run.seed, "Of the generator and the seed rule")
        ->type_name("N")
        ->check(whole_number(0))
        ->capture_default_str();
    command
        .add_option(
            "--chaos", arguments->run.chaos, "Seed of lag, maintenance, duplicates and restarts"
        )
        ->type_name("N")
        ->check(whole_number(0));
    auto* unordered = command.add_flag(
        "--unordered", arguments->unordered, "Plain consumers, one per topic, instead of Sluice"
    );
    command.add_flag("--compare", arguments->compare, "Sluice, then plain consumers, side by side")
        ->excludes(unordered);
    command
        .add_option(
            "--state",
            arguments->run.state,
            "Keep everything in this directory; a killed run goes on there"
        )
        ->type_name("DIR");
    command
        .add_option(
            "--log",
            arguments->run.log,
            "On these brokers, in topics of the run's own, removed at its end unless --state keeps "
            "everything; else embedded"
        )
        ->type_name("kafka://HOST:PORT");
    command.add_flag("--exit", arguments->exit, "Do not wait for Enter at the end");
    command.add_flag("--json", arguments->json, "The last line is one JSON object");
    command.callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

struct CheckArguments {
    std::string state;
    std::string data;
    bool json{false};
};

int check(const CheckArguments& arguments) {
    const auto workspace = Workspace::existing(arguments.state);
    if (!workspace.has_value()) return refused(workspace.error());
    commerce::oracle::OracleInputs inputs{
        .raw = workspace.value().raw(),
        .additions = workspace.value().additions(),
        .read_models = workspace.value().read_models()};
    if (!arguments.data.empty()) inputs.raw = arguments.data;
    ProgressBar bar;
    auto comparison =
        commerce::oracle::compare(inputs, [&bar](std::string_view part, int done, int all) {
            bar.show(part, static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(all));
        });
    bar.clear();
    if (!comparison.has_value()) return refused(comparison.error());
    fmt::print(
        "{}\n",
        arguments.json ? commerce::to_json(comparison.value())
                       : commerce::to_text(comparison.value())
    );
    return comparison.value().differences() == 0 ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

void add_commerce_check(CLI::App& commerce, int& exit_code) {
    CLI::App& command = *commerce.add_subcommand("check", "The oracle alone, on what a run left");
    auto arguments = std::make_shared<CheckArguments>();
    command.add_option("--state", arguments->state, "The run's directory")
        ->type_name("DIR")
        ->required();
    command.add_option("--data", arguments->data, "The CSV files, if they have moved")
        ->type_name("DIR");
    command.add_flag("--json", arguments->json, "One JSON object");
    command.callback([arguments, &exit_code] { exit_code = check(*arguments); });
}

struct GenerateArguments {
    std::uint64_t orders{20'000};
    std::uint64_t seed{1};
    std::string out;
};

void add_generate(CLI::App& commerce, int& exit_code) {
    CLI::App& command = *commerce.add_subcommand(
        "generate", "Write generated orders as CSV files in Olist's format"
    );
    auto arguments = std::make_shared<GenerateArguments>();
    command.add_option("--orders", arguments->orders, "How many")
        ->type_name("N")
        ->check(whole_number(1, 10'000'000))
        ->capture_default_str();
    command.add_option("--seed", arguments->seed, "The same seed makes the same orders")
        ->type_name("N")
        ->check(whole_number(0))
        ->capture_default_str();
    command.add_option("--out", arguments->out, "Directory, made if missing")
        ->type_name("DIR")
        ->required();
    command.callback([arguments, &exit_code] {
        const commerce::RawData raw = commerce::generate_raw(arguments->orders, arguments->seed);
        const Status written = commerce::write_raw(raw, arguments->out);
        exit_code = written.has_value() ? daemon::kExitDone : refused(written.error());
    });
}

}  // namespace

void add_commerce(CLI::App& app, int& exit_code) {
    CLI::App& commerce = *app.add_subcommand("commerce", "The reference commerce platform");
    commerce.require_subcommand(1);
    add_run(commerce, exit_code);
    add_commerce_check(commerce, exit_code);
    add_generate(commerce, exit_code);
}

}  // namespace sluice::app
