#include "tests/child/line_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::test {

namespace {

struct Pipe {
    int read{-1};
    int write{-1};
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
    return {ends[0], ends[1]};
}

pid_t spawn(const std::vector<std::string>& command, int in, int out) {
    std::vector<char*> arguments;
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str())
        );  // NOLINT(cppcoreguidelines-pro-type-const-cast): posix_spawn's
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = 0;
    const int failed =
        ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        throw std::runtime_error{fmt::format("{}: {}", command[0], std::strerror(failed))};
    return pid;
}

}  // namespace

LineProcess::LineProcess(const std::vector<std::string>& command) {
    const Pipe to = make_pipe();
    const Pipe from = make_pipe();
    pid_ = spawn(command, to.read, from.write);
    ::close(to.read);
    ::close(from.write);
    commands_ = File{::fdopen(to.write, "w"), &std::fclose};
    answers_ = File{::fdopen(from.read, "r"), &std::fclose};
}

LineProcess::~LineProcess() {
    commands_.reset();
    ::waitpid(pid_, nullptr, 0);
}

void LineProcess::say(std::string_view line) {
    fmt::print(commands_.get(), "{}\n", line);
    std::fflush(commands_.get());
}

std::string LineProcess::line() {
    std::array<char, 4096> bytes{};
    if (std::fgets(bytes.data(), bytes.size(), answers_.get()) == nullptr) {
        throw std::runtime_error{"it has ended: see stderr above for why"};
    }
    std::string text{bytes.data()};
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

std::string LineProcess::expect(std::string_view word) {
    const std::string text = line();
    if (!text.starts_with(word)) throw std::runtime_error{"it said: " + text};
    return text.substr(std::min(text.size(), word.size() + 1));
}

}  // namespace sluice::test
