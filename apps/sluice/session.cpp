#include "apps/sluice/session.hpp"

#include "daemon/exit_code.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <unistd.h>

namespace sluice::app {

TargetPtr add_target(CLI::App& command) {
    auto target = std::make_shared<daemon::Target>();
    CLI::Option* config = command.add_option(
        "-c,--config", target->config, "The configuration (default: ./sluice.yaml, if it is there)"
    );
    command.add_option("--state", target->state, "The data directory (default: ./sluice-data)")
        ->excludes(config);
    return target;
}

int with_backend(
    const daemon::Target& target,
    daemon::Access access,
    const std::function<int(const daemon::Place&, daemon::Connection&)>& work
) {
    end_on_interrupt();
    const auto place = daemon::find_place(target);
    if (!place) return fail(place.error());
    auto connection = daemon::connect(place.value(), access);
    if (!connection) return fail(connection.error());
    return work(place.value(), connection.value());
}

int fail(const Error& error) {
    fmt::print(stderr, "sluice: {}\n", error.message);
    return daemon::exit_code_of(error.code);
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

void end_on_interrupt() {
    static_cast<void>(std::signal(SIGINT, [](int) {
        constexpr std::string_view kText =
            "\nsluice: interrupted; what was acknowledged is on disk, run again to go on\n";
        static_cast<void>(!::write(STDERR_FILENO, kText.data(), kText.size()));
        ::_exit(daemon::kExitInterrupted);
    }));
}

}  // namespace sluice::app
