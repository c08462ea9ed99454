#include "tests/kafka/broker.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::test {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

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

struct KafkaCluster::Process {
    explicit Process(const std::vector<std::string>& command) {
        const Pipe to = make_pipe();
        const Pipe from = make_pipe();
        pid = spawn(command, to.read, from.write);
        ::close(to.read);
        ::close(from.write);
        commands = File{::fdopen(to.write, "w"), &std::fclose};
        answers = File{::fdopen(from.read, "r"), &std::fclose};
    }

    ~Process() {
        commands.reset();  // the end of its input: it ends its brokers, then itself
        ::waitpid(pid, nullptr, 0);
    }

    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line that it says, which must begin with `word`; what follows that.
    [[nodiscard]] std::string expect(std::string_view word) {
        std::array<char, 4096> line{};
        if (std::fgets(line.data(), line.size(), answers.get()) == nullptr) {
            throw std::runtime_error{"no broker: see stderr above for why"};
        }
        std::string text{line.data()};
        text.erase(text.find_last_not_of('\n') + 1);
        if (!text.starts_with(word)) throw std::runtime_error{"broker: " + text};
        return text.substr(std::min(text.size(), word.size() + 1));
    }

    pid_t pid{};
    File commands{nullptr, &std::fclose};
    File answers{nullptr, &std::fclose};
};

KafkaCluster::KafkaCluster(int brokers, const std::map<std::string, std::string>& settings) {
    std::vector<std::string> arguments{"--brokers", std::to_string(brokers)};
    for (const auto& [name, value] : settings) {
        arguments.push_back("--set");
        arguments.push_back(fmt::format("{}={}", name, value));
    }
    run(arguments);
}

KafkaCluster::KafkaCluster(Secured) {
    run({"--secured"});
}

void KafkaCluster::run(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"python3", SLUICE_KAFKA_SCRIPT, "run"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    process_ = std::make_unique<Process>(command);
    const std::string ready = process_->expect("ready");
    const std::size_t blank = ready.find(' ');
    bootstrap_ = ready.substr(0, blank);
    if (blank != std::string::npos) secured_bootstrap_ = ready.substr(blank + 1);
}

KafkaCluster::~KafkaCluster() = default;

void KafkaCluster::command(std::string_view act, int broker) {
    fmt::print(process_->commands.get(), "{} {}\n", act, broker);
    std::fflush(process_->commands.get());
    static_cast<void>(process_->expect("ok"));
}

const std::string& shared_broker() {
    static const std::string address = [] {
        const char* folder = std::getenv("SLUICE_KAFKA_CLUSTER"
        );  // NOLINT(concurrency-mt-unsafe): nothing writes it
        if (folder == nullptr) {
            static const KafkaCluster own;
            return own.bootstrap();
        }
        std::string line;
        std::ifstream file{std::string{folder} + "/bootstrap"};
        if (!std::getline(file, line))
            throw std::runtime_error{std::string{folder} + " has no running broker"};
        return line;
    }();
    return address;
}

std::string unique_name(std::string_view stem) {
    static std::atomic<int> count{0};
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return fmt::format("{}-{}-{}-{:x}", stem, ::getpid(), ++count, now);
}

}  // namespace sluice::test
