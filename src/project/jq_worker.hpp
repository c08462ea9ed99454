#pragma once

namespace sluice::project::jq {

/// The body of a process that runs one jq program and nothing else: `sluice jq-worker`, which is
/// started by JqProgram and by nobody else. Frames come and go through stdin, a socket. It takes
/// its own rights away before it reads the program: memory, files, time for each event; and ends
/// when its parent's end of the socket is closed. Answers the exit code.
int run_worker();

}  // namespace sluice::project::jq
