#pragma once

#include <sluice/result.hpp>

#include "project/jq_frame.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sluice::project::jq {

/// A child process and the socket to it. It has no environment, no files of its parent's, and a
/// process group of its own, so that a Ctrl-C for the parent is not for it.
/// Threads:  one.
/// Lifetime: the destructor kills it and waits until it is gone.
/// Failure:  kUnavailable when it cannot be started, has ended or does not answer in time; then it
///           is of no use any more.
class Process {
public:
    /// The first of the command is the path of the program, or a name that PATH finds.
    [[nodiscard]] static Result<Process> start(const std::vector<std::string>& command);

    ~Process();

    Process(Process&& other) noexcept
        : pid_{std::exchange(other.pid_, -1)},
          socket_{std::exchange(other.socket_, -1)},
          frames_{std::move(other.frames_)},
          unsent_{std::move(other.unsent_)} {}

    Process& operator=(Process&&) = delete;

    /// Puts it into the queue; it goes while answers are waited for.
    void send(FrameKind kind, std::string_view body) { append_frame(unsent_, kind, body); }

    void send_job(JobHead head, std::string_view data) { append_job(unsent_, head, data); }

    /// The next frame that it answers. Sends what is in the queue meanwhile.
    [[nodiscard]] Result<Frame> receive(std::chrono::milliseconds timeout);

private:
    Process(pid_t pid, int socket) : pid_{pid}, socket_{socket} {}

    [[nodiscard]] Status exchange_some(std::chrono::milliseconds timeout);
    [[nodiscard]] Error ended();

    pid_t pid_;
    int socket_;
    FrameReader frames_;
    std::string unsent_;
};

}  // namespace sluice::project::jq
