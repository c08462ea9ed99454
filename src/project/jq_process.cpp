#include "project/jq_process.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace sluice::project::jq {

namespace {

using std::chrono::milliseconds;

Error unavailable(std::string_view doing, int code) {
    return {
        ErrorCode::kUnavailable,
        fmt::format("{}: {}", doing, std::generic_category().message(code))};
}

/// What the child begins with, let go at the end.
class Setup {
public:
    explicit Setup(int socket) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_adddup2(&files_, socket, STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        );
    }

    ~Setup() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    Setup(const Setup&) = delete;
    Setup& operator=(const Setup&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &files_; }

    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return unavailable("no socket for a jq program", errno);
    }
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    const Setup setup{ends[1]};
    pid_t pid = -1;
    const int failed = ::posix_spawnp(
        &pid,
        command.front().c_str(),
        setup.files(),
        setup.attributes(),
        arguments.data(),
        environment.data()
    );
    ::close(ends[1]);
    if (failed != 0) {
        ::close(ends[0]);
        return unavailable(fmt::format("{} cannot be started", command.front()), failed);
    }
    return Process{pid, ends[0]};
}

Process::~Process() {
    if (socket_ >= 0) ::close(socket_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Result<Frame> Process::receive(milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        auto frame = frames_.next();
        if (!frame) return frame.error();
        if (frame.value()) return std::move(*frame.value());
        const auto left =
            std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return Error{
                ErrorCode::kUnavailable, fmt::format("it took longer than {} ms", timeout.count())};
        }
        if (Status moved = exchange_some(left); !moved) return moved.error();
    }
}

/// One wait for the socket, and what can be sent and received then.
Status Process::exchange_some(milliseconds timeout) {
    pollfd ready{socket_, POLLIN, 0};
    if (!unsent_.empty()) ready.events |= POLLOUT;
    const int count = ::poll(&ready, 1, static_cast<int>(timeout.count()));
    if (count < 0 && errno != EINTR) return unavailable("waiting for a jq program", errno);
    if (count <= 0) return ok();
    if ((ready.revents & POLLOUT) != 0) {
        const ssize_t sent =
            ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return ended();
    }
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        std::array<char, 65'536> block{};
        const ssize_t got = ::recv(socket_, block.data(), block.size(), MSG_DONTWAIT);
        if (got > 0) frames_.add({block.data(), static_cast<std::size_t>(got)});
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return ended();
    }
    return ok();
}

Error Process::ended() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                                : fmt::format("exit code {}", WEXITSTATUS(status));
    return {ErrorCode::kUnavailable, fmt::format("its process ended ({})", how)};
}

}  // namespace sluice::project::jq
