#include "apps/sluice/session.hpp"

#include "daemon/config/trace_config.hpp"
#include "daemon/daemon_info.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <poll.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sluice::app {

namespace {

void end_interrupted(std::string_view text) {
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
    ::_exit(daemon::kExitInterrupted);
}

extern "C" void end_publishing(int) {
    end_interrupted("\nsluice: interrupted; what was acknowledged is on disk, run again to go on\n"
    );
}

extern "C" void end_reading(int) {
    end_interrupted("\nsluice: interrupted\n");
}

}  // namespace

TargetPtr add_target(CLI::App& command) {
    auto target = std::make_shared<daemon::Target>();
    CLI::Option* config = command.add_option(
        "-c,--config", target->config, "The configuration (default: ./sluice.yaml, if it is there)"
    );
    config->type_name("FILE");
    command
        .add_option(
            "--state",
            target->state,
            "A data directory, or one of a commerce run (default: ./sluice-data)"
        )
        ->type_name("DIR")
        ->excludes(config);
    return target;
}

int with_daemon(
    const daemon::Target& target,
    std::string_view why,
    const std::function<int(const daemon::Remote&)>& work
) {
    end_on_interrupt(daemon::Access::kRead);
    const auto place = daemon::find_place(target);
    if (!place) return fail(place.error());
    const auto info = daemon::find_daemon(place->config.data);
    if (!info) {
        return fail(Error{
            ErrorCode::kUnavailable,
            fmt::format("no daemon runs on {}: {}", place->config.data, why)});
    }
    auto token = daemon::process_environment()("SLUICE_TOKEN").value_or("");
    return work(daemon::Remote{info->api, std::move(token), info->tls});
}

int with_backend(
    const daemon::Target& target,
    daemon::Access access,
    const std::function<int(const daemon::Place&, daemon::Connection&)>& work
) {
    end_on_interrupt(access);
    const auto place = daemon::find_place(target);
    if (!place) return fail(place.error());
    auto connection = daemon::connect(place.value(), access);
    if (!connection) return fail(connection.error());
    return work(place.value(), connection.value());
}

int fail(const Error& error) {
    fmt::print(stderr, "{}", daemon::complaint(error));
    return daemon::exit_code_of(error.code);
}

Result<bool> ask_to_go_on(std::string_view instead, bool stdin_is_taken) {
    if (stdin_is_taken || ::isatty(STDIN_FILENO) == 0) {
        return Error{ErrorCode::kInvalidArgument, fmt::format("nothing was done: {}", instead)};
    }
    fmt::print(stderr, "Go on? [y/N] ");
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

bool put(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

int put_failed() {
    if (errno == EPIPE) return daemon::kExitDone;
    return fail(Error{
        ErrorCode::kIo, "writing to stdout: " + std::generic_category().message(errno)});
}

void end_on_interrupt(daemon::Access access) {
    const bool writes = access == daemon::Access::kPublish;
    static_cast<void>(std::signal(SIGINT, writes ? end_publishing : end_reading));
}

bool reader_has_gone() {
    pollfd out{STDOUT_FILENO, 0, 0};
    return ::poll(&out, 1, 0) > 0;
}

}  // namespace sluice::app
