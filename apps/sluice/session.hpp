#pragma once

#include "apps/sluice/commands.hpp"
#include "daemon/api/remote.hpp"
#include "daemon/connect.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace sluice::app {

/// -c and --state, as each command has them that looks at a data directory.
using TargetPtr = std::shared_ptr<daemon::Target>;
[[nodiscard]] TargetPtr add_target(CLI::App& command);

/// Finds whoever answers for the directory and lets `work` ask it; answers the exit code, and
/// prints what prevents it.
[[nodiscard]] int with_backend(
    const daemon::Target& target,
    daemon::Access access,
    const std::function<int(const daemon::Place&, daemon::Connection&)>& work
);

/// The same with the daemon that runs there; without one, `why` says that it needs one.
[[nodiscard]] int with_daemon(
    const daemon::Target& target,
    std::string_view why,
    const std::function<int(const daemon::Remote&)>& work
);

/// Prints the error on stderr; answers its exit code.
[[nodiscard]] int fail(const Error& error);

/// To stdout, at once. False when that failed: whoever reads has had enough, or `put_failed` says
/// why.
[[nodiscard]] bool put(std::string_view text);

/// After `put` was false: 0 when the reader has gone, else the code of the error, printed.
[[nodiscard]] int put_failed();

/// Asks on the terminal whether to go on. kInvalidArgument when nobody is there to answer, or stdin
/// is taken for something else: nothing was done, and `instead` says what to do.
[[nodiscard]] Result<bool> ask_to_go_on(std::string_view instead, bool stdin_is_taken = false);

/// From here on Ctrl-C ends the process at once, with 130 and a word on stderr.
void end_on_interrupt(daemon::Access access);

/// Whether nobody will read what is still to be put: known of pipes, at once.
[[nodiscard]] bool reader_has_gone();

}  // namespace sluice::app
