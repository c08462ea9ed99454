#include "tests/kafka/broker.hpp"

#include "tests/child/line_process.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::test {

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
    process_ = std::make_unique<LineProcess>(command);
    const std::string ready = process_->expect("ready");
    const std::size_t blank = ready.find(' ');
    bootstrap_ = ready.substr(0, blank);
    if (blank != std::string::npos) secured_bootstrap_ = ready.substr(blank + 1);
}

KafkaCluster::~KafkaCluster() = default;

void KafkaCluster::command(std::string_view act, int broker) {
    process_->say(fmt::format("{} {}", act, broker));
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
