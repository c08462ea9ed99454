#include "apps/sluice/commands.hpp"
#include "daemon/exit_code.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

/// CLI11 has codes of its own; whatever is wrong with the arguments is 2, and help is 0.
int end_parsing(const CLI::App& app, const CLI::ParseError& error) {
    const bool is_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    static_cast<void>(app.exit(error));
    return is_help ? sluice::daemon::kExitDone : sluice::daemon::kExitUsage;
}

int run(int argc, char** argv) {
    // A reader that has had enough (`sluice read | head`) is no reason to die half-way.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    int exit_code = sluice::daemon::kExitDone;
    CLI::App app{"Ordered events per subject, on Kafka or on one machine.", "sluice"};
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help for every command");
    using namespace sluice::app;  // NOLINT(google-build-using-namespace): the list below
    add_serve(app, exit_code);
    add_config(app, exit_code);
    add_publish(app, exit_code);
    add_read(app, exit_code);
    add_status(app, exit_code);
    add_stuck(app, exit_code);
    add_why(app, exit_code);
    add_topics(app, exit_code);
    add_version(app, exit_code);
#ifdef SLUICE_COMMERCE
    add_commerce(app, exit_code);
#endif
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return end_parsing(app, error);
    }
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "sluice: {}\n", error.what());
        return sluice::daemon::kExitLog;
    }
}
