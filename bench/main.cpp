#include "bench/bench.hpp"
#include "project/jq_worker.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

/// A scratch directory below the working directory, so that the disk under test is the project's.
class Scratch {
public:
    Scratch() {
        std::string pattern = "sluice-bench-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) {
            fmt::print(stderr, "sluice_bench: cannot make a directory here\n");
            std::exit(1);  // NOLINT(concurrency-mt-unsafe): no thread runs yet
        }
        path_ = pattern;
    }

    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// All of the text as a count from 1 up, or nothing.
std::optional<std::uint64_t> count_of(std::string_view text) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && count > 0 ? std::optional{count} : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    using sluice::bench::Load;
    if (argc == 2 && std::string_view{argv[1]} == "jq-worker")
        return sluice::project::jq::run_worker();
    const std::map<std::string_view, int (*)(const Load&)> measurements{
        {"embedded", sluice::bench::run_embedded},
        {"kafka", sluice::bench::run_kafka},
        {"kafka-latency", sluice::bench::run_kafka_latency},
        {"kafka-bytes", sluice::bench::run_kafka_bytes},
        {"kafka-restore", sluice::bench::run_kafka_restore},
        {"latency", sluice::bench::run_latency},
        {"waiting", sluice::bench::run_waiting},
        {"closed", sluice::bench::run_closed},
        {"subjects", sluice::bench::run_subjects},
        {"payload", sluice::bench::run_payload},
        {"redrive", sluice::bench::run_redrive},
        {"story", sluice::bench::run_story},
    };
    Load load;
    const auto wanted = measurements.find(argc > 1 ? argv[1] : "embedded");
    const auto events = argc > 2 ? count_of(argv[2]) : std::optional{load.events};
    if (wanted == measurements.end() || !events || argc > 3) {
        fmt::print(
            stderr,
            "usage: sluice_bench [embedded|kafka|kafka-latency|kafka-bytes|kafka-restore|latency|"
            "waiting|closed|subjects|payload|redrive|story [EVENTS]]\n"
        );
        return 2;
    }
    const Scratch scratch;
    load.events = *events;
    load.directory = scratch.path();
    return wanted->second(load);
}
