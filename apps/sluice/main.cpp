#include "apps/sluice/arguments.hpp"
#include "apps/sluice/commands.hpp"
#include "apps/sluice/contract.hpp"
#include "apps/sluice/twophase.hpp"
#include "daemon/exit_code.hpp"
#include "project/jq_worker.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

namespace {

constexpr const char* kFooter =
    "First steps:\n"
    "  sluice commerce run             what it is for, on a shop's events\n"
    "  sluice serve -c sluice.yaml     a daemon; the other commands talk to it\n"
    "\n"
    "Data goes to stdout, messages to stderr. Exit codes: 0 done; 1 done, but what was\n"
    "asked for does not hold; 2 arguments, configuration or contract; 3 the log or the\n"
    "daemon; 4 no such topic, subject or file; 130 Ctrl-C.\n";

int run(int argc, char** argv) {
    // A reader that has had enough (`sluice read | head`) is no reason to die half-way.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    int exit_code = sluice::daemon::kExitDone;
    CLI::App app{"Ordered events per subject, on Kafka or on one machine.", "sluice"};
    app.require_subcommand(1);
    using namespace sluice::app;  // NOLINT(google-build-using-namespace): the list below
    add_serve(app, exit_code);
    add_config(app, exit_code);
    add_contract(app, exit_code);
    add_publish(app, exit_code);
    add_read(app, exit_code);
    add_status(app, exit_code);
    add_stuck(app, exit_code);
    add_why(app, exit_code);
    add_trace(app, exit_code);
    add_snapshot(app, exit_code);
    add_show(app, exit_code);
    add_acts(app, exit_code);
    add_rebuild(app, exit_code);
    add_saga(app, exit_code);
    add_subscription(app, exit_code);
    add_twophase(app, exit_code);
    add_domain(app, exit_code);
    add_export(app, exit_code);
    add_import(app, exit_code);
    add_topics(app, exit_code);
    add_verify(app, exit_code);
    add_observe(app, exit_code);
    add_doctor(app, exit_code);
    add_outbox(app, exit_code);
    add_plan(app, exit_code);
    add_salvage(app, exit_code);
    add_torture(app, exit_code);
    add_token(app, exit_code);
    add_version(app, exit_code);
#ifdef SLUICE_COMMERCE
    add_commerce(app, exit_code);
#endif
    app.set_version_flag("--version", version_line(), "Say which build this is");
    app.set_help_all_flag("--help-all", "Help for every command");
    app.footer(kFooter);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return end_parsing(app, error);
    }
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    // Not for people: the process of a subscription's jq program.
    if (argc == 2 && std::string_view{argv[1]} == "jq-worker") {
        return sluice::project::jq::run_worker();
    }
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "sluice: {}\n", error.what());
        return sluice::daemon::kExitLog;
    }
}
