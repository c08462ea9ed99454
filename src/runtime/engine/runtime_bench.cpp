// How fast one machine takes events from channels to a sink that does nothing: sluice_runtime_bench
// EVENTS THREADS [shuffled]. Prints one line; bench/README.md says how to read it.

#include "log/embedded/embedded.hpp"
#include "runtime/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {
namespace {

using Seconds = std::chrono::duration<double>;

class NothingSink final : public deliver::Sink {
public:
    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        std::vector<dispatch::RunOutcome> outcomes;
        outcomes.reserve(runs.size());
        for (const deliver::RunWork& run : runs)
            outcomes.push_back({run.events.size(), std::nullopt});
        return outcomes;
    }
};

DomainPlan bench_plan() {
    DomainPlan plan;
    plan.name = "bench";
    plan.homes = 8;
    plan.channels = {
        {"bench.a", 8, Partitioner::kMurmur2, {"a"}, Checking::kOff, false},
        {"bench.b", 6, Partitioner::kMurmur2, {"b"}, Checking::kOff, false}};
    plan.types["a"] = {};
    plan.types["b"] = {};
    return plan;
}

std::vector<Event> bench_events(std::size_t count, bool shuffled) {
    constexpr std::size_t kPerSubject = 5;
    std::vector<Event> events(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t number = i % kPerSubject + 1;
        Event& event = events[i];
        event.subject = fmt::format("subject-{}", i / kPerSubject);
        event.source = "/bench";
        event.type = number % 2 == 1 ? "a" : "b";
        event.id = fmt::format("{}.{}", event.subject, number);
        event.extensions["sourcesequence"] = fmt::to_string(number);
        event.data = std::string(600, 'x');
    }
    constexpr std::size_t kWindow = 10'000;
    std::mt19937_64 random{1};  // NOLINT(bugprone-random-generator-seed): the same each time
    for (std::size_t from = 0; shuffled && from < count; from += kWindow) {
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end =
            events.begin() + static_cast<std::ptrdiff_t>(std::min(from + kWindow, count));
        std::shuffle(begin, end, random);
    }
    return events;
}

int run(std::size_t count, std::uint32_t threads, bool shuffled) {
    const auto directory = std::filesystem::temp_directory_path() / "sluice-runtime-bench";
    std::filesystem::remove_all(directory);
    log::EmbeddedOptions embedded;
    embedded.directory = directory;
    auto log = log::open_embedded_log(embedded);
    if (!log) return 1;
    SystemClock clock;
    EngineOptions options;
    options.threads = threads;
    Engine engine{*log.value(), clock, options};
    if (!engine.add_domain(bench_plan())) return 1;
    if (!engine.add_subscription("bench", {"nothing", std::make_unique<NothingSink>(), {}}))
        return 1;
    const std::vector<Event> events = bench_events(count, shuffled);
    constexpr std::size_t kBatch = 2'000;
    const auto begun = std::chrono::steady_clock::now();
    for (std::size_t from = 0; from < count; from += kBatch) {
        const std::size_t size = std::min(kBatch, count - from);
        for (const auto& answer : engine.publish(std::span{events}.subspan(from, size))) {
            if (!answer) return 1;
        }
    }
    const auto published = std::chrono::steady_clock::now();
    if (!engine.start() || !engine.wait_until_idle(Milliseconds{600'000})) return 1;
    const auto handled = std::chrono::steady_clock::now();
    std::uint64_t waited = 0;
    for (const auto& probe : engine.domains().front()->probes) waited += probe->waited;
    const double total = static_cast<double>(count);
    fmt::print(
        "{} events, {} tasks, {} waited: published {:.0f}/s, sequenced and handled {:.0f}/s\n",
        count,
        threads,
        waited,
        total / Seconds{published - begun}.count(),
        total / Seconds{handled - published}.count()
    );
    if (!engine.stop()) return 1;
    std::filesystem::remove_all(directory);
    return 0;
}

}  // namespace
}  // namespace sluice::runtime

int main(int count, char** arguments) {
    const std::vector<std::string> given{arguments + 1, arguments + count};
    const std::size_t events =
        given.empty() ? 200'000 : std::strtoull(given[0].c_str(), nullptr, 10);
    const std::size_t threads = given.size() < 2 ? 1 : std::strtoull(given[1].c_str(), nullptr, 10);
    const bool shuffled = given.size() > 2 && given[2] == "shuffled";
    return sluice::runtime::run(events, static_cast<std::uint32_t>(threads), shuffled);
}
